//! One side of the comparison: a broker, an engine, and the connectors of one pass.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::workload::{COLLECTIONS, LAST, TABLES};
use crate::process::wait;
use crate::{Engine, Extent, Kafka, Message, Mongodb, Postgres, Rig, Worker, connectors};

const ARRIVAL_TIMEOUT: Duration = Duration::from_secs(180);

/// What distinguishes one pass from another.
#[derive(Debug, Clone)]
pub struct Pass {
    pub schemas: bool,
    /// Partitions of a topic, counted on from here: one, three, one, three.
    pub first_partitions: i32,
}

impl Pass {
    pub fn name(&self) -> &'static str {
        if self.schemas { "schemas" } else { "plain" }
    }

    /// The topics of the pass with the number of their partitions. Prefixes differ, since both passes share a broker.
    pub fn topics(&self) -> Vec<(String, i32)> {
        let tables = TABLES.iter().map(|table| format!("{}.{table}", self.postgres_prefix()));
        let collections = COLLECTIONS.iter().map(|collection| format!("{}.{collection}", self.mongodb_prefix()));
        let partitions = [self.first_partitions, 4 - self.first_partitions];
        tables.chain(collections).enumerate().map(|(index, topic)| (topic, partitions[index % 2])).collect()
    }

    /// Whether a topic carries one of the pass's prefixes, wherever in its name.
    pub fn owns(&self, topic: &str) -> bool {
        topic.split('.').any(|part| part == self.postgres_prefix() || part == self.mongodb_prefix())
    }

    fn postgres_prefix(&self) -> &'static str {
        if self.schemas { "postgres_schemas" } else { "postgres" }
    }

    fn mongodb_prefix(&self) -> &'static str {
        if self.schemas { "mongo_schemas" } else { "mongo" }
    }
}

/// A broker with an engine's name.
#[derive(Debug)]
pub struct Side {
    pub name: &'static str,
    pub engine: Engine,
    pub kafka: Kafka,
}

impl Side {
    pub fn start(rig: &Rig, name: &'static str, engine: Engine) -> Result<Self> {
        let kafka = rig.kafka().name(&format!("kafka-{name}")).start()?;
        Ok(Self { name, engine, kafka })
    }

    /// The replication slot of this side; everything else of the source is shared.
    pub fn slot(&self, pass: &Pass) -> String {
        format!("{}_{}", self.name, pass.name())
    }

    pub fn start_worker(&self, rig: &Rig, pass: &Pass) -> Result<Worker> {
        for (topic, partitions) in pass.topics() {
            self.kafka.create_topic(&topic, partitions, &[])?;
        }
        let name = format!("worker-{}-{}", self.name, pass.name());
        let group = format!("compat-{}", pass.name());
        rig.worker(self.engine, &self.kafka).name(&name).group(&group).schemas(pass.schemas).start()
    }

    /// Registers both connectors and waits until their snapshots are over, so that nothing is written meanwhile.
    pub fn register(&self, worker: &Worker, pass: &Pass, postgres: &Postgres, mongodb: &Mongodb) -> Result<()> {
        worker.create(connectors::POSTGRES, &self.postgres_config(pass, postgres))?;
        worker.wait_running(connectors::POSTGRES)?;
        postgres.wait_streaming(&self.slot(pass))?;
        worker.create(connectors::MONGODB, &mongodb_config(pass, mongodb))?;
        worker.wait_running(connectors::MONGODB)
    }

    fn postgres_config(&self, pass: &Pass, postgres: &Postgres) -> Value {
        let mut config = connectors::postgres(postgres);
        config["topic.prefix"] = json!(pass.postgres_prefix());
        config["table.include.list"] = json!(TABLES.join(","));
        config["slot.name"] = json!(self.slot(pass));
        config
    }

    pub fn wait_snapshot(&self, topic: &str, records: usize) -> Result<()> {
        self.kafka.wait_for_count(topic, records).with_context(|| format!("snapshot of side {}", self.name))
    }

    /// Everything in a topic, once the last record of the workload is there.
    pub fn collect(&self, topic: &str) -> Result<Vec<Message>> {
        let last = LAST.to_string();
        let mut seen = 0;
        let arrived = wait::until(&format!("arrival of the last record in {topic}"), ARRIVAL_TIMEOUT, || {
            let count = self.kafka.count(topic)?;
            if count == seen {
                // nothing new since the last look
                return Ok(None);
            }
            seen = count;
            let messages = self.present(topic)?;
            let found = messages.iter().any(|message| message.key_text().contains(&last));
            Ok(found.then_some(messages))
        });
        arrived.with_context(|| format!("side {}", self.name))
    }

    /// What a topic holds now.
    pub fn present(&self, topic: &str) -> Result<Vec<Message>> {
        self.kafka.read(topic, Extent::Present)
    }
}

fn mongodb_config(pass: &Pass, mongodb: &Mongodb) -> Value {
    let mut config = connectors::mongodb(mongodb);
    config["topic.prefix"] = json!(pass.mongodb_prefix());
    config["collection.include.list"] = json!(COLLECTIONS.join(","));
    config
}
