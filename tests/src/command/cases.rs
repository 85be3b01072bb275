//! `rig cases`: situations as data, each played through Debezium and through capture.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rig::Engine;
use rig::cases::{Run, load, run};
use rig::provision::PostgresVersion;

/// Play each case of tests/cases through the real Debezium and through capture at once, and compare everything they
/// leave behind: topics, keys, values, headers, partitions, stored offsets, refusals and traces.
///
/// Prints a line for each case as it ends. Ends with status 1 if anything differs that is not marked as open.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose cases
    #[arg(value_enum)]
    source: Source,

    /// Only cases whose name contains this; may be repeated
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,

    /// Only on this major version of PostgreSQL: 13, 15, 17 or 18; may be repeated
    #[arg(long, value_name = "VERSION")]
    server: Vec<PostgresVersion>,

    /// Who is compared with Debezium: capture, or a second Debezium, which proves that a case is sound
    #[arg(long, value_enum, default_value = "capture")]
    against: Subject,

    /// Cases that are played at once
    #[arg(long, default_value_t = 6)]
    at_once: usize,

    /// A setting that only the subject gets, to see that the difference is found; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    plant: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Source {
    Postgres,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Subject {
    Capture,
    Debezium,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let cases = match self.source {
            Source::Postgres => load(&self.only)?,
        };
        let planted = self.plant.iter().map(|text| pair(text)).collect::<Result<BTreeMap<_, _>>>()?;
        let subject = match self.against {
            Subject::Capture => Engine::Tailrace,
            Subject::Debezium => Engine::Debezium,
        };
        let servers = if self.server.is_empty() { PostgresVersion::ALL.to_vec() } else { self.server };
        let totals =
            run(&Run { cases, servers, subject, at_once: self.at_once, planted }, &mut |text| println!("{text}"))?;
        println!("{totals}");
        Ok(if totals.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn pair(text: &str) -> Result<(String, String)> {
    let (key, value) = text.split_once('=').with_context(|| format!("{text} is not KEY=VALUE"))?;
    Ok((key.to_owned(), value.to_owned()))
}
