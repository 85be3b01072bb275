//! `rig sim`: random schedules of failures through the core of `capture`.

use std::process::ExitCode;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use rig::sim::{Options, run};

/// Play random schedules of acknowledgements, failures, crashes and restarts through the core; ends with status 1 where
/// one loses a change, breaks the order of a key, or stores a position ahead of an acknowledgement.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many schedules.
    #[arg(long, default_value_t = 1_000_000)]
    schedules: u64,
    /// Seed of the run; a random one is chosen and printed. A failing schedule is played again by its own seed with
    /// `--schedules 1`.
    #[arg(long)]
    seed: Option<u64>,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let seed = self.seed.unwrap_or_else(rand::random);
        println!("seed={seed}");
        let bar = ProgressBar::new(self.schedules)
            .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} schedules, {eta} left")?);
        let outcome = run(Options { schedules: self.schedules, seed }, |done| bar.set_position(done));
        bar.finish_and_clear();
        if let Some(failure) = &outcome.failure {
            println!("schedule {} (seed {}): {}", failure.number, failure.seed, failure.what);
            for line in &failure.trace {
                println!("  {line}");
            }
            return Ok(ExitCode::FAILURE);
        }
        let counts = outcome.counts;
        // the zeros are what was checked: any other number is the failure above
        println!(
            "schedules={} changes={} records={} crashes={} restarts={} lost=0 reordered=0 ahead=0",
            self.schedules, counts.changes, counts.records, counts.crashes, counts.restarts
        );
        Ok(ExitCode::SUCCESS)
    }
}
