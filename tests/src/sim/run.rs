//! Many schedules on all cores, and what they add up to.

use super::log::At;
use super::random::seed_of;
use super::schedule::{Counts, Trace, play};
use capture::core::Ledger;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub schedules: u64,
    pub seed: u64,
}

#[derive(Debug)]
pub struct Outcome {
    pub counts: Counts,
    /// The failing schedule with the lowest number: its seed, what was wrong, what happened.
    pub failure: Option<Failure>,
}

#[derive(Debug)]
pub struct Failure {
    pub number: u64,
    pub seed: u64,
    pub what: String,
    pub trace: Vec<String>,
}

/// Schedules that a thread takes at once.
const PORTION: u64 = 1_000;

/// Plays them all; `progress` is told how many are done.
pub fn run(options: Options, progress: impl Fn(u64) + Sync) -> Outcome {
    let next = AtomicU64::new(0);
    let total = Mutex::new(Counts::default());
    let failed = Mutex::new(None::<(u64, String)>);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut own = Counts::default();
                loop {
                    let first = next.fetch_add(PORTION, Ordering::Relaxed);
                    let has_failed = failed.lock().is_ok_and(|f| f.is_some());
                    if first >= options.schedules || has_failed {
                        break;
                    }
                    for number in first..(first + PORTION).min(options.schedules) {
                        match play::<Ledger<At>>(seed_of(options.seed, number), &mut Trace::new(false)) {
                            Ok(counts) => add(&mut own, counts),
                            Err(what) => note(&failed, number, what),
                        }
                    }
                    progress((first + PORTION).min(options.schedules));
                }
                if let Ok(mut total) = total.lock() {
                    add(&mut total, own);
                }
            });
        }
    });
    let counts = total.into_inner().unwrap_or_default();
    let failure = failed.into_inner().ok().flatten().map(|(number, what)| explain(options.seed, number, what));
    Outcome { counts, failure }
}

fn add(sum: &mut Counts, counts: Counts) {
    sum.changes += counts.changes;
    sum.records += counts.records;
    sum.crashes += counts.crashes;
    sum.restarts += counts.restarts;
}

fn note(failed: &Mutex<Option<(u64, String)>>, number: u64, what: String) {
    let Ok(mut failed) = failed.lock() else { return };
    if failed.as_ref().is_none_or(|(known, _)| number < *known) {
        *failed = Some((number, what));
    }
}

/// Plays the schedule again and keeps what happens.
fn explain(run: u64, number: u64, what: String) -> Failure {
    let seed = seed_of(run, number);
    let mut trace = Trace::new(true);
    let again = play::<Ledger<At>>(seed, &mut trace);
    debug_assert!(again.is_err());
    Failure { number, seed, what, trace: trace.into_lines() }
}
