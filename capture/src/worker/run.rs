//! The worker process: listen, wait for Kafka, run the connectors, drain on a signal.

use super::connectors::Connectors;
use super::shared::Worker;
use super::supervisor::{Command, Supervisor};
use super::{Refusal, files};
use crate::config::worker::{self as settings, Settings};
use crate::error::{Error, Result};
use crate::kafka::client;
use crate::rest;
use crate::store::java_map::JavaMap;
use crate::store::topics::{self, Topics};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

const FIRST_RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(15);

#[derive(Debug, Clone)]
pub struct Arguments {
    /// The worker's properties file.
    pub config: PathBuf,
    /// Connectors to put at the start, as by the REST API.
    pub connectors: Vec<PathBuf>,
}

/// Runs the worker until SIGTERM or SIGINT. Opens nothing before every file is read and checked.
pub fn run(arguments: &Arguments, connectors: Arc<dyn Connectors>) -> Result<()> {
    let started = Instant::now();
    let settings = settings::load(&arguments.config)?;
    topics::check(&settings)?;
    for key in client::unknown_keys(&settings) {
        tracing::warn!(key, "unknown setting of the worker has no effect");
    }
    let files: Vec<(String, JavaMap)> = arguments.connectors.iter().map(|p| files::read(p)).collect::<Result<_>>()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("rest")
        .enable_all()
        .build()
        .map_err(|e| Error::fatal("the runtime cannot be started").caused_by(e))?;
    runtime.block_on(serve(settings, files, connectors, started))
}

async fn serve(
    settings: Settings,
    files: Vec<(String, JavaMap)>,
    connectors: Arc<dyn Connectors>,
    started: Instant,
) -> Result<()> {
    let listeners = rest::bind(&settings.listeners).await?;
    let worker_id = worker_id(&settings, listeners.first().map_or(8083, rest::Bound::port));
    let (commands, inbox) = channel();
    let worker = Arc::new(Worker::new(settings, connectors, worker_id, commands));
    for bound in &listeners {
        tracing::info!(address = %bound.address(), worker_id = worker.worker_id, "rest api listens");
    }
    rest::serve(listeners, &worker);
    let (ended, supervisor_ended) = oneshot::channel();
    let herding = herd(&worker, inbox, files, started, ended)?;
    let stopped = tokio::select! {
        signal = stop_signal() => signal.map(|signal| tracing::info!(signal, "worker is draining")),
        result = supervisor_ended => result.unwrap_or_else(|_| Err(Error::fatal("the supervisor ended in a panic"))),
    };
    stopped?;
    shut_down(&worker, herding).await;
    Ok(())
}

/// Opens the topics and supervises, on a thread of its own.
fn herd(
    worker: &Arc<Worker>,
    inbox: Receiver<Command>,
    files: Vec<(String, JavaMap)>,
    started: Instant,
    ended: oneshot::Sender<Result<()>>,
) -> Result<JoinHandle<()>> {
    let (worker, runtime) = (Arc::clone(worker), Handle::current());
    let body = move || {
        let opened = open_topics(&worker, &runtime, &inbox);
        let Some(topics) = opened.transpose() else { return };
        let result = topics.and_then(|topics| {
            worker.is_ready_with(Arc::clone(&topics));
            tracing::info!(cluster_id = topics.cluster_id, after_ms = elapsed_ms(started), "worker is ready");
            put_files(&worker, files)?;
            Supervisor::new(Arc::clone(&worker), topics).run(&inbox);
            Ok(())
        });
        // after a signal nobody listens any more
        let _ = ended.send(result);
    };
    std::thread::Builder::new()
        .name("supervisor".into())
        .spawn(body)
        .map_err(|e| Error::fatal("no thread can be started").caused_by(e))
}

/// Tries until Kafka answers; `None` when the process is to end meanwhile.
fn open_topics(worker: &Worker, runtime: &Handle, inbox: &Receiver<Command>) -> Result<Option<Arc<Topics>>> {
    let mut pause = FIRST_RETRY;
    for attempt in 1u64.. {
        match Topics::open(&worker.settings, runtime) {
            Ok(topics) => return Ok(Some(Arc::new(topics))),
            Err(error) if error.is_transient() => {
                let bootstrap = &worker.settings.bootstrap_servers;
                let report = error.report();
                tracing::warn!(
                    attempt,
                    bootstrap,
                    retry_in_ms = pause.as_millis(),
                    error = report,
                    "kafka is not ready, trying again"
                );
                worker.waits_for(format!("waiting for Kafka at {bootstrap} (attempt {attempt})"));
            }
            Err(error) => return Err(error),
        }
        if let Ok(Command::Shutdown(done)) = inbox.recv_timeout(pause) {
            let _ = done.send(());
            return Ok(None);
        }
        pause = (pause * 2).min(LONGEST_RETRY);
    }
    Ok(None)
}

/// A file is put as by the REST API; one that is refused ends the process, since nobody else would tell.
fn put_files(worker: &Worker, files: Vec<(String, JavaMap)>) -> Result<()> {
    for (name, config) in files {
        let known = worker.topics().and_then(|t| t.config.view().connector(&name).map(|c| c.config.clone()));
        let mut named = config.clone();
        named.set("name", name.as_str());
        if known.is_some_and(|known| known.same_as(&named)) {
            tracing::info!(connector = name, "connector file equals the stored configuration");
            continue;
        }
        worker.put_config(&name, config, None, false).map_err(|Refusal { message, .. }| {
            Error::definite(format!("connector {name}: {message}")).remedy("correct the file given by --connector")
        })?;
    }
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C, and names which it was.
pub async fn stop_signal() -> Result<&'static str> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |e: std::io::Error| Error::fatal("signals cannot be received").caused_by(e);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}

async fn shut_down(worker: &Arc<Worker>, herding: JoinHandle<()>) {
    let (done, finished) = channel();
    let _ = worker.commands.send(Command::Shutdown(done));
    let timeout = worker.settings.shutdown_timeout + Duration::from_secs(5);
    let waited = tokio::task::spawn_blocking(move || finished.recv_timeout(timeout).is_ok() && herding.join().is_ok());
    match waited.await {
        Ok(true) => tracing::info!("worker has ended orderly"),
        _ => tracing::warn!("worker ends before everything is settled"),
    }
}

/// `host:port`; without an advertised or bound host the machine's own name.
fn worker_id(settings: &Settings, bound_port: u16) -> String {
    let listener = settings.listeners.first().filter(|l| !l.is_wildcard()).map(|l| l.host.clone());
    let host = settings.advertised_host.clone().or(listener).unwrap_or_else(host_name);
    format!("{host}:{}", settings.advertised_port.unwrap_or(bound_port))
}

fn host_name() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    kernel.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).unwrap_or_else(|| "localhost".into())
}

fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
