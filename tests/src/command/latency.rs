//! `rig latency`: from commit to Kafka.

use std::process::ExitCode;

use anyhow::Result;
use rig::bench::latency::{Options, run};

/// Write rows at a fixed rate and show how long they take from their commit to Kafka, for capture and for tuned Debezium.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Rows a second
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rate: u64,
    /// How long each is measured
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    seconds: u64,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        run(Options { rate: self.rate, seconds: self.seconds }, &mut |text| println!("{text}"))?;
        Ok(ExitCode::SUCCESS)
    }
}
