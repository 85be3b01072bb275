//! Who is measured, and how each is run to the end of the log.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::cpu;
use super::load::{PUBLICATION, TABLE};
use crate::process::{Launch, Process};
use crate::{Engine, Kafka, Message, Postgres, Rig, Server as _, Worker};

/// What one side needed for the whole log.
#[derive(Debug, Clone)]
pub struct Figures {
    pub name: &'static str,
    pub rows: u64,
    pub seconds: f64,
    pub reader_cpu: f64,
    pub walsender_cpu: f64,
    pub broker_cpu: f64,
    pub memory_mb: f64,
    /// From the start of the process to the first new record in the broker's log.
    pub start_seconds: Option<f64>,
}

/// A worker and the settings with which it takes part.
#[derive(Debug, Clone, Copy)]
pub struct Entrant {
    pub name: &'static str,
    pub slot: &'static str,
    /// Leads its topic; all have the same length, so that records have equal sizes.
    pub prefix: &'static str,
    pub engine: Engine,
    pub settings: &'static [(&'static str, &'static str)],
}

const PRODUCER: &[(&str, &str)] =
    &[("producer.override.compression.type", "lz4"), ("producer.override.linger.ms", "20")];
const TUNED: &[(&str, &str)] = &[
    ("max.queue.size", "81920"),
    ("max.batch.size", "20480"),
    ("poll.interval.ms", "50"),
    ("producer.override.compression.type", "lz4"),
    ("producer.override.linger.ms", "20"),
];

/// Runs before all others and is not shown: the broker's code is compiled by then.
pub const WARM_UP: Entrant =
    Entrant { name: "the broker's warm-up", slot: "warm", prefix: "warm", engine: Engine::Tailrace, settings: &[] };

pub const CEILING_SLOT: &str = "ceiling";
pub const NULL_SLOT: &str = "discard";
pub const ENTRANTS: [Entrant; 4] = [
    Entrant { name: "capture to Kafka", slot: "ours", prefix: "our0", engine: Engine::Tailrace, settings: &[] },
    Entrant {
        name: "capture to Kafka, lz4, linger 20 ms",
        slot: "ours_lz4",
        prefix: "our1",
        engine: Engine::Tailrace,
        settings: PRODUCER,
    },
    Entrant { name: "Debezium to Kafka", slot: "java", prefix: "dbz0", engine: Engine::Debezium, settings: &[] },
    Entrant {
        name: "Debezium to Kafka, tuned",
        slot: "java_tuned",
        prefix: "dbz1",
        engine: Engine::Debezium,
        settings: TUNED,
    },
];

/// Longest wait for a side; a figure that took longer would not be worth having.
const PATIENCE: Duration = Duration::from_secs(900);
const LOOK: Duration = Duration::from_millis(20);

impl Entrant {
    pub fn topic(&self) -> String {
        format!("{}.{TABLE}", self.prefix)
    }

    /// Drains the log into the broker, then measures a start with nothing to read but one new row. `later` rows stand in
    /// the log behind the load: those that earlier sides were started with.
    pub fn run(&self, rig: &Rig, postgres: &Postgres, kafka: &mut Kafka, rows: u64, later: u64) -> Result<Figures> {
        let topic = self.topic();
        kafka.create_topic(&topic, 1, &[("message.timestamp.type", "LogAppendTime")])?;
        let builder = match self.engine {
            Engine::Debezium => rig.connect(kafka),
            Engine::Tailrace => rig.capture(kafka),
        };
        let mut worker = builder.name(self.slot).group(self.slot).for_benchmarks().start()?;
        let (reader, broker) = (id(worker.process())?, id(kafka.process())?);
        let (reader_before, broker_before) = (cpu::seconds(reader), cpu::seconds(broker));
        worker.create("bench", &self.config(postgres))?;
        let walsender_cpu = self.wait(postgres, kafka, &topic, rows + later)?;
        let figures = Figures {
            name: self.name,
            rows,
            seconds: append_seconds(kafka, &topic, rows)?,
            reader_cpu: cpu::seconds(reader) - reader_before,
            walsender_cpu,
            broker_cpu: cpu::seconds(broker) - broker_before,
            memory_mb: cpu::peak_memory_mb(reader),
            start_seconds: None,
        };
        let start_seconds = self.measure_start(&mut worker, postgres, kafka, &topic, rows + later)?;
        worker.stop()?;
        postgres.sql(&format!("SELECT pg_drop_replication_slot('{}')", self.slot))?;
        Ok(Figures { start_seconds: Some(start_seconds), ..figures })
    }

    fn config(&self, postgres: &Postgres) -> Value {
        let mut config = json!({
            "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
            "tasks.max": "1",
            "database.hostname": "127.0.0.1",
            "database.port": postgres.port().to_string(),
            "database.user": postgres.user(),
            "database.password": postgres.password(),
            "database.dbname": postgres.database(),
            "topic.prefix": self.prefix,
            "table.include.list": TABLE,
            "plugin.name": "pgoutput",
            "slot.name": self.slot,
            "publication.name": PUBLICATION,
            "publication.autocreate.mode": "disabled",
            "snapshot.mode": "no_data",
        });
        for (key, value) in self.settings {
            config[*key] = json!(value);
        }
        config
    }

