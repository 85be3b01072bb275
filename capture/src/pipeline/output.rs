//! Where records go: Kafka, or nowhere when only the source is measured. (`stdout` is `capture tail`'s.)

use crate::error::{Error, Result};
use crate::kafka::producer::{Acknowledgements, Producer};
use crate::model::record::Record;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[allow(async_fn_in_trait)] // used within one current-thread runtime
pub trait Output {
    /// Hands a record over; its bytes may be overwritten afterwards.
    fn send(&mut self, record: &Record<'_>, sequence: u64) -> Result<()>;

    /// The sequence number of a record that became durable.
    fn acknowledged(&mut self) -> Option<u64>;

    fn take_refusal(&mut self) -> Option<Error>;

    /// Waits until there may be something to ask for.
    async fn arrived(&mut self);

    /// What is still under way will be sent again by somebody else.
    fn abandon(&mut self);
}

pub struct KafkaOutput {
    producer: Producer,
    acknowledgements: Arc<Acknowledgements>,
}

/// The core keeps less in flight than the producer's queue holds; this is for a queue shrunk by an override.
const QUEUE_PAUSE: Duration = Duration::from_millis(1);

/// Nothing else runs on this thread meanwhile: a database ends a connection that says nothing for a minute.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

fn stays_full() -> Error {
    Error::transient(format!("the producer's queue stayed full for {LONGEST_WAIT:?}"))
        .remedy("raise producer.override.buffer.memory if the brokers answer")
}

impl KafkaOutput {
    pub fn new(producer: Producer) -> Self {
        Self { acknowledgements: producer.acknowledgements(), producer }
    }
}

impl Output for KafkaOutput {
    #[inline]
    fn send(&mut self, record: &Record<'_>, sequence: u64) -> Result<()> {
        let mut since = None;
        while !self.producer.send(record, sequence)? {
            if since.get_or_insert_with(Instant::now).elapsed() > LONGEST_WAIT {
                return Err(stays_full());
            }
            std::thread::sleep(QUEUE_PAUSE);
        }
        Ok(())
    }

    #[inline]
    fn acknowledged(&mut self) -> Option<u64> {
        self.acknowledgements.next()
    }

    fn take_refusal(&mut self) -> Option<Error> {
        self.acknowledgements.take_refusal()
    }

    async fn arrived(&mut self) {
        self.acknowledgements.arrived().await;
    }

    fn abandon(&mut self) {
        self.producer.purge();
    }
}

/// Acknowledges everything at once: shows what the source alone can do.
#[derive(Debug, Default)]
pub struct NullOutput {
    acknowledged: VecDeque<u64>,
}

impl Output for NullOutput {
    fn send(&mut self, _: &Record<'_>, sequence: u64) -> Result<()> {
        self.acknowledged.push_back(sequence);
        Ok(())
    }

    fn acknowledged(&mut self) -> Option<u64> {
        self.acknowledged.pop_front()
    }

    fn take_refusal(&mut self) -> Option<Error> {
        None
    }

    async fn arrived(&mut self) {}

    fn abandon(&mut self) {}
}
