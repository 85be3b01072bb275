//! A task's thread: opens, runs, and after a transient failure opens again from the offset stored last.

use super::output::Output;
use super::retries::{Decision, Retries};
use super::run::{Control, Ended, run};
use super::task::{State, StateCell};
use crate::core::Limits;
use crate::error::{Error, Result};
use crate::source::Source;
use crate::store::offset::OffsetStore;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The first words of a failed task's trace where a failure that is retried came too often; Debezium's.
const STOPPED: &str = "org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer. \
                       This connector will be stopped.";
/// Granularity with which a pause notices a stop.
const STOP_POLL: Duration = Duration::from_millis(50);
/// No task needs a deep stack; the default of 2 MiB would only be resident memory.
const STACK_BYTES: usize = 512 << 10;

/// A running task.
#[derive(Debug)]
pub struct TaskHandle {
    control: Control,
    thread: Option<JoinHandle<()>>,
}

impl TaskHandle {
    /// Asks the task to end: it stops reading, waits for acknowledgements, and stores its offset.
    pub fn stop(&self) {
        self.control.stop();
    }

    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the end; false: it did not come in time and the thread is left alone.
    pub fn join(mut self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        while !self.is_finished() {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.thread.take().is_none_or(|thread| thread.join().is_ok())
    }
}

/// How a task gets its parts, each time anew.
pub trait Parts {
    type Source: Source;
    type Output: Output;

    fn open(&mut self, stored: Option<&str>) -> impl Future<Output = Result<Self::Source>>;

    fn output(&mut self) -> Result<Self::Output>;
}

/// What a task's thread is given.
pub struct Task<P> {
    pub name: String,
    pub parts: P,
    pub store: Box<dyn OffsetStore>,
    pub limits: Limits,
    pub grace: Duration,
    pub cell: StateCell,
    /// False for a command in somebody's hands: a source that cannot be opened at all ends the task with the cause.
    pub waits_for_source: bool,
    pub retries: Retries,
}

pub fn start<P: Parts + Send + 'static>(mut task: Task<P>) -> Result<TaskHandle> {
    let control = Control::default();
    let seen = control.clone();
    let body = move || {
        let name = task.name.clone();
        let cell = task.cell.clone();
        let end = catch_unwind(AssertUnwindSafe(|| in_runtime(&mut task, &seen)));
        let state = match end {
            Ok(state) => state,
            Err(panic) => State::Failed(format!("the task panicked: {}", panic_text(panic.as_ref()))),
        };
        if let State::Failed(report) = &state {
            tracing::error!(connector = name, error = report, "task failed");
        }
        cell.set(state);
    };
    let thread = std::thread::Builder::new()
        .name("task".into())
        .stack_size(STACK_BYTES)
        .spawn(body)
        .map_err(|e| Error::fatal("cannot start a thread").caused_by(e))?;
    Ok(TaskHandle { control, thread: Some(thread) })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

fn in_runtime<P: Parts>(task: &mut Task<P>, control: &Control) -> State {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(attempts(task, control)),
        Err(e) => State::Failed(format!("cannot start the task's runtime: {e}")),
    }
}

async fn attempts<P: Parts>(task: &mut Task<P>, control: &Control) -> State {
    let mut stored = match task.store.load() {
        Ok(stored) => stored,
        Err(error) => return State::Failed(error.report()),
    };
    loop {
        let begun = Instant::now();
        let ended = attempt(task, stored.as_deref(), control).await;
        let has_delivered = ended.stored.is_some();
        stored = ended.stored.or(stored);
        let Some(error) = ended.failure else { return State::Stopped };
        let has_run = matches!(task.cell.get(), State::Running | State::Retrying(_));
        if !error.is_transient() || !(has_run || task.waits_for_source) {
            return State::Failed(error.report());
        }
        if has_delivered {
            task.retries.delivered();
        }
        let report = error.report();
        let Decision::After(pause) = task.retries.next(Instant::now(), begun.elapsed(), error.patience()) else {
            return State::Failed(format!("{STOPPED}\nCaused by: {report}"));
        };
        tracing::warn!(connector = task.name, error = report, pause_ms = pause.as_millis() as u64, "task tries again");
        task.cell.set(State::Retrying(format!("{report}\ntrying again in {pause:?}")));
        if !wait(pause, control).await {
            return State::Stopped;
        }
    }
}

async fn attempt<P: Parts>(task: &mut Task<P>, stored: Option<&str>, control: &Control) -> Ended {
    let opened = tokio::select! {
        opened = task.parts.open(stored) => opened,
        () = stopped(control) => return Ended { failure: None, stored: None },
    };
    let parts = opened.and_then(|source| Ok((source, task.parts.output()?)));
    let (source, output) = match parts {
        Ok(parts) => parts,
        Err(error) => return Ended { failure: Some(error), stored: None },
    };
    task.cell.set(State::Running);
    tracing::info!(connector = task.name, "task runs");
    run(source, output, task.store.as_mut(), task.limits, (control, task.grace)).await
}

async fn stopped(control: &Control) {
    while !control.is_stopping() {
        tokio::time::sleep(STOP_POLL).await;
    }
}

/// False: a stop came first.
async fn wait(pause: Duration, control: &Control) -> bool {
    let end = Instant::now() + pause;
    while Instant::now() < end {
        if control.is_stopping() {
            return false;
        }
        tokio::time::sleep(STOP_POLL).await;
    }
    true
}
