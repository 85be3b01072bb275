//! How a run goes: faults in the snapshot, in the log, in incremental snapshots, and at last the slot is dropped.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result};

use super::book::{Mark, Sums};
use super::fault::{Fault, Phase};
use super::report::Report;
use super::stage::{PATIENCE, Stage, Windows};
use crate::connectors::{POSTGRES, SLOT};
use crate::load::{Ledger, Load, Seen};
use crate::process::wait;
use crate::sim::Random;

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    /// Rows that snapshots find.
    pub rows: i32,
    /// Faults of each kind in the log, and in each other phase.
    pub rounds: usize,
    /// How long the broker is away at most.
    pub away: Duration,
    /// Of incremental snapshots.
    pub windows: Windows,
    /// Transactions are sent while they are open, and kept in files.
    pub streams: bool,
}

struct Run {
    stage: Stage,
    random: Random,
    options: Options,
    sums: Sums,
    marks: Vec<Mark>,
}

/// Plays all of it. An error means that something did not come back; what is wrong otherwise is in the report.
pub fn run(options: Options, progress: &mut dyn FnMut(&str)) -> Result<Report> {
    let stage = Stage::start(options.rows, options.windows, options.streams)?;
    let random = Random::new(options.seed);
    let mut run = Run { stage, random, options, sums: Sums::default(), marks: Vec::new() };
    run.snapshot(progress).context("while the snapshot was read")?;
    let load = Load::rows(&run.stage.postgres, options.seed);
    if options.windows == Windows::Watermarks {
        run.stream(progress).context("while the log was read")?;
    }
    run.incremental(progress).context("while an incremental snapshot was read")?;
    let (ledger, _) = load.finish()?;
    let seen = run.settle(&ledger)?;
    run.sums.add_records(&seen.told, &run.marks);
    run.drop_slot(progress).context("after the slot was dropped")?;
    let Run { sums, marks, .. } = run;
    Ok(Report {
        seed: options.seed,
        sums,
        marks,
        records: seen.records,
        writes: ledger.marks.len() + ledger.deleted.len(),
    })
}

impl Run {
    fn inflict(&mut self, phase: Phase, fault: Fault, progress: &mut dyn FnMut(&str)) -> Result<()> {
        let (mark, is_ahead) = self.stage.look(phase, fault)?;
        self.sums.confirmed_ahead += usize::from(is_ahead);
        progress(&format!("{phase}: {fault}, with {} records and {:?} stored", mark.end, mark.stored));
        self.marks.push(mark);
        let away = Duration::from_millis(self.random.between(500, self.options.away.as_millis() as u64));
        self.stage.inflict(fault, away).with_context(|| fault.to_string())
    }

    fn snapshot(&mut self, progress: &mut dyn FnMut(&str)) -> Result<()> {
        self.stage.create()?;
        for _ in 0..self.options.rounds {
            for fault in [Fault::Kill, Fault::Cut, Fault::Kill] {
                let more = self.random.between(1, self.options.rows as u64 / 4) as usize;
                let enough = self.stage.count()? + more;
                // the snapshot may be over before
                let is_time = || Ok((self.stage.count()? >= enough || self.is_streaming()?).then_some(()));
                wait::closely("rows of the snapshot", PATIENCE, is_time)
                    .with_context(|| self.stage.worker.testimony(POSTGRES))?;
                self.inflict(Phase::Snapshot, fault, progress)?;
            }
        }
        self.wait_streaming()?;
        let rows = self.rows();
        let whole = || Ok(self.stage.seen()?.ledger.inserted.is_superset(&rows).then_some(()));
        wait::until("every row of the snapshot", PATIENCE, whole)
    }

