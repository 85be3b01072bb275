//! Topics as a test uses them: made, listed, filled, and read from the first record to the last.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::producer::{FutureProducer, FutureRecord};

use super::{Extent, Kafka, Message, Reader};
use crate::blocking;
use crate::process::wait;

const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const READ_TIMEOUT: Duration = Duration::from_secs(60);

impl Kafka {
    /// A client's configuration with nothing but the bootstrap address.
    pub fn client_config(&self) -> ClientConfig {
        config(&self.bootstrap())
    }

    /// For who reads often: a client that stays connected.
    pub fn reader(&self) -> Result<Reader> {
        Reader::new(&self.bootstrap())
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
        self.reader()?.topics()
    }

    /// Number of partitions, zero if there is no such topic.
    pub fn partitions(&self, topic: &str) -> Result<i32> {
        self.reader()?.partitions(topic)
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
        self.reader()?.read(topic)
    }

    /// How many records a topic holds between its first and last offset.
    pub fn count(&self, topic: &str) -> Result<usize> {
        self.reader()?.count(topic)
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
}

pub fn config(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set_log_level(RDKafkaLogLevel::Emerg);
    config.set("log_level", "0").set("broker.address.family", "v4");
    config
}
