//! The Kafka consumer and its properties.

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};

use super::Consumer;
use super::context::Context;
use crate::config::Kafka;
use crate::error::{Error, Result};

/// Fetched ahead of the owners, over all partitions of one broker connection; the rest waits in the broker.
const PREFETCH_KBYTES: &str = "16384";

/// A topic that a connector is about to create is found this soon after it appears.
const METADATA_REFRESH_MS: &str = "2000";

/// Opens no connection: librdkafka connects in the background.
pub fn build(config: &Kafka, context: Context) -> Result<Consumer> {
    properties(config).create_with_context(context).map_err(|e| {
        Error::definite("the Kafka client refuses its properties")
            .caused_by(e)
            .remedy("Check [kafka] and [kafka.properties] against librdkafka's list of properties.")
    })
}

fn properties(config: &Kafka) -> ClientConfig {
    let mut client = ClientConfig::new();
    for (name, value) in &config.properties {
        client.set(name, value.expose());
    }
    client
        .set("bootstrap.servers", &config.bootstrap_servers)
        .set("group.id", &config.group)
        .set("session.timeout.ms", config.session_timeout_ms.to_string())
        // Our own commits are the only ones, and a position that the log does not have is the operator's to decide.
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error")
        .set("allow.auto.create.topics", "false")
        .set("isolation.level", "read_committed")
        .set("partition.assignment.strategy", "range");
    set_default(&mut client, "topic.metadata.refresh.interval.ms", METADATA_REFRESH_MS);
    set_default(&mut client, "queued.max.messages.kbytes", PREFETCH_KBYTES);
    set_default(&mut client, "client.id", "tailrace-sink");
    if let Some(instance) = &config.instance_id {
        client.set("group.instance.id", instance);
    }
    client.set_log_level(RDKafkaLogLevel::Warning);
    client
}

fn set_default(client: &mut ClientConfig, name: &str, value: &str) {
    if client.get(name).is_none() {
        client.set(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_property_of_the_file_wins_over_a_default() {
        let text = "[kafka]\nbootstrap_servers = \"b:9092\"\n[clickhouse]\nurl = \"http://c\"\n[kafka.properties]\n";
        for name in ["topic.metadata.refresh.interval.ms", "queued.max.messages.kbytes", "client.id"] {
            let config = Config::parse(&format!("{text}\"{name}\" = \"4711\"\n"), |_| None).unwrap();
            assert_eq!(properties(&config.kafka).get(name), Some("4711"), "{name}");
        }
    }
}
