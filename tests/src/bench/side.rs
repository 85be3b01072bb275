//! Workers that are measured, and how each is run to the end of a load.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::cost;
use super::load::Load;
use crate::{Engine, Kafka, Message, Postgres, Rig, Server as _, Worker, connectors};

/// What one side needed for the whole load.
#[derive(Debug, Clone)]
pub struct Figures {
    pub name: &'static str,
    pub rows: u64,
    pub seconds: f64,
    pub reader_cpu: f64,
    /// All of PostgreSQL: for a log that is next to nothing but the walsender.
    pub server_cpu: f64,
    pub broker_cpu: f64,
    pub memory_mb: f64,
    /// From the start of the process to the first new record in the broker's log.
    pub start_seconds: Option<f64>,
}

/// A worker and the settings with which it takes part.
#[derive(Debug, Clone, Copy)]
pub struct Entrant {
    pub name: &'static str,
    /// Names its slot and leads its topic; all have the same length, so that records have equal sizes.
    pub prefix: &'static str,
    pub engine: Engine,
    pub settings: &'static [(&'static str, &'static str)],
}

const PRODUCER: &[(&str, &str)] =
    &[("producer.override.compression.type", "lz4"), ("producer.override.linger.ms", "20")];
const STREAMING: &[(&str, &str)] = &[
    ("producer.override.compression.type", "lz4"),
    ("producer.override.linger.ms", "20"),
    ("slot.streaming.enabled", "true"),
];
const TUNED: &[(&str, &str)] = &[
    ("max.queue.size", "81920"),
    ("max.batch.size", "20480"),
    ("poll.interval.ms", "50"),
    ("producer.override.compression.type", "lz4"),
    ("producer.override.linger.ms", "20"),
];

/// Runs before all others and is not shown: the broker's code is compiled by then.
pub const WARM_UP: Entrant =
    Entrant { name: "the broker's warm-up", prefix: "warm", engine: Engine::Tailrace, settings: PRODUCER };
pub const CAPTURE: Entrant =
    Entrant { name: "capture to Kafka", prefix: "our0", engine: Engine::Tailrace, settings: &[] };
pub const CAPTURE_LZ4: Entrant = Entrant {
    name: "capture to Kafka, lz4, linger 20 ms",
    prefix: "our1",
    engine: Engine::Tailrace,
    settings: PRODUCER,
};
pub const CAPTURE_STREAMING: Entrant = Entrant {
    name: "the same with slot.streaming.enabled",
    prefix: "our2",
    engine: Engine::Tailrace,
    settings: STREAMING,
};
pub const DEBEZIUM: Entrant =
    Entrant { name: "Debezium to Kafka", prefix: "dbz0", engine: Engine::Debezium, settings: &[] };
pub const TUNED_DEBEZIUM: Entrant =
    Entrant { name: "Debezium to Kafka, tuned", prefix: "dbz1", engine: Engine::Debezium, settings: TUNED };

/// Longest wait for a side; a figure that took longer would not be worth having.
pub const PATIENCE: Duration = Duration::from_secs(900);
/// Asking the broker costs it something, so it is not asked more often.
const LOOK: Duration = Duration::from_millis(50);
const START_LOOK: Duration = Duration::from_millis(10);

/// Where all sides of a load run.
pub struct Stage<'a> {
    pub rig: &'a Rig,
    pub postgres: &'a mut Postgres,
    pub kafka: &'a mut Kafka,
    pub load: &'static Load,
    pub rows: u64,
}

impl Entrant {
    pub fn topic(&self, load: &Load) -> String {
        format!("{}.{}", self.prefix, load.table())
    }

    pub fn slot(&self, load: &Load) -> String {
        format!("{}_{}", self.prefix, load.name)
    }

