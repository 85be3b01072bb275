//! All cases of a run, several at once: both engines mostly wait.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::case::Case;
use super::comparison::Findings;
use super::play::play;
use super::stage::Stage;
use super::totals::{Ending, Totals};
use crate::Engine;
use crate::provision::PostgresVersion;

/// Differences that are shown of a case.
const SHOWN: usize = 3;
/// Characters that are shown of where a difference is; a key with its schema is long.
const LONGEST_PLACE: usize = 160;

/// What to run.
#[derive(Debug, Clone)]
pub struct Run {
    pub cases: Vec<Case>,
    /// Servers to run on; each case runs on those that it names itself.
    pub servers: Vec<PostgresVersion>,
    /// Who is compared with Debezium; Debezium itself proves that the cases are sound.
    pub subject: Engine,
    pub at_once: usize,
    /// Settings that only the subject gets, to prove that a difference is found.
    pub planted: BTreeMap<String, String>,
}

type Job = (Case, PostgresVersion);

/// A case that was played.
#[derive(Debug)]
pub struct Ended {
    pub case: Case,
    pub version: PostgresVersion,
    pub ending: Ending,
    findings: Result<Findings>,
    took: Duration,
}

/// Runs the cases and tells how each has ended.
pub fn run(run: &Run, progress: &mut dyn FnMut(&str)) -> Result<Totals> {
    let jobs = jobs(run);
    ensure!(!jobs.is_empty(), "no case fits: see the folders of tests/cases/postgres");
    let versions: BTreeSet<PostgresVersion> = jobs.iter().map(|(_, version)| *version).collect();
    let stage = Stage::start(run.subject, &Vec::from_iter(versions))?;
    Ok(run_on(&stage, run, progress).0)
}

/// The same on a stage that is there already, and with how each case ended.
pub fn run_on(stage: &Stage, run: &Run, progress: &mut dyn FnMut(&str)) -> (Totals, Vec<Ended>) {
    let (sender, endings) = channel();
    thread::scope(|scope| {
        scope.spawn(move || lanes(stage, run, &sender));
        let mut totals = Totals::default();
        let mut all = Vec::new();
        for ended in endings {
            totals.add(ended.ending, ended.findings.as_ref().ok());
            tell(&ended, progress);
            all.push(ended);
        }
        (totals, all)
    })
}

fn jobs(run: &Run) -> VecDeque<Job> {
    let mut jobs = VecDeque::new();
    for case in &run.cases {
        let versions = case.servers.iter().filter(|version| run.servers.contains(version));
        jobs.extend(versions.map(|version| (case.clone(), *version)));
    }
    jobs
}

/// Those that need a server for themselves follow the others.
fn lanes(stage: &Stage, run: &Run, sender: &Sender<Ended>) {
    let (alone, shared): (VecDeque<Job>, VecDeque<Job>) = jobs(run).into_iter().partition(|(case, _)| case.alone);
    let shared = Mutex::new(shared);
    thread::scope(|scope| {
        for _ in 0..run.at_once.max(1) {
            scope.spawn(|| lane(stage, &shared, run, sender.clone()));
        }
    });
    let versions: BTreeSet<PostgresVersion> = alone.iter().map(|(_, version)| *version).collect();
    for version in versions {
        let jobs = Mutex::new(alone.iter().filter(|job| job.1 == version).cloned().collect());
        lane(stage, &jobs, run, sender.clone());
    }
}

fn lane(stage: &Stage, jobs: &Mutex<VecDeque<Job>>, run: &Run, sender: Sender<Ended>) {
    let next = || jobs.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop_front();
    while let Some((case, version)) = next() {
        let started = Instant::now();
        let findings = play(stage, &case, version, &run.planted);
        let ending = Ending::of(&case, findings.as_ref().ok());
        if sender.send(Ended { case, version, ending, findings, took: started.elapsed() }).is_err() {
            // nobody listens any more
            return;
        }
    }
}

fn tell(ended: &Ended, progress: &mut dyn FnMut(&str)) {
    let Ended { case, version, ending, findings, took } = ended;
    let name = &case.name;
    let seconds = took.as_secs_f32();
    let records = findings.as_ref().map_or(0, |findings| findings.records.compared);
    progress(&format!("{:<9} {name} on {version}: {records} records, {seconds:.1} s", ending.word()));
    if let Some(open) = &case.open {
        progress(&format!("  said to differ: {open}"));
    }
    match findings {
        Err(error) => progress(&format!("  {error:#}")),
        // whoever mends it takes the mark away first, and sees what differs then
        Ok(_) if *ending == Ending::Open => {}
        Ok(findings) => show(findings, progress),
    }
}

/// What is no record first: a task that failed explains what is missing.
fn show(findings: &Findings, progress: &mut dyn FnMut(&str)) {
    for other in findings.others.iter().take(SHOWN) {
        progress(&format!("  {other}"));
    }
    for difference in findings.records.differences.iter().take(SHOWN.saturating_sub(findings.others.len())) {
        let place: String = difference.place.chars().take(LONGEST_PLACE).collect();
        progress(&format!("  {place}\n{}", difference.text));
    }
}
