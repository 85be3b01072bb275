//! The properties file of a distributed worker; the same text serves both engines.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::running::Worker;
use crate::java::{self, Tuning};
use crate::process::{Launch, Port};
use crate::program::binary;
use crate::provision::{Component, provision};
use crate::server::Server as _;

/// Who runs the connectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The Java worker with Debezium's plugins.
    Debezium,
    /// `capture worker`.
    Tailrace,
}

impl Engine {
    fn process_name(self) -> &'static str {
        match self {
            Self::Debezium => "connect",
            Self::Tailrace => "capture",
        }
    }
}

#[derive(Debug)]
pub struct WorkerBuilder {
    engine: Engine,
    folder: PathBuf,
    name: String,
    tuning: Tuning,
    properties: BTreeMap<String, String>,
    connectors: Vec<(String, Value)>,
    environment: Vec<(String, String)>,
}

impl WorkerBuilder {
    pub(crate) fn new(engine: Engine, folder: &Path, bootstrap: String) -> Self {
        let defaults = [
            ("bootstrap.servers", bootstrap.as_str()),
            ("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
            ("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
            ("config.storage.replication.factor", "1"),
            ("offset.storage.replication.factor", "1"),
            ("status.storage.replication.factor", "1"),
            ("offset.storage.partitions", "5"),
            ("offset.flush.interval.ms", "1000"),
        ];
        let properties = defaults.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let builder = Self {
            engine,
            folder: folder.to_owned(),
            name: engine.process_name().into(),
            tuning: Tuning::Tests,
            properties,
            connectors: Vec::new(),
            environment: Vec::new(),
        };
        builder.group("connect-cluster").schemas(false)
    }

    /// Another name than the engine's, for a second worker in one rig.
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The group, and the three topics named after it, as the users' deployment has them.
    pub fn group(self, group: &str) -> Self {
        self.property("group.id", group)
            .property("config.storage.topic", &format!("{group}-configs"))
            .property("offset.storage.topic", &format!("{group}-offsets"))
            .property("status.storage.topic", &format!("{group}-status"))
    }

    /// Whether every record carries its schema.
    pub fn schemas(self, enabled: bool) -> Self {
        let enabled = enabled.to_string();
        self.property("key.converter.schemas.enable", &enabled).property("value.converter.schemas.enable", &enabled)
    }

    /// Any worker property, such as a configuration provider.
    pub fn property(mut self, key: &str, value: &str) -> Self {
        self.properties.insert(key.into(), value.into());
        self
    }

    pub fn environment(mut self, key: &str, value: &str) -> Self {
        self.environment.push((key.into(), value.into()));
        self
    }

    /// A connector given as a file at start; only ours takes it, the Java worker is given connectors over REST.
    pub fn connector(mut self, name: &str, config: &Value) -> Self {
        self.connectors.push((name.into(), config.clone()));
        self
    }

    /// Flags of a deployment instead of light ones; for Java only, ours has none.
    pub fn for_benchmarks(mut self) -> Self {
        self.tuning = Tuning::Benchmarks;
        self
    }

    pub fn start(self) -> Result<Worker> {
        let mut worker = self.launch()?;
        worker.wait_ready()?;
        Ok(worker)
    }

    /// Starts the worker without waiting for its REST interface, for workers that are expected to refuse.
    pub fn launch(mut self) -> Result<Worker> {
        let port = Port::free()?;
        self.properties.insert("listeners".into(), format!("http://127.0.0.1:{}", port.number()));
        self.properties.insert("rest.advertised.host.name".into(), "127.0.0.1".into());
        let launch = match self.engine {
            Engine::Debezium => self.java()?,
            Engine::Tailrace => self.native()?,
        };
        let launch = self.environment.iter().fold(launch, |launch, (key, value)| launch.environment(key, value));
        Ok(Worker::new(self.engine, launch.start()?, port))
    }

    fn java(&mut self) -> Result<Launch> {
        anyhow::ensure!(self.connectors.is_empty(), "the Java worker takes connectors over REST, not at start");
        let plugins = self.plugins()?;
        self.properties.insert("plugin.path".into(), plugins.display().to_string());
        self.properties.insert("plugin.discovery".into(), "only_scan".into());
        let class = "org.apache.kafka.connect.cli.ConnectDistributed";
        Ok(java::launch(&self.name, class, &self.folder, self.tuning)?.argument(self.write_properties()?))
    }

    fn native(&mut self) -> Result<Launch> {
        let properties = self.write_properties()?;
        let mut launch = Launch::new(&self.name, binary("capture")?, &self.folder)
            .arguments(["worker", "--config"])
            .argument(properties);
        for (name, config) in &self.connectors {
            let path = self.folder.join(format!("{}-{name}.json", self.name));
            let text = serde_json::json!({"name": name, "config": config}).to_string();
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            launch = launch.argument("--connector").argument(path);
        }
        Ok(launch)
    }

    /// Both plugins under one folder, as `plugin.path` wants them.
    fn plugins(&self) -> Result<PathBuf> {
        let folder = self.folder.join(format!("{}-plugins", self.name));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for component in [Component::DebeziumPostgres, Component::DebeziumMongodb] {
            let link = folder.join(component.to_string());
            if !link.exists() {
                std::os::unix::fs::symlink(provision(component)?, &link)
                    .with_context(|| format!("cannot link {}", link.display()))?;
            }
        }
        Ok(folder)
    }

    fn write_properties(&self) -> Result<PathBuf> {
        let path = self.folder.join(format!("{}.properties", self.name));
        let text: String = self.properties.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}
