//! The rig itself: a folder for data and logs, and the doors to every component.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::clickhouse::ClickhouseBuilder;
use crate::kafka::{Kafka, KafkaBuilder};
use crate::mongodb::MongodbBuilder;
use crate::postgres::PostgresBuilder;
use crate::process::{Directory, Launch};
use crate::program::binary;
use crate::worker::{Engine, WorkerBuilder};

/// One set of components with a folder of its own.
#[derive(Debug)]
pub struct Rig {
    directory: Directory,
}

impl Rig {
    /// A rig in a temporary folder that goes away with it. Keep it alive longer than its components.
    pub fn new(name: &str) -> Result<Self> {
        Ok(Self { directory: Directory::temporary(name)? })
    }

    /// A rig whose data stays for the next run.
    pub fn fixed(folder: &Path) -> Result<Self> {
        Ok(Self { directory: Directory::fixed(folder)? })
    }

    /// Where the data of components and every log are.
    pub fn folder(&self) -> &Path {
        self.directory.path()
    }

    pub fn log_path(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}.log"))
    }

    pub fn postgres(&self) -> PostgresBuilder {
        PostgresBuilder::new(self.folder())
    }

    pub fn mongodb(&self) -> MongodbBuilder {
        MongodbBuilder::new(self.folder())
    }

    pub fn kafka(&self) -> KafkaBuilder {
        KafkaBuilder::new(self.folder())
    }

    /// The Java Connect worker with Debezium's connectors.
    pub fn connect(&self, kafka: &Kafka) -> WorkerBuilder {
        self.worker(Engine::Debezium, kafka)
    }

    /// Our worker.
    pub fn capture(&self, kafka: &Kafka) -> WorkerBuilder {
        self.worker(Engine::Tailrace, kafka)
    }

    /// A worker of whichever engine is wanted.
    pub fn worker(&self, engine: Engine, kafka: &Kafka) -> WorkerBuilder {
        WorkerBuilder::new(engine, self.folder(), kafka.bootstrap())
    }

    pub fn clickhouse(&self) -> ClickhouseBuilder {
        ClickhouseBuilder::new(self.folder())
    }

    /// One of our programs: `capture`, `sink` or `gold`, still without arguments.
    pub fn program(&self, name: &str) -> Result<Launch> {
        Ok(Launch::new(name, binary(name)?, self.folder()))
    }
}
