//! From settings to a running task.

use super::output::{KafkaOutput, Output};
use super::retries::Retries;
use super::signals;
use super::supervise::{Parts, Task, TaskHandle, start};
use super::task::{Spec, StateCell};
use crate::config::connector::Converters;
use crate::config::key::Map;
use crate::core::Limits;
use crate::direct::{mongodb as documents, postgres as rows};
use crate::error::{Error, Result};
use crate::kafka::producer::Producer;
use crate::source::connectors::{self, Kind};
use crate::store::offset::OffsetStore;
use std::time::Duration;

/// Encoded records that may be unacknowledged; more only costs memory.
const IN_FLIGHT_BYTES: usize = 16 << 20;
const IN_FLIGHT_RECORDS: usize = 64 << 10;
/// What the end of a task keeps for storing its last offset, of the time that it is given.
const LAST_STORE: Duration = Duration::from_secs(1);

/// What the producer is told of batches and queues unless the user says otherwise. Names are librdkafka's; what makes
/// writes durable and ordered comes with the spec.
fn defaults() -> Map {
    let pairs = [
        ("linger.ms", "5".to_owned()),
        ("batch.size", "1000000".to_owned()),
        ("queue.buffering.max.messages", (IN_FLIGHT_RECORDS * 2).to_string()),
        ("queue.buffering.max.kbytes", (IN_FLIGHT_BYTES * 2 / 1024).to_string()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Starts a connector's task that writes to Kafka.
pub fn spawn(spec: Spec, cell: StateCell) -> Result<TaskHandle> {
    let class = spec.config.get("connector.class").map(String::as_str).unwrap_or_default();
    let definition = connectors::find(class).ok_or_else(|| {
        Error::definite(format!("connector.class {class} is unknown"))
            .remedy("use one of the classes that GET /connector-plugins lists")
    })?;
    let store = (spec.offsets)(&(definition.partition)(&spec.config))?;
    let mut producer = defaults();
    producer.extend(spec.producer);
    let converters = Converters::of(&spec.config, &spec.worker_converters);
    let limits = limits(&producer, spec.offset_flush_interval);
    let job = Job {
        name: spec.connector,
        config: spec.config,
        converters,
        store,
        limits,
        grace: grace(spec.shutdown_timeout),
        cell,
        waits_for_source: true,
    };
    launch(definition.kind, job, move || Ok(KafkaOutput::new(Producer::new(&producer, IN_FLIGHT_RECORDS)?)))
}

/// How long the end of a task waits for acknowledgements. A short time is split, so that some of it is left for either part.
fn grace(shutdown_timeout: Duration) -> Duration {
    shutdown_timeout - LAST_STORE.min(shutdown_timeout / 5)
}

/// Half of what the producer's queue holds, so that it is never found full.
fn limits(producer: &Map, store_every: Duration) -> Limits {
    let half = |name: &str, unit: usize, most: usize| {
        let value = producer.get(name).and_then(|v| v.trim().parse::<usize>().ok());
        value.map_or(most, |v| (v.saturating_mul(unit) / 2).clamp(1, most))
    };
    Limits {
        bytes: half("queue.buffering.max.kbytes", 1024, IN_FLIGHT_BYTES),
        records: half("queue.buffering.max.messages", 1, IN_FLIGHT_RECORDS),
        store_every_ms: store_every.as_millis() as u64,
    }
}

/// A task without its output.
pub struct Job {
    pub name: String,
    pub config: Map,
    pub converters: Converters,
    pub store: Box<dyn OffsetStore>,
    pub limits: Limits,
    pub grace: Duration,
    pub cell: StateCell,
    /// Whether a source that cannot be reached at the start is waited for.
    pub waits_for_source: bool,
}

/// Starts the task of a connector of this kind with the output that `output` makes.
pub fn launch<Out, F>(kind: Kind, job: Job, output: F) -> Result<TaskHandle>
where
    Out: Output,
    F: FnMut() -> Result<Out> + Send + 'static,
{
    let Job { name, config, converters, store, limits, grace, cell, waits_for_source } = job;
    let retries = Retries::of(&config);
    match kind {
        Kind::Postgres => start(Task {
            name,
            parts: Postgres { config, converters, output },
            store,
            limits,
            grace,
            cell,
            waits_for_source,
            retries,
        }),
        Kind::MongoDb => start(Task {
            name,
            parts: Mongodb { config, converters, output },
            store,
            limits,
            grace,
            cell,
            waits_for_source,
            retries,
        }),
    }
}

struct Postgres<F> {
    config: Map,
    converters: Converters,
    output: F,
}

struct Mongodb<F> {
    config: Map,
    converters: Converters,
    output: F,
}

impl<Out: Output, F: FnMut() -> Result<Out>> Parts for Postgres<F> {
    type Source = rows::Source;
    type Output = Out;

    async fn open(&mut self, stored: Option<&str>) -> Result<rows::Source> {
        let signals = signals::channel(&self.config)?;
        rows::Source::open(&self.config, self.converters, stored, signals).await
    }

    fn output(&mut self) -> Result<Out> {
        (self.output)()
    }
}

impl<Out: Output, F: FnMut() -> Result<Out>> Parts for Mongodb<F> {
    type Source = documents::Source;
    type Output = Out;

    async fn open(&mut self, stored: Option<&str>) -> Result<documents::Source> {
        documents::Source::open(&self.config, self.converters, stored).await
    }

    fn output(&mut self) -> Result<Out> {
        (self.output)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_queue_of_the_producer_lowers_what_may_be_in_flight() {
        let mut producer = defaults();
        let of = |producer: &Map| limits(producer, Duration::from_secs(1));
        assert_eq!((of(&producer).bytes, of(&producer).records), (IN_FLIGHT_BYTES, IN_FLIGHT_RECORDS));
        producer.insert("queue.buffering.max.kbytes".into(), "1024".into());
        producer.insert("queue.buffering.max.messages".into(), "1".into());
        assert_eq!((of(&producer).bytes, of(&producer).records), (512 << 10, 1));
    }

    #[test]
    fn the_end_of_a_task_leaves_time_to_store_its_offset() {
        let millis = |ms| grace(Duration::from_millis(ms)).as_millis();
        assert_eq!([0, 500, 5000, 60_000].map(millis), [0, 400, 4000, 59_000]);
    }
}
