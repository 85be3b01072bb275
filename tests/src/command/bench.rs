//! `rig bench`: rates side by side.

use std::process::ExitCode;

use anyhow::Result;
use rig::bench::{LOADS, Load, Options, run};

/// Read the same loads with the server's own tools, capture and the real Debezium, one after the other, and compare.
///
/// Prints rows per second, CPU time a row, peak memory and start-up time, with ratios to pg_recvlogical (COPY for the
/// snapshot) and to tuned Debezium. Ends with status 1 and no figure where the records differ.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which load; may be repeated [default: all, one after the other]
    #[arg(long, value_name = "NAME", value_parser = LOADS.map(|load| load.name))]
    load: Vec<String>,
    /// How much of the usual number of rows
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    percent: u64,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let loads = self.load.iter().filter_map(|name| Load::find(name)).collect();
        run(&Options { loads, percent: self.percent }, &mut |text| println!("{text}"))?;
        Ok(ExitCode::SUCCESS)
    }
}
