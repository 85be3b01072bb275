//! `rig chaos`: faults of every kind around a connector.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use rig::chaos::{Options, Windows, run};

/// Kill the worker, cut and silence its connections, crash the server, take the broker away and drop the slot, while the
/// snapshot, the log and incremental snapshots are read.
///
/// Prints the ledger. Ends with status 1 unless everything is zero that has to be.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Around whose connector
    #[arg(value_enum)]
    source: Source,

    /// Chooses when what fails; a random one is chosen and printed
    #[arg(long)]
    seed: Option<u64>,

    /// Faults of each kind in the log, and in each other phase
    #[arg(long, default_value_t = 3)]
    rounds: usize,

    /// Rows that snapshots find
    #[arg(long, default_value_t = 200_000)]
    rows: i32,

    /// Seconds for which the broker is away at most
    #[arg(long, default_value_t = 20)]
    away: u64,

    /// Incremental snapshots that write nothing; the log alone is left out then
    #[arg(long)]
    read_only: bool,

    /// Transactions are sent while they are open and kept in files, by PostgreSQL 17
    #[arg(long)]
    streaming: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Source {
    Postgres,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let Source::Postgres = self.source;
        let seed = self.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
        println!("seed={seed}");
        let windows = if self.read_only { Windows::Views } else { Windows::Watermarks };
        let options = Options {
            seed,
            rows: self.rows,
            rounds: self.rounds,
            away: Duration::from_secs(self.away),
            windows,
            streams: self.streaming,
        };
        let report = run(options, &mut |text| println!("{text}"))?;
        println!("{}", report.table());
        Ok(if report.sums.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