    /// Brings the load into the broker. `later` rows stand in the log behind the load: those that earlier sides were
    /// started with. Where `starts`, the start is measured too, with nothing to read but one new row.
    pub fn run(&self, stage: &mut Stage<'_>, later: u64, starts: bool) -> Result<Figures> {
        let (topic, slot) = (self.topic(stage.load), self.slot(stage.load));
        let mut worker = self.worker(stage)?;
        let [reader, server, broker] = [
            worker.process().id().context("the worker has ended")?,
            stage.postgres.process().id().context("PostgreSQL has ended")?,
            stage.kafka.process().id().context("Kafka has ended")?,
        ];
        let spent = || -> Result<[f64; 3]> {
            Ok([cost::cpu_seconds(reader)?, cost::family_cpu_seconds(server)?, cost::cpu_seconds(broker)?])
        };
        let before = spent()?;
        worker.create("bench", &self.config(stage))?;
        self.wait(stage, &topic, stage.rows + later)?;
        let after = spent()?;
        let [reader_cpu, server_cpu, broker_cpu] = std::array::from_fn(|i| after[i] - before[i]);
        let mut figures = Figures {
            name: self.name,
            rows: stage.rows,
            seconds: append_seconds(stage.kafka, &topic, stage.rows)?,
            reader_cpu,
            server_cpu,
            broker_cpu,
            memory_mb: cost::memory_mb(reader, "VmHWM")?,
            start_seconds: None,
        };
        if starts {
            figures.start_seconds = Some(self.measure_start(stage, &mut worker, &topic, stage.rows + later)?);
        }
        worker.stop()?;
        if !stage.load.is_snapshot {
            stage.postgres.drop_slot(&slot)?;
        }
        Ok(figures)
    }

    /// Its topic, and its worker without a connector.
    fn worker(&self, stage: &Stage<'_>) -> Result<Worker> {
        let topic = self.topic(stage.load);
        stage.kafka.create_topic(&topic, 1, &[("message.timestamp.type", "LogAppendTime")])?;
        let name = self.slot(stage.load);
        let builder = stage.rig.worker(self.engine, stage.kafka).schemas(stage.load.schemas);
        builder.name(&name).group(&name).for_benchmarks().start()
    }

    /// Its worker with its connector.
    pub fn start(&self, stage: &Stage<'_>) -> Result<Worker> {
        let worker = self.worker(stage)?;
        worker.create("bench", &self.config(stage))?;
        Ok(worker)
    }

    fn config(&self, stage: &Stage<'_>) -> Value {
        let mut config = connectors::postgres(stage.postgres);
        let (table, slot, publication) = (stage.load.table(), self.slot(stage.load), stage.load.publication());
        let own = [
            ("topic.prefix", self.prefix),
            ("table.include.list", &table),
            ("slot.name", &slot),
            ("publication.name", &publication),
            ("publication.autocreate.mode", "disabled"),
            ("snapshot.mode", if stage.load.is_snapshot { "initial_only" } else { "no_data" }),
        ];
        for (key, value) in own.iter().chain(self.settings) {
            config = connectors::with(config, key, json!(value));
        }
        config
    }

    /// Until every row is in the topic.
    fn wait(&self, stage: &Stage<'_>, topic: &str, rows: u64) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while (stage.kafka.count(topic)? as u64) < rows {
            if Instant::now() > end {
                bail!("{}: only {} of {rows} records after {PATIENCE:?}", self.name, stage.kafka.count(topic)?);
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    fn measure_start(&self, stage: &Stage<'_>, worker: &mut Worker, topic: &str, records: u64) -> Result<f64> {
        worker.stop()?;
        stage.postgres.sql(&format!("UPDATE {} SET n = n + 1 WHERE id = 1", stage.load.table()))?;
        let begun = Instant::now();
        worker.process().start()?;
        let end = begun + PATIENCE;
        while (stage.kafka.count(topic)? as u64) <= records {
            if Instant::now() > end {
                bail!("{}: no record after a restart", self.name);
            }
            std::thread::sleep(START_LOOK);
        }
        Ok(begun.elapsed().as_secs_f64())
    }
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
