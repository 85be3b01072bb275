//! `rig up`: start components, say where they are, stay until interrupted.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rig::provision::PostgresVersion;
use rig::{Clickhouse, Kafka, Mongodb, Postgres, Rig, Server, Worker};
use serde_json::{Map, Value, json};

/// Start components on free ports of 127.0.0.1 and keep them until Ctrl-C or SIGTERM. Prints a line for each, then
/// one line of JSON with every address.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to start; connect and capture need kafka, which is then started too
    #[arg(required = true, value_enum)]
    components: Vec<Part>,

    /// Keep the data in this folder, and start again from what is there
    #[arg(long, value_name = "DIR")]
    fixed_data: Option<PathBuf>,

    /// Major version of PostgreSQL: 13, 15, 17 or 18
    #[arg(long, default_value_t, value_name = "VERSION")]
    postgres_version: PostgresVersion,

    /// A PostgreSQL setting, such as wal_level=replica; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    postgres_setting: Vec<String>,

    /// MongoDB asks for a login
    #[arg(long)]
    mongodb_login: bool,

    /// Records carry their schemas
    #[arg(long)]
    schemas: bool,

    /// A property of the workers; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    worker_property: Vec<String>,

    /// JVM flags of a deployment instead of light ones
    #[arg(long)]
    benchmark: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Postgres,
    Mongodb,
    Kafka,
    Connect,
    Capture,
    Clickhouse,
}

/// Fields end in this order: those who use others first.
#[derive(Default)]
struct Running {
    workers: Vec<Worker>,
    clickhouse: Option<Clickhouse>,
    kafka: Option<Kafka>,
    mongodb: Option<Mongodb>,
    postgres: Option<Postgres>,
    addresses: Map<String, Value>,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let rig = match &self.fixed_data {
            Some(folder) => Rig::fixed(folder)?,
            None => Rig::new("up")?,
        };
        let mut running = self.start(&rig)?;
        println!("{}", Value::Object(std::mem::take(&mut running.addresses)));
        rig::process::wait_for_interrupt();
        running.stop()?;
        Ok(ExitCode::SUCCESS)
    }

    fn start(&self, rig: &Rig) -> Result<Running> {
        let mut running = Running::default();
        running.note("folder", &rig.folder().display().to_string(), json!(rig.folder()));
        if self.wants(Part::Postgres) {
            running.add_postgres(self.start_postgres(rig)?);
        }
        if self.wants(Part::Mongodb) {
            running.add_mongodb(self.start_mongodb(rig)?);
        }
        if self.wants(Part::Kafka) || self.wants(Part::Connect) || self.wants(Part::Capture) {
            let kafka = if self.benchmark { rig.kafka().for_benchmarks() } else { rig.kafka() };
            running.add_kafka(kafka.start()?);
        }
        if self.wants(Part::Clickhouse) {
            running.add_clickhouse(rig.clickhouse().start()?);
        }
        for part in [Part::Connect, Part::Capture] {
            if self.wants(part) {
                self.start_worker(rig, part, &mut running)?;
            }
        }
        Ok(running)
    }

    fn wants(&self, part: Part) -> bool {
        self.components.contains(&part)
    }

    fn start_postgres(&self, rig: &Rig) -> Result<Postgres> {
        let mut builder = rig.postgres().version(self.postgres_version);
        for setting in &self.postgres_setting {
            let (key, value) = pair(setting)?;
            builder = builder.setting(key, value);
        }
        builder.start()
    }

    fn start_mongodb(&self, rig: &Rig) -> Result<Mongodb> {
        if self.mongodb_login { rig.mongodb().with_login().start() } else { rig.mongodb().start() }
    }

    fn start_worker(&self, rig: &Rig, part: Part, running: &mut Running) -> Result<()> {
        let kafka = running.kafka.as_ref().context("a worker needs kafka")?;
        let (name, builder) = match part {
            Part::Capture => ("capture", rig.capture(kafka)),
            _ => ("connect", rig.connect(kafka)),
        };
        let mut builder = builder.schemas(self.schemas);
        if self.benchmark {
            builder = builder.for_benchmarks();
        }
        for property in &self.worker_property {
            let (key, value) = pair(property)?;
            builder = builder.property(key, value);
        }
        let worker = builder.start()?;
        let (port, url) = (worker.port(), worker.base().to_owned());
        running.workers.push(worker);
        running.note(name, &url, json!({"port": port, "url": url}));
        Ok(())
    }
}

impl Running {
    fn note(&mut self, name: &str, text: &str, address: Value) {
        println!("{name:<10} {text}");
        self.addresses.insert(name.to_owned(), address);
    }

    fn add_postgres(&mut self, postgres: Postgres) {
        let url = postgres.url();
        let address = json!({
            "port": postgres.port(), "url": url, "user": postgres.user(), "password": postgres.password(),
            "database": postgres.database(), "socket": postgres.socket_folder(),
        });
        self.postgres = Some(postgres);
        self.note("postgres", &url, address);
    }

    fn add_mongodb(&mut self, mongodb: Mongodb) {
        let url = mongodb.url();
        let address = json!({"port": mongodb.port(), "url": url});
        self.mongodb = Some(mongodb);
        self.note("mongodb", &url, address);
    }

    fn add_kafka(&mut self, kafka: Kafka) {
        let bootstrap = kafka.bootstrap();
        let address = json!({"port": kafka.port(), "bootstrap": bootstrap});
        self.kafka = Some(kafka);
        self.note("kafka", &bootstrap, address);
    }

    fn add_clickhouse(&mut self, clickhouse: Clickhouse) {
        let url = clickhouse.url();
        let address = json!({"port": clickhouse.port(), "url": url});
        self.clickhouse = Some(clickhouse);
        self.note("clickhouse", &url, address);
    }

    /// In order and each with its own orderly end, so that kept data is clean.
    fn stop(&mut self) -> Result<()> {
        for worker in &mut self.workers {
            worker.stop()?;
        }
        stop(&mut self.clickhouse)?;
        stop(&mut self.kafka)?;
        stop(&mut self.mongodb)?;
        stop(&mut self.postgres)
    }
}

/// One that was not started needs no end.
fn stop<S: Server>(server: &mut Option<S>) -> Result<()> {
    server.as_mut().map_or(Ok(()), S::stop)
}

fn pair(text: &str) -> Result<(&str, &str)> {
    text.split_once('=').with_context(|| format!("{text} is not KEY=VALUE"))
}
