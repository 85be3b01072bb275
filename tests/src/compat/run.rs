//! The run: one database of each kind, both sides at once, a pass without and a pass with schemas.

use std::collections::BTreeSet;
use std::thread;

use anyhow::{Context, Result};

use super::report::Report;
use super::side::{Pass, Side};
use super::workload::Workload;
use crate::provision::PostgresVersion;
use crate::{Engine, Message, Mongodb, Postgres, Rig, Server as _, Worker};

/// One part of the random rows is there before the engines start.
const SNAPSHOT_SHARE: usize = 5;

/// What to compare.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Who is compared with Debezium; Debezium itself proves that the comparison is sound.
    pub subject: Engine,
    pub postgres: PostgresVersion,
    pub seed: u64,
    pub rows: usize,
    /// One pass for each: with schemas or without.
    pub schemas: Vec<bool>,
}

struct Stage {
    rig: Rig,
    postgres: Postgres,
    mongodb: Mongodb,
    sides: [Side; 2],
}

/// Runs the workload through both engines and compares every record. `progress` is told what happens.
pub fn compare(comparison: &Comparison, progress: &mut dyn FnMut(&str)) -> Result<Report> {
    progress("starting PostgreSQL, MongoDB and two brokers");
    let stage = start(comparison)?;
    let mut total = Report::default();
    for (index, schemas) in comparison.schemas.iter().enumerate() {
        let pass = Pass { schemas: *schemas, first_partitions: if index % 2 == 0 { 1 } else { 3 } };
        let seed = comparison.seed.wrapping_add(u64::try_from(index)?);
        total.add(run_pass(&stage, &pass, seed, comparison.rows, progress)?);
    }
    Ok(total)
}

fn start(comparison: &Comparison) -> Result<Stage> {
    let rig = Rig::new("compat")?;
    let (postgres, mongodb, reference, subject) = thread::scope(|scope| {
        let reference = scope.spawn(|| Side::start(&rig, "reference", Engine::Debezium));
        let subject = scope.spawn(|| Side::start(&rig, "subject", comparison.subject));
        let postgres = rig.postgres().version(comparison.postgres).start();
        let mongodb = rig.mongodb().start();
        (postgres, mongodb, joined(reference), joined(subject))
    });
    Ok(Stage { postgres: postgres?, mongodb: mongodb?, sides: [reference?, subject?], rig })
}

fn run_pass(stage: &Stage, pass: &Pass, seed: u64, rows: usize, progress: &mut dyn FnMut(&str)) -> Result<Report> {
    let label = pass.name();
    let mut workload = Workload::new(&stage.postgres, &stage.mongodb, seed);
    workload.prepare()?;
    workload.random(rows / SNAPSHOT_SHARE)?;
    progress(&format!("{label}: starting both engines on a snapshot of {} rows", rows / SNAPSHOT_SHARE));
    let workers = start_workers(stage, pass)?;
    wait_snapshots(stage, pass)?;
    workload.settled();
    progress(&format!("{label}: streaming {} rows and as many documents", rows - rows / SNAPSHOT_SHARE));
    workload.seed_changes()?;
    workload.random(rows - rows / SNAPSHOT_SHARE)?;
    workload.finish()?;
    progress(&format!("{label}: waiting for the last records, then comparing"));
    let report = collect(stage, pass, progress)?;
    for mut worker in workers {
        worker.stop()?;
    }
    for side in &stage.sides {
        stage.postgres.drop_slot(&side.slot(pass))?;
    }
    Ok(report)
}

fn start_workers(stage: &Stage, pass: &Pass) -> Result<Vec<Worker>> {
    let [reference, subject] = &stage.sides;
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| reference.start_worker(&stage.rig, pass));
        let other = scope.spawn(|| subject.start_worker(&stage.rig, pass));
        (joined(one), joined(other))
    });
    let workers = vec![one?, other?];
    // one after the other: the first connector creates the publication that both read
    for (side, worker) in stage.sides.iter().zip(&workers) {
        let registered = side.register(worker, pass, &stage.postgres, &stage.mongodb);
        registered.with_context(|| format!("connectors of side {}", side.name))?;
    }
    Ok(workers)
}

