//! A client that stays connected and looks at topics: which there are, how much they hold, and what.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};

use super::Message;
use super::topic::config;

const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Topics that a broker makes for itself.
const INTERNAL: [&str; 3] = ["__consumer_offsets", "__transaction_state", "__share_group_state"];

pub struct Reader {
    consumer: BaseConsumer,
}

impl Reader {
    pub(super) fn new(bootstrap: &str) -> Result<Self> {
        Ok(Self { consumer: consumer(bootstrap)? })
    }

    /// Every topic but those of the broker itself.
    pub fn topics(&self) -> Result<Vec<String>> {
        let metadata = self.consumer.fetch_metadata(None, CALL_TIMEOUT)?;
        let names = metadata.topics().iter().map(|topic| topic.name().to_owned());
        let mut names: Vec<String> = names.filter(|name| !INTERNAL.contains(&name.as_str())).collect();
        names.sort();
        Ok(names)
    }

    /// Number of partitions, zero if there is no such topic.
    pub fn partitions(&self, topic: &str) -> Result<i32> {
        // asking for all topics never creates the one in question
        let metadata = self.consumer.fetch_metadata(None, CALL_TIMEOUT)?;
        let found = metadata.topics().iter().find(|candidate| candidate.name() == topic);
        Ok(i32::try_from(found.map_or(0, |topic| topic.partitions().len()))?)
    }

    /// How many records a topic holds between its first and last offset.
    pub fn count(&self, topic: &str) -> Result<usize> {
        let mut total = 0;
        for (_, low, high) in self.extents(topic)? {
            total += usize::try_from(high - low)?;
        }
        Ok(total)
    }

    /// What a topic holds now, partition by partition, each in the order of its offsets.
    pub fn read(&self, topic: &str) -> Result<Vec<Message>> {
        let mut assignment = TopicPartitionList::new();
        let mut ends = Vec::new();
        for (partition, low, high) in self.extents(topic)? {
            if high > low {
                assignment.add_partition_offset(topic, partition, Offset::Offset(low))?;
                ends.push((partition, high));
            }
        }
        if ends.is_empty() {
            return Ok(Vec::new());
        }
        self.consumer.assign(&assignment)?;
        let read = drain(&self.consumer, ends).with_context(|| format!("cannot read {topic} to its end"));
        self.consumer.unassign()?;
        let mut messages = read?;
        messages.sort_by_key(|message| (message.partition, message.offset));
        Ok(messages)
    }

    /// The first and the next offset of each partition.
    fn extents(&self, topic: &str) -> Result<Vec<(i32, i64, i64)>> {
        let partitions = 0..self.partitions(topic)?;
        let extents = partitions.map(|partition| {
            let (low, high) = self.consumer.fetch_watermarks(topic, partition, CALL_TIMEOUT)?;
            Ok((partition, low, high))
        });
        extents.collect()
    }
}

/// Polls until every partition has reached its end. Compaction and transactions leave gaps in the offsets, so the
/// end of a partition is taken from the consumer and not from the last record.
fn drain(consumer: &BaseConsumer, mut ends: Vec<(i32, i64)>) -> Result<Vec<Message>> {
    let mut messages = Vec::new();
    let deadline = Instant::now() + READ_TIMEOUT;
    while !ends.is_empty() {
        if Instant::now() > deadline {
            bail!("partitions {ends:?} were not read to their ends within {} s", READ_TIMEOUT.as_secs());
        }
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(message)) => {
                let message = Message::from(&message);
                ends.retain(|(partition, end)| message.partition != *partition || message.offset + 1 < *end);
                messages.push(message);
            }
            Some(Err(KafkaError::PartitionEOF(at))) => ends.retain(|(partition, _)| *partition != at),
            // a broker that was away comes back
            Some(Err(KafkaError::MessageConsumption(
                RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown,
            )))
            | None => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
    Ok(messages)
}

pub fn consumer(bootstrap: &str) -> Result<BaseConsumer> {
    let mut config = config(bootstrap);
    config.set("group.id", "rig").set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    config.set("auto.offset.reset", "error").set("isolation.level", "read_committed");
    config.create().context("cannot make a Kafka consumer")
}
