//! The producer: records in, acknowledgements out by sequence number.
//!
//! librdkafka's threads send; one thread polls and puts each acknowledgement into a queue without locks, from which the
//! task's thread takes it. The sequence number travels as the message's opaque pointer, so nothing is boxed.

use crate::config::key::Map;
use crate::error::{Error, Result};
use crate::model::record::Record;
use crossbeam_queue::ArrayQueue;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header as KafkaHeader, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::{ClientConfig, ClientContext};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What became of records.
pub struct Acknowledgements {
    queue: ArrayQueue<u64>,
    refused: Mutex<Option<Error>>,
    arrived: Notify,
}

impl Acknowledgements {
    /// The sequence number of a record that is durable.
    #[inline]
    pub fn next(&self) -> Option<u64> {
        self.queue.pop()
    }

    /// The first refusal, once.
    pub fn take_refusal(&self) -> Option<Error> {
        self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }

    /// Waits for news since the last call.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

struct Context {
    acknowledgements: Arc<Acknowledgements>,
}

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(error = %error, reason, "kafka producer reports a problem");
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, sequence: usize) {
        match result {
            Ok(_) => {
                // there is room for all that the core lets fly; a change of very many records is waited for
                while self.acknowledgements.queue.push(sequence as u64).is_err() {
                    self.acknowledgements.arrived.notify_one();
                    std::thread::yield_now();
                }
            }
            Err((error, message)) => self.refuse(error, rdkafka::Message::topic(message)),
        }
        self.acknowledgements.arrived.notify_one();
    }
}

impl Context {
    fn refuse(&self, error: &KafkaError, topic: &str) {
        let mut refused = self.acknowledgements.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if refused.is_none() {
            *refused = Some(refusal(error, topic));
        }
    }
}

fn refusal(error: &KafkaError, topic: &str) -> Error {
    let message = format!("Kafka refused a record for topic {topic}");
    let remedy = match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => {
            "raise message.max.bytes of broker and topic and producer.override.max.request.size, or leave the large \
             column out"
        }
        Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
            "create the topic, or allow the broker to create topics"
        }
        Some(RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed) => {
            "grant the producer's principal Write on the topic"
        }
        // purged, timed out, broker gone: the record is read again and sent again
        _ => return Error::transient(message).caused_by(error.clone()),
    };
    Error::definite(message).caused_by(error.clone()).remedy(remedy)
}

/// Records by which one change may pass the limit.
const SPARE: usize = 1024;

pub struct Producer {
    inner: ThreadedProducer<Context>,
    acknowledgements: Arc<Acknowledgements>,
}

impl Producer {
    /// `properties` are librdkafka's. `in_flight` is the most that the core allows.
    pub fn new(properties: &Map, in_flight: usize) -> Result<Self> {
        let acknowledgements = Arc::new(Acknowledgements {
            queue: ArrayQueue::new(in_flight + SPARE),
            refused: Mutex::new(None),
            arrived: Notify::new(),
        });
        let mut config = ClientConfig::new();
        for (name, value) in properties {
            config.set(name, value);
        }
        let context = Context { acknowledgements: acknowledgements.clone() };
        let inner = config.create_with_context(context).map_err(|e| {
            Error::definite("the producer's settings are refused")
                .caused_by(e)
                .remedy("check producer.* of the worker and producer.override.* of the connector")
        })?;
        Ok(Self { inner, acknowledgements })
    }

    pub fn acknowledgements(&self) -> Arc<Acknowledgements> {
        self.acknowledgements.clone()
    }

    /// Hands a record over; copies its bytes once. `Ok(false)`: the queue is full, try again after acknowledgements.
    #[inline]
    pub fn send(&self, record: &Record<'_>, sequence: u64) -> Result<bool> {
        let mut message: BaseRecord<'_, [u8], [u8], usize> =
            BaseRecord::with_opaque_to(record.topic, sequence as usize);
        message.key = record.key;
        message.payload = record.value;
        message.partition = record.partition;
        if !record.headers.is_empty() {
            message.headers = Some(headers(record));
        }
        match self.inner.send(message) {
            Ok(()) => Ok(true),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => Ok(false),
            Err((error, _)) => Err(refusal(&error, record.topic)),
        }
    }

    /// Forgets what is still queued: after a failure it is read and sent again.
    pub fn purge(&self) {
        self.inner.purge(rdkafka::producer::PurgeConfig::default().queue().inflight());
    }
}

#[cold]
fn headers(record: &Record<'_>) -> OwnedHeaders {
    record.headers.iter().fold(OwnedHeaders::new_with_capacity(record.headers.len()), |headers, header| {
        headers.insert(KafkaHeader { key: header.name, value: header.value })
    })
}