    fn stream(&mut self, progress: &mut dyn FnMut(&str)) -> Result<()> {
        let mut faults = Fault::SURVIVED.repeat(self.options.rounds);
        while !faults.is_empty() {
            let fault = faults.swap_remove(self.random.below(faults.len() as u64) as usize);
            self.stage.wait_sent(self.random.between(1, 150) as usize)?;
            self.inflict(Phase::Stream, fault, progress)?;
            self.stage.wait_sent(1).with_context(|| fault.to_string())?;
        }
        Ok(())
    }

    fn incremental(&mut self, progress: &mut dyn FnMut(&str)) -> Result<()> {
        for (number, fault) in [Fault::Kill, Fault::Cut, Fault::Crash].into_iter().enumerate() {
            let before = self.stage.count()?;
            self.stage.ask_for_snapshot(number)?;
            for _ in 0..self.options.rounds {
                let begun = || Ok(self.stage.is_incremental()?.then_some(()));
                // it may be over before it was stored once
                if wait::closely("an incremental snapshot", Duration::from_secs(5), begun).is_err() {
                    break;
                }
                let more = self.random.below(self.options.rows as u64 / (4 * self.options.rounds as u64));
                self.stage.wait_sent(more as usize)?;
                self.inflict(Phase::Incremental, fault, progress)?;
                self.stage.wait_sent(1)?;
            }
            let ended = || Ok((!self.stage.is_incremental()? && self.again(before)?.is_empty()).then_some(()));
            if let Err(error) = wait::until("the end of an incremental snapshot", PATIENCE, ended) {
                let lost = self.again(before)?;
                progress(&format!("{error:#}: {} rows are not told again", lost.len()));
                self.sums.lost += lost.len();
            }
        }
        Ok(())
    }

    /// Rows that no record of a snapshot behind this place tells of.
    fn again(&self, from: usize) -> Result<BTreeSet<String>> {
        let told = self.stage.snapshot_rows(from)?;
        Ok(self.rows().into_iter().filter(|row| !told.contains(row)).collect())
    }

    fn rows(&self) -> BTreeSet<String> {
        (1..=self.options.rows).map(|row| (-row).to_string()).collect()
    }

    /// Lets everything arrive, and counts what has not.
    fn settle(&mut self, ledger: &Ledger) -> Result<Seen> {
        let mut seen = Seen::default();
        let arrived = wait::until("every write in the topic", PATIENCE, || {
            seen = self.stage.seen()?;
            Ok(seen.missing(ledger).is_empty().then_some(()))
        });
        if let Err(error) = arrived {
            println!("chaos: {error:#}; {:?} are lost", seen.missing(ledger));
        }
        self.sums.lost += seen.missing(ledger).len();
        let stale = self.stage.stale(&seen)?;
        if !stale.is_empty() {
            println!("chaos: the last records of {stale:?} are not their rows");
        }
        self.sums.stale += stale.len();
        Ok(seen)
    }

    /// A slot that is gone has taken changes with it: the task must say so.
    fn drop_slot(&mut self, progress: &mut dyn FnMut(&str)) -> Result<()> {
        self.inflict(Phase::Slot, Fault::Dropped, progress)?;
        match self.stage.worker.wait_failed(POSTGRES) {
            Ok(trace) if trace.contains(SLOT) => {
                progress(&format!("the task says: {}", trace.lines().next().unwrap_or_default()));
            }
            Ok(trace) => anyhow::bail!("the task has failed for another reason: {trace}"),
            Err(_) => self.sums.silent += 1,
        }
        Ok(())
    }

    fn wait_streaming(&self) -> Result<()> {
        let streams = || Ok(self.is_streaming()?.then_some(()));
        wait::until("streaming", PATIENCE, streams).with_context(|| self.stage.worker.testimony(POSTGRES))
    }

    fn is_streaming(&self) -> Result<bool> {
        let query = format!(
            "SELECT 1 FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid \
             WHERE s.slot_name = '{SLOT}' AND r.state IN ('catchup', 'streaming')"
        );
        Ok(self.stage.postgres.value(&query)?.is_some())
    }
}
