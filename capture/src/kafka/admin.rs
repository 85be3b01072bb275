//! Topics: are they there, with how many partitions and which policy, and their creation.

use super::client::{self, Logged};
use crate::config::key::Map;
use crate::config::worker::Topic;
use crate::error::{Error, Result};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataPartition;
use std::time::Duration;
use tokio::runtime::Handle;

/// Longest wait for one answer of the cluster.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for a first sign of the cluster: its callers try again.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the cluster about topics. Its calls block: never call them on a thread of the runtime.
pub struct Admin {
    client: AdminClient<Logged>,
    /// Asks for metadata: a consumer may forbid that asking creates the topic, a producer may not.
    probe: BaseConsumer<Logged>,
    runtime: Handle,
}

impl Admin {
    pub fn new(properties: &Map, runtime: Handle) -> Result<Self> {
        let config = config(properties);
        let mut probing = config.clone();
        probing.set("allow.auto.create.topics", "false");
        Ok(Self {
            client: config.create_with_context(Logged).map_err(client::unusable)?,
            probe: probing.create_with_context(Logged).map_err(client::unusable)?,
            runtime,
        })
    }

    pub fn cluster_id(&self) -> Result<String> {
        let id = self.probe.client().fetch_cluster_id(PROBE_TIMEOUT);
        id.ok_or_else(|| {
            Error::transient("no kafka broker answered").remedy("check bootstrap.servers and that the broker runs")
        })
    }

    /// How many partitions the topic has; `None` where there is no such topic.
    pub fn partitions(&self, topic: &str) -> Result<Option<i32>> {
        Ok(self.leaders(topic)?.map(|leaders| count(&leaders)))
    }

    /// As `partitions`, but `None` too as long as one of them has no leader that could be asked.
    pub fn led_partitions(&self, topic: &str) -> Result<Option<i32>> {
        let leaders = self.leaders(topic)?.filter(|leaders| leaders.iter().all(|leader| *leader >= 0));
        Ok(leaders.map(|leaders| count(&leaders)))
    }

    /// The leader of each partition, -1 where there is none; `None` where there is no such topic.
    fn leaders(&self, topic: &str) -> Result<Option<Vec<i32>>> {
        let metadata = self.probe.fetch_metadata(Some(topic), PROBE_TIMEOUT);
        let metadata = metadata.map_err(|e| unreachable_cluster(topic, e))?;
        let Some(found) = metadata.topics().iter().find(|t| t.name() == topic) else { return Ok(None) };
        match found.error().map(RDKafkaErrorCode::from) {
            None => Ok(Some(found.partitions().iter().map(MetadataPartition::leader).collect())),
            Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => Ok(None),
            Some(code) => Err(failure(format!("topic '{topic}' cannot be described"), code)),
        }
    }

    /// Creates a compacted topic; one that exists by now is fine.
    pub fn create_compacted(&self, topic: &Topic) -> Result<()> {
        let mut new = NewTopic::new(&topic.name, topic.partitions, TopicReplication::Fixed(topic.replication_factor));
        for (key, value) in &topic.config {
            new = new.set(key, value);
        }
        new = new.set("cleanup.policy", "compact");
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT));
        let results = self.runtime.block_on(self.client.create_topics([&new], &options));
        let results = results.map_err(|e| unreachable_cluster(&topic.name, e))?;
        match results.into_iter().next() {
            Some(Err((_, code))) if code != RDKafkaErrorCode::TopicAlreadyExists => {
                Err(failure(format!("topic '{}' cannot be created", topic.name), code))
            }
            _ => Ok(()),
        }
    }

    /// `None` where we are not permitted to ask.
    pub fn cleanup_policy(&self, topic: &str) -> Result<Option<String>> {
        let options = AdminOptions::new().request_timeout(Some(TIMEOUT));
        let asked = ResourceSpecifier::Topic(topic);
        let described = self.client.describe_configs([&asked], &options);
        let described = self.runtime.block_on(described).map_err(|e| unreachable_cluster(topic, e))?;
        match described.into_iter().next() {
            Some(Ok(resource)) => Ok(resource.get("cleanup.policy").and_then(|entry| entry.value.clone())),
            Some(Err(RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed)) => {
                Ok(None)
            }
            Some(Err(code)) => Err(failure(format!("topic '{topic}' cannot be described"), code)),
            None => Ok(None),
        }
    }
}

/// librdkafka's configuration from translated properties.
pub fn config(properties: &Map) -> ClientConfig {
    properties.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn count(leaders: &[i32]) -> i32 {
    i32::try_from(leaders.len()).unwrap_or(i32::MAX)
}

fn unreachable_cluster(topic: &str, error: KafkaError) -> Error {
    Error::transient(format!("kafka did not answer about topic '{topic}'"))
        .caused_by(error)
        .remedy("check bootstrap.servers and that the broker runs")
}

fn failure(message: String, code: RDKafkaErrorCode) -> Error {
    use RDKafkaErrorCode as Code;
    let error = match code {
        Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed => Error::definite(message)
            .remedy("grant the worker's principal Describe, Create, Read and Write on its topics"),
        Code::PolicyViolation | Code::InvalidConfig | Code::InvalidTopic | Code::InvalidPartitions => Error::definite(
            message,
        )
        .remedy(
            "correct the *.storage.* settings of the worker, or create the topic by hand with cleanup.policy=compact",
        ),
        Code::InvalidReplicationFactor => Error::transient(message).remedy(
            "set *.storage.replication.factor to at most the number of brokers, or to -1 for the broker's default",
        ),
        _ => Error::transient(message).remedy("check that the brokers run and know a controller"),
    };
    error.caused_by(KafkaError::AdminOp(code))
}
