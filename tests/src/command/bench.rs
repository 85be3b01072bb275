//! `rig bench`: rates side by side.

use std::process::ExitCode;

use anyhow::Result;
use rig::bench::{Options, run};

/// Drain one write-ahead log with pg_recvlogical, capture and the real Debezium, one after the other, and compare.
///
/// Prints rows per second, CPU time a row, peak memory and start-up time, with ratios to pg_recvlogical and to tuned
/// Debezium. Ends with status 1 and no figure where the records differ.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Rows in the log
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let report = run(Options { rows: self.rows }, &mut |text| println!("{text}"))?;
        println!("{report}");
        Ok(ExitCode::SUCCESS)
    }
}
