//! The process around the owners: connect, create tables, consume, and end in order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::batch::Landing;
use crate::config::{Config, Stream, TimestampUnit};
use crate::consume::{self, Assigned, Consumer, Context, Fence, Intake, Poller};
use crate::decode::{event, user};
use crate::error::{Error, Kind, Result};
use crate::insert::{Warehouse, ensure};
use crate::owner::{Owner, Target};
use crate::retry;

/// Leaving the group takes this long at most, after the owners are done.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(3);

const PANIC_REMEDY: &str = "Report the panic message that is printed above; the sink can be started again.";

/// Runs until `stop` is cancelled (success) or a person is needed (the error).
pub async fn run(config: Config, stop: CancellationToken) -> Result<()> {
    let targets = [users(&config), events(&config)];
    // Nothing is under way yet that a stop would have to wait for.
    let warehouse = match stop.run_until_cancelled(prepare(&config, &targets, &stop)).await {
        None => return Ok(()),
        Some(Err(error)) if error.kind == Kind::Lost && stop.is_cancelled() => return Ok(()),
        Some(prepared) => prepared?,
    };
    let mut fence = Fence::default();
    loop {
        match consume(&config, &targets, &warehouse, &stop).await {
            Err(error) if error.kind == Kind::Lost && !stop.is_cancelled() && fence.may_join(Instant::now()) => {
                tracing::warn!(cause = %error, "shut out of the consumer group, joining it anew");
            }
            ended => return ended,
        }
    }
}

async fn prepare(config: &Config, targets: &[Target], stop: &CancellationToken) -> Result<Warehouse> {
    let connect = || Warehouse::connect(&config.clickhouse);
    let warehouse = retry::until_done("connection to clickhouse", stop, connect).await?;
    for (table, shape) in targets.iter().flat_map(Target::tables) {
        retry::until_done("table", stop, || ensure(&warehouse, table, shape)).await?;
    }
    Ok(warehouse)
}

fn users(config: &Config) -> Target {
    let timestamp_unit = config.users.timestamp_unit.unwrap_or(TimestampUnit::Microseconds);
    let decoder = user::Decoder { timestamp_unit, on_truncate: config.policy.on_truncate };
    target(config, &config.users, Landing::Users(decoder))
}

fn events(config: &Config) -> Target {
    let timestamp_unit = config.events.timestamp_unit.unwrap_or(TimestampUnit::Milliseconds);
    target(config, &config.events, Landing::Events(event::Decoder { timestamp_unit }))
}

fn target(config: &Config, stream: &Stream, landing: Landing) -> Target {
    Target {
        topic: stream.topic.clone(),
        bronze: stream.bronze.clone(),
        silver: stream.silver.clone(),
        landing,
        limits: config.batch,
        skip: config.policy.skip.clone(),
        accept_gap: config.policy.accept_gap,
    }
}

/// One membership of the group. [`Kind::Lost`] when the group has shut us out.
async fn consume(
    config: &Config,
    targets: &[Target; 2],
    warehouse: &Warehouse,
    stop: &CancellationToken,
) -> Result<()> {
    let (failed, mut failures) = mpsc::unbounded_channel();
    let drain_timeout = config.policy.drain.timeout();
    let context = Context::new(Handle::current(), drain_timeout, failed.clone());
    let consumer = Arc::new(consume::build(&config.kafka, context)?);
    // Ends with the caller's stop, and by itself when something fails.
    let ending = stop.child_token();
    let (targets, warehouse) = (targets.clone(), warehouse.clone());
    let owners = Owners { targets, consumer, warehouse, failed, runtime: Handle::current() };
    let mut polling = spawn_polling(owners, config.batch.max_bytes, ending.clone())?;
    let failure = tokio::select! {
        failure = failures.recv() => failure,
        () = stop.cancelled() => None,
        ended = &mut polling => return ended.unwrap_or_else(|_| Err(panicked())),
    };
    tracing::info!(failed = failure.is_some(), "stopping, running inserts are finished first");
    ending.cancel();
    match tokio::time::timeout(drain_timeout + LEAVE_TIMEOUT, polling).await {
        Ok(ended) => ended.unwrap_or_else(|_| Err(panicked()))?,
        Err(_) => tracing::warn!("stopped without leaving the consumer group"),
    }
    // An owner may have failed on the way out too.
    match failure.or_else(|| failures.try_recv().ok()) {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

fn panicked() -> Error {
    Error::definite("the polling thread panicked").remedy(PANIC_REMEDY)
}

/// The polling thread ends when asked to, or with an error that it cannot pass.
fn spawn_polling(
    owners: Owners,
    queue_limit_bytes: usize,
    ending: CancellationToken,
) -> Result<oneshot::Receiver<Result<()>>> {
    let (ended, ends) = oneshot::channel();
    let body = move || {
        let spawn = |cluster: &str, assigned, intake, stop| owners.spawn(cluster, assigned, intake, stop);
        let poller = Poller::new(Arc::clone(&owners.consumer), queue_limit_bytes, ending, spawn);
        let result = poller.run(&owners.targets.each_ref().map(|target| target.topic.as_str()));
        // Dropping the last handle leaves the group.
        drop(owners);
        // Without a receiver the process is ending already.
        let _ = ended.send(result);
    };
    std::thread::Builder::new()
        .name("kafka-poll".into())
        .spawn(body)
        .map_err(|e| Error::definite("cannot start the polling thread").caused_by(e))?;
    Ok(ends)
}

/// What it takes to start the owner of a partition.
struct Owners {
    /// Users, events.
    targets: [Target; 2],
    consumer: Arc<Consumer>,
    warehouse: Warehouse,
    failed: UnboundedSender<Error>,
    runtime: Handle,
}

impl Owners {
    fn spawn(&self, cluster: &str, assigned: Assigned, intake: Intake, stop: CancellationToken) -> JoinHandle<()> {
        let [users, events] = &self.targets;
        let target = if *assigned.topic == *users.topic { users } else { events };
        let owner = Owner {
            consumer: Arc::clone(&self.consumer),
            warehouse: self.warehouse.clone(),
            cluster: cluster.to_owned(),
            target: target.clone(),
            assigned,
            intake,
            stop,
        };
        let place = format!("{}/{}", owner.assigned.topic, owner.assigned.partition);
        self.runtime.spawn(watched(place, self.failed.clone(), owner.run()))
    }
}

/// Reports how an owner fails. A panic is a failure too: its partition would otherwise stay unread without a word.
async fn watched(place: String, failed: UnboundedSender<Error>, owner: impl Future<Output = Result<()>>) {
    let _alarm = Alarm { place, failed: failed.clone() };
    if let Err(error) = owner.await {
        // Without a receiver the process is ending already.
        let _ = failed.send(error);
    }
}

struct Alarm {
    place: String,
    failed: UnboundedSender<Error>,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let error = Error::definite(format!("the task that lands {} panicked", self.place)).remedy(PANIC_REMEDY);
            // Without a receiver the process is ending already.
            let _ = self.failed.send(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_owner_that_panics_fails_the_process() {
        let (failed, mut failures) = mpsc::unbounded_channel();
        let owner = async { panic!("on purpose") };
        assert!(tokio::spawn(watched("users/0".into(), failed, owner)).await.is_err());
        let report = failures.recv().await.unwrap().report();
        assert!(report.contains("users/0 panicked"), "{report}");
    }
}