    /// Until every row is in the topic; returns the CPU time of the walsender.
    fn wait(&self, postgres: &Postgres, kafka: &Kafka, topic: &str, rows: u64) -> Result<f64> {
        let end = Instant::now() + PATIENCE;
        let mut walsender = None;
        while (kafka.count(topic)? as u64) < rows {
            if Instant::now() > end {
                bail!("{}: only {} of {rows} records after {PATIENCE:?}", self.name, kafka.count(topic)?);
            }
            if walsender.is_none() {
                walsender = walsender_of(postgres, self.slot)?;
            }
            std::thread::sleep(LOOK);
        }
        let walsender = walsender.with_context(|| format!("{}: the slot {} was never read", self.name, self.slot))?;
        if walsender_of(postgres, self.slot)? != Some(walsender) {
            bail!("{}: the replication connection was made anew, so its CPU time is not known", self.name);
        }
        Ok(cpu::seconds(walsender))
    }

    fn measure_start(
        &self,
        worker: &mut Worker,
        postgres: &Postgres,
        kafka: &Kafka,
        topic: &str,
        records: u64,
    ) -> Result<f64> {
        worker.stop()?;
        postgres.sql("UPDATE bench SET n = n + 1 WHERE id = 1")?;
        let begun = Instant::now();
        worker.process().start()?;
        let end = begun + PATIENCE;
        while (kafka.count(topic)? as u64) <= records {
            if Instant::now() > end {
                bail!("{}: no record after a restart", self.name);
            }
            std::thread::sleep(LOOK);
        }
        Ok(begun.elapsed().as_secs_f64())
    }
}

/// `pg_recvlogical` over the Unix socket: what the server can give.
pub fn ceiling(rig: &Rig, postgres: &Postgres, rows: u64, end: &str) -> Result<Figures> {
    let program = receiver()?;
    let process = Launch::new("pg_recvlogical", program, rig.folder())
        .arguments(["--slot", CEILING_SLOT, "--start", "--no-loop", "--file", "/dev/null", "--endpos", end])
        .arguments(["--option", "proto_version=1", "--option", &format!("publication_names={PUBLICATION}")])
        .arguments(["--host", &postgres.socket_folder().display().to_string()])
        .arguments(["--port", &postgres.port().to_string(), "--username", postgres.user()])
        .arguments(["--dbname", postgres.database()])
        .environment("PGPASSWORD", postgres.password());
    follow("pg_recvlogical to nowhere", CEILING_SLOT, postgres, rows, process.start()?)
}

/// The engine without a broker.
pub fn discarding(rig: &Rig, postgres: &Postgres, rows: u64) -> Result<Figures> {
    let offsets = rig.folder().join("bench-offsets.json");
    let process = rig
        .program("capture")?
        .log_as("capture-discard")
        .arguments(["tail", "--discard", "--limit", &rows.to_string(), "--source", &postgres.url()])
        .arguments(["--table", TABLE, "--offsets", &offsets.display().to_string()])
        .arguments(["--set", &format!("slot.name={NULL_SLOT}"), "--set", "snapshot.mode=no_data"])
        .arguments(["--set", &format!("publication.name={PUBLICATION}")])
        .arguments(["--set", "publication.autocreate.mode=disabled"]);
    follow("capture to nowhere", NULL_SLOT, postgres, rows, process.start()?)
}

/// Watches a process that ends by itself at the end of the log.
fn follow(name: &'static str, slot: &str, postgres: &Postgres, rows: u64, mut process: Process) -> Result<Figures> {
    let begun = Instant::now();
    let reader = id(&mut process)?;
    let (mut reader_cpu, mut walsender_cpu, mut memory_mb, mut walsender) = (0.0, 0.0, 0.0, None);
    while process.is_running() {
        reader_cpu = cpu::seconds(reader).max(reader_cpu);
        memory_mb = cpu::peak_memory_mb(reader).max(memory_mb);
        if walsender.is_none() {
            walsender = walsender_of(postgres, slot)?;
        }
        walsender_cpu = walsender.map_or(0.0, cpu::seconds).max(walsender_cpu);
        if begun.elapsed() > PATIENCE {
            bail!("{name} did not reach the end of the log within {PATIENCE:?}\n{}", process.log_tail());
        }
        std::thread::sleep(LOOK);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let ended = process.ended()?;
    if ended.is_none_or(|status| !status.success()) {
        bail!("{name} failed: {ended:?}\n{}", process.log_tail());
    }
    postgres.sql(&format!("SELECT pg_drop_replication_slot('{slot}')"))?;
    Ok(Figures { name, rows, seconds, reader_cpu, walsender_cpu, broker_cpu: 0.0, memory_mb, start_seconds: None })
}

fn id(process: &mut Process) -> Result<u32> {
    process.id().context("the process has ended")
}

fn walsender_of(postgres: &Postgres, slot: &str) -> Result<Option<u32>> {
    let query = format!("SELECT active_pid FROM pg_replication_slots WHERE slot_name = '{slot}'");
    Ok(postgres.value(&query)?.and_then(|pid| pid.parse().ok()))
}

/// Between the first and the last append, by the broker's clock.
fn append_seconds(kafka: &Kafka, topic: &str, rows: u64) -> Result<f64> {
    let time = |offset: i64| -> Result<i64> {
        let message: Message = super::compare::at(kafka, topic, offset)?;
        message.timestamp_ms.with_context(|| format!("a record of {topic} has no time"))
    };
    let elapsed_ms = time(rows as i64 - 1)? - time(0)?;
    Ok((elapsed_ms.max(1) as f64) / 1000.0)
}

/// The server package holds no client programs; the distribution's client speaks to any server.
fn receiver() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| {
            versions.flatten().map(|v| v.path().join("bin/pg_recvlogical")).filter(|p| p.exists()).collect()
        })
        .unwrap_or_default();
    found.sort();
    found.pop().context("pg_recvlogical is missing: run `apt-get install postgresql-client-15`")
}
