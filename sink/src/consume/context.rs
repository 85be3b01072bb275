//! What happens when the group gives partitions to this member or takes them away.
//!
//! Runs on the polling thread, inside a poll. Giving reads the committed offsets with their metadata and starts
//! consuming there, or at the nearest offset that the log has: whether going on there is right is the owner's to judge,
//! and its refusal says more than the broker's. Taking asks the owners to stop and waits for their running inserts and commits, within a limit;
//! what is not finished by then stays announced, and the next owner repeats it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaResult;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList, TopicPartitionListElem};
use rdkafka::types::RDKafkaRespErr;
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};

const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 6;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(500);

/// A partition that this member has been given.
#[derive(Debug)]
pub struct Assigned {
    pub topic: Arc<str>,
    pub partition: i32,
    pub committed: Option<i64>,
    /// Metadata of the committed offset.
    pub metadata: String,
    /// First offset of the log, and the one after its last.
    pub low: i64,
    pub high: i64,
}

impl Assigned {
    /// Where consuming begins: the group's offset as far as the log has it.
    fn starts_at(&self) -> i64 {
        self.committed.unwrap_or(self.low).min(self.high).max(self.low)
    }
}

/// A running owner, as far as taking its partition away needs it.
#[derive(Debug)]
pub struct Running {
    pub topic: Arc<str>,
    pub partition: i32,
    pub stop: CancellationToken,
    pub task: JoinHandle<()>,
}

pub struct Context {
    runtime: Handle,
    drain_timeout: Duration,
    failed: UnboundedSender<Error>,
    arrived: Mutex<Vec<Assigned>>,
    running: Mutex<Vec<Running>>,
}

impl Context {
    pub fn new(runtime: Handle, drain_timeout: Duration, failed: UnboundedSender<Error>) -> Self {
        Self { runtime, drain_timeout, failed, arrived: Mutex::default(), running: Mutex::default() }
    }

    /// Partitions that were given since the last call and have no owner yet.
    pub fn take_arrived(&self) -> Vec<Assigned> {
        std::mem::take(&mut *lock(&self.arrived))
    }

    pub fn add_running(&self, running: Running) {
        lock(&self.running).push(running);
    }

    /// Asks every owner for which `picked` holds to stop, and waits for them.
    pub fn stop_owners(&self, picked: impl Fn(&str, i32) -> bool) {
        let (stopping, staying): (Vec<_>, Vec<_>) = std::mem::take(&mut *lock(&self.running))
            .into_iter()
            .partition(|running| picked(&running.topic, running.partition));
        *lock(&self.running) = staying;
        stopping.iter().for_each(|running| running.stop.cancel());
        let deadline = tokio::time::Instant::now() + self.drain_timeout;
        self.runtime.block_on(async {
            for mut running in stopping {
                if tokio::time::timeout_at(deadline, &mut running.task).await.is_err() {
                    running.task.abort();
                    let (topic, partition) = (running.topic.as_ref(), running.partition);
                    tracing::warn!(topic, partition, "insert still running, left to the next owner");
                }
            }
        });
    }

    fn assign(&self, consumer: &BaseConsumer<Self>, given: &TopicPartitionList) {
        if let Err(error) = self.take_over(consumer, given) {
            self.fail(error);
        }
    }

    fn take_over(&self, consumer: &BaseConsumer<Self>, given: &TopicPartitionList) -> Result<()> {
        let committed = patiently(|| committed(consumer, given)).map_err(|e| {
            Error::transient("the group's offsets could not be read")
                .caused_by(e)
                .remedy("Check that the broker that coordinates the group is up, then start again.")
        })?;
        let mut start = TopicPartitionList::with_capacity(given.count());
        let mut arrived = Vec::with_capacity(given.count());
        for element in committed.elements() {
            let assigned = locate(consumer, &element)?;
            start
                .add_partition_offset(element.topic(), element.partition(), Offset::Offset(assigned.starts_at()))
                .map_err(|e| Error::definite("a committed offset is out of range").caused_by(e))?;
            arrived.push(assigned);
        }
        consumer.assign(&start).map_err(|e| Error::transient("partitions could not be taken over").caused_by(e))?;
        lock(&self.arrived).extend(arrived);
        Ok(())
    }

    fn revoke(&self, consumer: &BaseConsumer<Self>, taken: &TopicPartitionList) {
        lock(&self.arrived).retain(|arrived| taken.find_partition(&arrived.topic, arrived.partition).is_none());
        self.stop_owners(|topic, partition| taken.find_partition(topic, partition).is_some());
        if let Err(error) = consumer.unassign() {
            self.fail(Error::transient("partitions could not be given back").caused_by(error));
        }
    }

    fn fail(&self, error: Error) {
        // Without a receiver the process is ending already.
        let _ = self.failed.send(error);
    }
}

fn committed(consumer: &BaseConsumer<Context>, given: &TopicPartitionList) -> KafkaResult<TopicPartitionList> {
    let list = consumer.committed_offsets(given.clone(), ANSWER_TIMEOUT)?;
    list.elements().iter().try_for_each(|element| element.error())?;
    Ok(list)
}

fn locate(consumer: &BaseConsumer<Context>, element: &TopicPartitionListElem<'_>) -> Result<Assigned> {
    let (topic, partition) = (element.topic(), element.partition());
    let (low, high) = patiently(|| consumer.fetch_watermarks(topic, partition, ANSWER_TIMEOUT)).map_err(|e| {
        Error::transient(format!("the log range of {topic}/{partition} could not be read"))
            .caused_by(e)
            .remedy("Check that the broker that leads the partition is up, then start again.")
    })?;
    let committed = match element.offset() {
        Offset::Offset(offset) => Some(offset),
        _ => None,
    };
    Ok(Assigned { topic: topic.into(), partition, committed, metadata: element.metadata().to_owned(), low, high })
}

/// Asks a few times. The polling thread waits here, for less than `max.poll.interval.ms`.
fn patiently<T>(ask: impl Fn() -> KafkaResult<T>) -> KafkaResult<T> {
    for attempt in 1..ATTEMPTS {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(error) => tracing::warn!(attempt, error = %error, "offsets not readable, retrying"),
        }
        std::thread::sleep(BETWEEN_ATTEMPTS);
    }
    ask()
}

/// The lists stay consistent at every step, so a panic elsewhere does not spoil them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // What matters comes back as an error of a poll or a commit; this is librdkafka's own account of it.
        tracing::debug!(?level, facility, message, "kafka client");
    }

    fn error(&self, error: rdkafka::error::KafkaError, reason: &str) {
        tracing::debug!(error = %error, reason, "kafka client");
    }
}

impl ConsumerContext for Context {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, list: &mut TopicPartitionList) {
        match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.assign(consumer, list),
            _ => self.revoke(consumer, list),
        }
    }
}
