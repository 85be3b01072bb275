//! From a commit to the record's place in Kafka, under a load that waits for nobody.
//!
//! Rows are written at fixed times whatever the reader does (open loop), so a stall counts for every row that fell into
//! it. The latency of a row is the broker's time of append minus the commit's time as the record tells it; both are whole
//! milliseconds of one machine's clock.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::load::LATENCY;
use super::side::{CAPTURE, Entrant, PATIENCE, Stage, TUNED_DEBEZIUM};
use super::{compare, cost};
use crate::compat::span;
use crate::process::wait;
use crate::{Rig, Server as _};

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Rows a second.
    pub rate: u64,
    pub seconds: u64,
}

/// A transaction every so often.
const TICK: Duration = Duration::from_millis(2);
/// Not counted: caches and the broker's compiler settle.
const SETTLING: Duration = Duration::from_secs(5);
/// A writer further behind its own times proves nothing about the reader.
const LATE: Duration = Duration::from_secs(1);

/// How long rows took.
#[derive(Debug)]
pub struct Latencies {
    pub name: &'static str,
    pub options: Options,
    /// Sorted.
    millis: Vec<i64>,
    reader_cpu_percent: f64,
}

pub fn run(options: Options, tell: &mut dyn FnMut(String)) -> Result<()> {
    let rig = Rig::new("latency")?;
    tell("starting PostgreSQL and Kafka".into());
    let mut postgres = rig.postgres().start()?;
    let mut kafka = rig.kafka().for_benchmarks().start()?;
    let entrants = [CAPTURE, TUNED_DEBEZIUM];
    LATENCY.prepare(&postgres, &entrants.map(|entrant| entrant.slot(&LATENCY)))?;
    let rows = options.rate * (options.seconds + SETTLING.as_secs());
    for (number, entrant) in entrants.iter().enumerate() {
        tell(format!("{}: {} rows a second for {} s", entrant.name, options.rate, options.seconds));
        let mut stage = Stage { rig: &rig, postgres: &mut postgres, kafka: &mut kafka, load: &LATENCY, rows };
        let latencies = measure(&mut stage, entrant, options, number as u64 * rows)?;
        tell(latencies.to_string());
        stage.postgres.sql(&format!("TRUNCATE {}", LATENCY.table()))?;
    }
    Ok(())
}

/// `earlier` rows stand in the log already, written for the entrant before this one.
fn measure(stage: &mut Stage<'_>, entrant: &Entrant, options: Options, earlier: u64) -> Result<Latencies> {
    let topic = entrant.topic(stage.load);
    let mut worker = entrant.start(stage)?;
    stage.postgres.wait_streaming(&entrant.slot(stage.load))?;
    wait_for(stage, &topic, earlier)?;
    let reader = worker.process().id().context("the worker has ended")?;
    let before = cost::cpu_seconds(reader)?;
    write(stage, options)?;
    wait_for(stage, &topic, earlier + stage.rows)?;
    let spent = cost::cpu_seconds(reader)? - before;
    worker.stop()?;
    let first = earlier + options.rate * SETTLING.as_secs();
    let millis = latencies(stage, &topic, first, earlier + stage.rows)?;
    let seconds = (options.seconds + SETTLING.as_secs()) as f64;
    Ok(Latencies { name: entrant.name, options, millis, reader_cpu_percent: spent / seconds * 100.0 })
}

fn wait_for(stage: &Stage<'_>, topic: &str, rows: u64) -> Result<()> {
    wait::until(&format!("arrival of {rows} rows in {topic}"), PATIENCE, || {
        Ok((stage.kafka.count(topic)? as u64 >= rows).then_some(()))
    })
}

/// Commits are durable: the log is only sent once it is flushed, and nobody else would flush it soon.
fn write(stage: &Stage<'_>, options: Options) -> Result<()> {
    let mut client = stage.postgres.client()?;
    let insert =
        format!("INSERT INTO {} SELECT i, i, 'row ' || i FROM generate_series($1::int, $2::int) i", stage.load.table());
    let insert = client.prepare(&insert)?;
    let (begun, mut next) = (Instant::now(), 1);
    while next <= stage.rows {
        let due = (begun.elapsed().as_nanos() * u128::from(options.rate) / 1_000_000_000) as u64;
        let last = due.min(stage.rows);
        let written_by = begun + Duration::from_secs_f64(next as f64 / options.rate as f64);
        ensure!(written_by.elapsed() < LATE, "this machine does not write {} rows a second", options.rate);
        if last >= next {
            client.execute(&insert, &[&(next as i32), &(last as i32)])?;
            next = last + 1;
        }
        std::thread::sleep(TICK);
    }
    Ok(())
}

fn latencies(stage: &Stage<'_>, topic: &str, first: u64, end: u64) -> Result<Vec<i64>> {
    let mut millis = Vec::with_capacity((end - first) as usize);
    compare::each(stage.kafka, topic, first..end, |appended_ms, value| {
        let range = span::find(value, &["source", "ts_ms"]).context("a record tells no time of its commit")?;
        let committed_ms: i64 = std::str::from_utf8(&value[range])?.parse()?;
        millis.push(appended_ms - committed_ms);
        Ok(())
    })?;
    if millis.is_empty() {
        bail!("{topic} holds no rows to measure");
    }
    millis.sort_unstable();
    Ok(millis)
}

impl Latencies {
    fn quantile(&self, part: f64) -> i64 {
        let last = self.millis.len() - 1;
        self.millis[((last as f64) * part).ceil() as usize]
    }
}

const BAR: usize = 50;

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p90, p99, p999, most] = [0.5, 0.9, 0.99, 0.999, 1.0].map(|part| self.quantile(part));
        writeln!(
            f,
            "{} at {} rows/s: p50={p50} ms p90={p90} ms p99={p99} ms p99.9={p999} ms max={most} ms rows={} cpu={:.1} %",
            self.name,
            self.options.rate,
            self.millis.len(),
            self.reader_cpu_percent
        )?;
        // by powers of two, each with its upper bound
        let (mut from, mut below) = (i64::MIN, 1);
        while from <= most {
            let count = self.millis.iter().filter(|ms| (from..below).contains(ms)).count();
            let bar = "#".repeat(count * BAR / self.millis.len());
            writeln!(f, "{:>8} ms {count:>9} {bar}", format!("< {below}"))?;
            (from, below) = (below, below * 2);
        }
        Ok(())
    }
}