/// Snapshots are over when every row and document that exists has arrived.
fn wait_snapshots(stage: &Stage, pass: &Pass) -> Result<()> {
    for (topic, _) in pass.topics() {
        let rows = rows_of(stage, &topic)?;
        for side in &stage.sides {
            side.wait_snapshot(&topic, rows)?;
        }
    }
    Ok(())
}

fn rows_of(stage: &Stage, topic: &str) -> Result<usize> {
    let mut parts = topic.rsplit('.');
    let (name, space) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if space == "public" {
        let count = stage.postgres.value(&format!("SELECT count(*) FROM {space}.{name}"))?;
        return count.unwrap_or_default().parse().context("count(*) is a number");
    }
    let answer = stage.mongodb.command(space, bson::doc! {"count": name})?;
    let count = answer.get_i32("n").context("MongoDB counts in 32 bits")?;
    Ok(usize::try_from(count)?)
}

fn collect(stage: &Stage, pass: &Pass, progress: &mut dyn FnMut(&str)) -> Result<Report> {
    let mut total = Report::default();
    let [reference, subject] = &stage.sides;
    for (topic, partitions) in pass.topics() {
        let report = judge(reference.collect(&topic), subject.collect(&topic), || subject.present(&topic), progress)?;
        progress(&format!("{topic} ({partitions} partitions): {report}"));
        total.add(report);
    }
    for topic in unexpected_topics(stage, pass)? {
        let report = Report::of(&reference.present(&topic)?, &subject.present(&topic)?);
        progress(&format!("{topic} (made by an engine): {report}"));
        total.add(report);
    }
    Ok(total)
}

/// A reference that never came to the end of the workload proves nothing. Of a subject that did not, what is there is
/// compared: that shows what it lacks.
fn judge(
    reference: Result<Vec<Message>>,
    subject: Result<Vec<Message>>,
    present: impl FnOnce() -> Result<Vec<Message>>,
    progress: &mut dyn FnMut(&str),
) -> Result<Report> {
    let reference = reference?;
    let subject = subject.or_else(|error| {
        progress(&format!("{error:#}"));
        present()
    });
    Ok(Report::of(&reference, &subject?))
}

/// What an engine has made beside the topics of the workload counts too.
fn unexpected_topics(stage: &Stage, pass: &Pass) -> Result<BTreeSet<String>> {
    let expected: BTreeSet<String> = pass.topics().into_iter().map(|(topic, _)| topic).collect();
    let mut unexpected = BTreeSet::new();
    for side in &stage.sides {
        unexpected.extend(side.kafka.topics()?.into_iter().filter(|topic| pass.owns(topic)));
    }
    Ok(unexpected.difference(&expected).cloned().collect())
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Message {
        Message {
            topic: "t".into(),
            partition: 0,
            offset: 0,
            key: None,
            value: None,
            headers: Vec::new(),
            timestamp_ms: None,
        }
    }

    fn late() -> Result<Vec<Message>> {
        anyhow::bail!("the last record did not arrive")
    }

    #[test]
    fn a_reference_without_its_end_is_an_error_and_a_subject_without_it_lacks_records() {
        let mut told = Vec::new();
        let mut tell = |text: &str| told.push(text.to_owned());
        let present = || Ok(vec![record()]);
        assert!(judge(late(), Ok(vec![record()]), present, &mut tell).is_err());
        let report = judge(Ok(vec![record(), record()]), late(), present, &mut tell).unwrap();
        assert_eq!((report.equal, report.missing), (1, 1));
        assert_eq!(told, ["the last record did not arrive"]);
    }
}
