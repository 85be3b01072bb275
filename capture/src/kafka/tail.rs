//! Reads one topic from its beginning to its end and then follows it, by plain assignment: no group is joined.

use super::admin::config;
use super::client::{self, Logged};
use super::entry::{Apply, Entry};
use super::writer::Position;
use crate::config::key::Map;
use crate::error::{Error, Result};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::TopicPartitionListElem;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

const WATERMARK_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two questions to a partition whose leader does not know yet that it is.
const LEADER_PAUSE: Duration = Duration::from_millis(20);
/// Only how soon the thread notices that it is to end; records wake it at once.
const POLL: Duration = Duration::from_millis(200);

const LEADERS: &str = "check that the brokers run and that each partition of the topic has a leader";

/// How far each partition has been read and applied.
#[derive(Default)]
pub struct Progress {
    next: Mutex<BTreeMap<i32, i64>>,
    moved: Condvar,
}

impl Progress {
    fn advance(&self, partition: i32, next: i64) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).insert(partition, next);
        self.moved.notify_all();
    }

    /// Waits until the record at `position` has been applied.
    pub fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        while next.get(&position.partition).is_none_or(|n| *n <= position.offset) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            next = self.moved.wait_timeout(next, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

pub struct Tail<A> {
    topic: String,
    consumer: BaseConsumer<Logged>,
    view: Arc<Mutex<A>>,
    progress: Arc<Progress>,
}

impl<A: Apply> Tail<A> {
    pub fn new(properties: &Map, topic: &str, view: Arc<Mutex<A>>) -> Result<Self> {
        let mut config = config(properties);
        // a group must be named to be allowed to assign; nothing is committed to it
        config.set("enable.auto.commit", "false").set("enable.partition.eof", "true");
        config.set("auto.offset.reset", "earliest").set("allow.auto.create.topics", "false");
        config.set("queued.max.messages.kbytes", "2048").set("isolation.level", "read_committed");
        let consumer: BaseConsumer<Logged> = config.create_with_context(Logged).map_err(client::unusable)?;
        Ok(Self { topic: topic.to_owned(), consumer, view, progress: Arc::default() })
    }

    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Reads what was written before now. A partition's end is its high watermark; where compaction or a transaction's
    /// mark took the last offset, the end that the broker reports counts.
    pub fn read_to_end(&mut self, partitions: i32) -> Result<()> {
        let topic = self.topic.clone();
        let failed = |e: KafkaError| {
            Error::transient(format!("topic '{topic}' cannot be read to its end")).caused_by(e).remedy(LEADERS)
        };
        let begins = self.bounds(partitions, Offset::Beginning).map_err(failed)?;
        let mut ends = self.bounds(partitions, Offset::End).map_err(failed)?;
        let (mut full, mut empty) = (TopicPartitionList::new(), TopicPartitionList::new());
        for (partition, low) in begins {
            let has_records = ends.get(&partition).is_some_and(|high| *high > low);
            if !has_records {
                ends.remove(&partition);
            }
            let list = if has_records { &mut full } else { &mut empty };
            list.add_partition_offset(&self.topic, partition, Offset::Offset(low)).map_err(failed)?;
        }
        // a broker answers one connection in order, so what is asked next would wait behind a fetch that waits for records,
        // half a second at a time: questions come before the first fetch, and what is empty after the last record
        self.consumer.assign(&full).map_err(failed)?;
        while !ends.is_empty() {
            match self.consumer.poll(WATERMARK_TIMEOUT) {
                Some(Ok(message)) => {
                    self.apply(&message);
                    if ends.get(&message.partition()).is_some_and(|end| message.offset() + 1 >= *end) {
                        ends.remove(&message.partition());
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => drop(ends.remove(&partition)),
                Some(Err(error)) => return Err(failed(error)),
                None => return Err(Error::transient(format!("topic '{topic}' stopped answering")).remedy(LEADERS)),
            }
        }
        self.consumer.incremental_assign(&empty).map_err(failed)
    }

    /// The first or the next offset of every partition, by one question to each broker. A broker names the leader of a new
    /// partition before that leader knows; it says so, and is asked again.
    fn bounds(&self, partitions: i32, side: Offset) -> std::result::Result<BTreeMap<i32, i64>, KafkaError> {
        let mut asked = TopicPartitionList::new();
        for partition in 0..partitions {
            asked.add_partition_offset(&self.topic, partition, side)?;
        }
        let deadline = Instant::now() + WATERMARK_TIMEOUT;
        loop {
            let answer = self.consumer.offsets_for_times(asked.clone(), WATERMARK_TIMEOUT);
            match answer.and_then(|list| list.elements().iter().map(bound).collect()) {
                Err(error) if is_not_led(&error) && Instant::now() < deadline => std::thread::sleep(LEADER_PAUSE),
                outcome => return outcome,
            }
        }
    }

    /// Follows the topic until `stop` is set.
    pub fn follow(self, stop: &AtomicBool) {
        while !stop.load(Ordering::Acquire) {
            match self.consumer.poll(POLL) {
                Some(Ok(message)) => self.apply(&message),
                None | Some(Err(KafkaError::PartitionEOF(_))) => {}
                Some(Err(error)) => tracing::debug!(topic = self.topic, %error, "following a topic is interrupted"),
            }
        }
    }

    fn apply(&self, message: &BorrowedMessage<'_>) {
        let entry = Entry {
            partition: message.partition(),
            offset: message.offset(),
            timestamp_ms: message.timestamp().to_millis(),
            key: message.key(),
            value: message.payload(),
        };
        self.view.lock().unwrap_or_else(PoisonError::into_inner).apply(&entry);
        self.progress.advance(message.partition(), message.offset() + 1);
    }
}

fn bound(element: &TopicPartitionListElem<'_>) -> std::result::Result<(i32, i64), KafkaError> {
    element.error()?;
    match element.offset() {
        Offset::Offset(offset) => Ok((element.partition(), offset)),
        _ => Err(KafkaError::OffsetFetch(RDKafkaErrorCode::OffsetNotAvailable)),
    }
}

fn is_not_led(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{LeaderNotAvailable, NotLeaderForPartition};
    matches!(error.rdkafka_error_code(), Some(NotLeaderForPartition | LeaderNotAvailable))
}
