//! One writer for all compacted topics of the worker: every write is acknowledged by all replicas or reported.

use super::admin::config;
use super::client::Logged;
use crate::config::key::Map;
use crate::error::{Error, Result};
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer, ProducerContext, ThreadedProducer};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where a write came to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub partition: i32,
    pub offset: i64,
}

type Outcome = Result<Position, KafkaError>;

/// A write under way.
#[derive(Debug, Clone)]
pub struct Pending(Arc<Slot>);

#[derive(Debug)]
struct Slot {
    topic: String,
    outcome: Mutex<Option<Outcome>>,
    settled: Condvar,
}

impl Pending {
    /// The outcome, once known.
    pub fn poll(&self) -> Option<Result<Position>> {
        let outcome = self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone();
        outcome.map(|o| o.map_err(|e| refused(&self.0.topic, e)))
    }

    pub fn wait(&self, timeout: Duration) -> Result<Position> {
        let deadline = Instant::now() + timeout;
        let mut outcome = self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = outcome.clone() {
                return outcome.map_err(|e| refused(&self.0.topic, e));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::transient(format!(
                    "kafka did not acknowledge a write to topic '{}' in time",
                    self.0.topic
                ))
                .remedy("see that its replicas are in sync: a write waits for min.insync.replicas of them"));
            }
            outcome = self.0.settled.wait_timeout(outcome, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn refused(topic: &str, error: KafkaError) -> Error {
    let (failure, remedy) = match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => (
            Error::definite(format!("a record is larger than topic '{topic}' admits")),
            "raise max.message.bytes of the topic and message.max.bytes of the broker",
        ),
        Some(RDKafkaErrorCode::TopicAuthorizationFailed) => (
            Error::definite(format!("the worker may not write to its topic '{topic}'")),
            "grant the worker's principal Write on it",
        ),
        _ => (Error::transient(format!("kafka did not take a write to topic '{topic}'")), BROKERS),
    };
    failure.remedy(remedy).caused_by(error)
}

const BROKERS: &str = "check bootstrap.servers and that the brokers run";

struct Delivery(Logged);

impl ClientContext for Delivery {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.0.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.error(error, reason);
    }
}

impl ProducerContext for Delivery {
    type DeliveryOpaque = Arc<Slot>;

    fn delivery(&self, result: &DeliveryResult<'_>, slot: Arc<Slot>) {
        let outcome = match result {
            Ok(message) => Ok(Position { partition: message.partition(), offset: message.offset() }),
            Err((error, _)) => Err(error.clone()),
        };
        *slot.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        slot.settled.notify_all();
    }
}

/// A cheap handle: clones write through the same client.
#[derive(Clone)]
pub struct Writer(Arc<ThreadedProducer<Delivery>>);

impl Writer {
    pub fn new(properties: &Map) -> Result<Self> {
        let mut config = config(properties);
        config.set("queue.buffering.max.kbytes", "8192");
        let producer = config.create_with_context(Delivery(Logged)).map_err(super::client::unusable)?;
        Ok(Self(Arc::new(producer)))
    }

    /// Begins a write; a `None` value is a tombstone. Java's default partitioner places it by its key.
    pub fn send(&self, topic: &str, key: &[u8], value: Option<&[u8]>) -> Pending {
        let slot = Slot { topic: topic.to_owned(), outcome: Mutex::default(), settled: Condvar::new() };
        let pending = Pending(Arc::new(slot));
        let mut record = BaseRecord::with_opaque_to(topic, Arc::clone(&pending.0)).key(key);
        if let Some(value) = value {
            record = record.payload(value);
        }
        if let Err((error, record)) = self.0.send(record) {
            drop(record);
            *pending.0.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(Err(error));
        }
        pending
    }

    /// Waits until every write begun is settled.
    pub fn flush(&self, timeout: Duration) {
        if let Err(error) = self.0.flush(timeout) {
            tracing::warn!(%error, "writes to the worker's topics are not all acknowledged");
        }
    }
}
