//! Topics as a test uses them: made, listed, filled, and read from the first record to the last.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};

use super::{Extent, Kafka, Message};
use crate::blocking;
use crate::process::wait;

const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Topics that a broker makes for itself.
const INTERNAL: [&str; 3] = ["__consumer_offsets", "__transaction_state", "__share_group_state"];

impl Kafka {
    /// A client's configuration with nothing but the bootstrap address.
    pub fn client_config(&self) -> ClientConfig {
        config(&self.bootstrap())
    }

    /// Makes a topic and waits until clients can see it.
    pub fn create_topic(&self, name: &str, partitions: i32, settings: &[(&str, &str)]) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.client_config().create()?;
        let settings: Vec<(String, String)> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let created = name.to_owned();
        blocking::wait(async move {
            let mut topic = NewTopic::new(&created, partitions, TopicReplication::Fixed(1));
            for (key, value) in &settings {
                topic = topic.set(key, value);
            }
            let outcomes = admin.create_topics([&topic], &AdminOptions::new()).await?;
            match outcomes.into_iter().next() {
                Some(Err((topic, code))) => bail!("the broker refused to create {topic}: {code}"),
                _ => Ok(()),
            }
        })?;
        // the broker says yes before it knows the topic itself
        wait::until(&format!("creation of topic {name}"), CALL_TIMEOUT, || {
            Ok((self.partitions(name)? == partitions).then_some(()))
        })
    }

    /// Every topic but those of the broker itself.
    pub fn topics(&self) -> Result<Vec<String>> {
        let metadata = consumer(&self.bootstrap())?.fetch_metadata(None, CALL_TIMEOUT)?;
        let names = metadata.topics().iter().map(|topic| topic.name().to_owned());
        let mut names: Vec<String> = names.filter(|name| !INTERNAL.contains(&name.as_str())).collect();
        names.sort();
        Ok(names)
    }

    /// Number of partitions, zero if there is no such topic.
    pub fn partitions(&self, topic: &str) -> Result<i32> {
        partitions(&consumer(&self.bootstrap())?, topic)
    }

    /// Sends one record and waits until the broker has taken it; a refusal is an error.
    pub fn send(&self, topic: &str, key: Option<&[u8]>, value: Option<&[u8]>) -> Result<()> {
        let timeout_ms = CALL_TIMEOUT.as_millis().to_string();
        let producer: FutureProducer = self.client_config().set("message.timeout.ms", timeout_ms).create()?;
        let (target, key, value) = (topic.to_owned(), key.map(<[u8]>::to_vec), value.map(<[u8]>::to_vec));
        let sent = blocking::wait(async move {
            let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(&target);
            record.key = key.as_deref();
            record.payload = value.as_deref();
            producer.send(record, CALL_TIMEOUT).await.map_err(|(error, _)| error)
        });
        sent.with_context(|| format!("the broker did not take a record for {topic}"))?;
        Ok(())
    }

    /// Reads a topic from its start, partition by partition, each in the order of its offsets.
    pub fn read(&self, topic: &str, extent: Extent) -> Result<Vec<Message>> {
        if let Extent::Count(wanted) = extent {
            self.wait_for_count(topic, wanted)?;
        }
        self.read_present(topic)
    }

    /// How many records a topic holds between its first and last offset.
    pub fn count(&self, topic: &str) -> Result<usize> {
        let consumer = consumer(&self.bootstrap())?;
        let mut total = 0;
        for partition in 0..partitions(&consumer, topic)? {
            let (low, high) = consumer.fetch_watermarks(topic, partition, CALL_TIMEOUT)?;
            total += usize::try_from(high - low)?;
        }
        Ok(total)
    }

    pub fn wait_for_count(&self, topic: &str, wanted: usize) -> Result<()> {
        let mut found = 0;
        let what = format!("arrival of {wanted} records in {topic}");
        let waited = wait::until(&what, READ_TIMEOUT, || {
            found = self.count(topic)?;
            Ok((found >= wanted).then_some(()))
        });
        waited.with_context(|| format!("{topic} holds {found} records"))
    }

    fn read_present(&self, topic: &str) -> Result<Vec<Message>> {
        let consumer = consumer(&self.bootstrap())?;
        let mut assignment = TopicPartitionList::new();
        let mut ends = Vec::new();
        for partition in 0..partitions(&consumer, topic)? {
            let (low, high) = consumer.fetch_watermarks(topic, partition, CALL_TIMEOUT)?;
            if high > low {
                assignment.add_partition_offset(topic, partition, Offset::Offset(low))?;
                ends.push((partition, high));
            }
        }
        if ends.is_empty() {
            return Ok(Vec::new());
        }
        consumer.assign(&assignment)?;
        let mut messages = drain(&consumer, ends).with_context(|| format!("cannot read {topic} to its end"))?;
        messages.sort_by_key(|message| (message.partition, message.offset));
        Ok(messages)
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
            Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::BrokerTransportFailure))) | None => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
    Ok(messages)
}

fn partitions(consumer: &BaseConsumer, topic: &str) -> Result<i32> {
    // asking for all topics never creates the one in question
    let metadata = consumer.fetch_metadata(None, CALL_TIMEOUT)?;
    let found = metadata.topics().iter().find(|candidate| candidate.name() == topic);
    Ok(i32::try_from(found.map_or(0, |topic| topic.partitions().len()))?)
}

pub fn consumer(bootstrap: &str) -> Result<BaseConsumer> {
    let mut config = config(bootstrap);
    config.set("group.id", "rig").set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    config.set("auto.offset.reset", "error").set("isolation.level", "read_committed");
    config.create().context("cannot make a Kafka consumer")
}

fn config(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set_log_level(RDKafkaLogLevel::Emerg);
    config.set("log_level", "0").set("broker.address.family", "v4");
    config
}
