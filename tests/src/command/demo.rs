//! `rig demo`: the whole pipeline, seeded, shown and checked.

use std::process::ExitCode;

use anyhow::Result;
use rig::demo::{Demo, Instant, Stay};

/// Start PostgreSQL, MongoDB, Kafka, capture, sink and the ClickHouse engine with the users' own configuration, seed
/// them, and show each stage filling up to the gold table.
///
/// In a terminal everything stays up until Ctrl-C. Ends with status 1 and the difference if a table does not hold
/// exactly the rows of seeds/expected.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Stay up until SIGINT or SIGTERM without a terminal too
    #[arg(long)]
    keep: bool,

    /// Day of the seeded events and of gold, such as 2026-01-31; today in UTC by default
    #[arg(long, value_name = "DAY")]
    date: Option<Instant>,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let instant = self.date.map_or_else(Instant::now, Ok)?;
        let stay = if self.keep { Stay::UntilInterrupted } else { Stay::InTerminal };
        let exact = Demo { instant, stay }.run()?;
        Ok(if exact { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
