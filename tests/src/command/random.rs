//! `rig random`: cases chosen from a seed, played as `rig cases` plays those of the tree.

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;
use rig::Engine;
use rig::cases::folder;
use rig::provision::PostgresVersion;
use rig::random::{Options, Size, run};

/// Play schemas and changes that are chosen from a seed through the real Debezium and through capture at once, and
/// compare everything they leave behind.
///
/// A seed that differs is shrunk and kept as a folder of tests/cases, so that `rig cases` plays it again. Ends with
/// status 1 if any seed is not equal.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose changes
    #[arg(value_enum)]
    source: Source,

    /// The first seed; a random one is chosen and printed
    #[arg(long)]
    seed: Option<u64>,

    /// How many seeds, counted up from the first
    #[arg(long, default_value_t = 1)]
    seeds: u64,

    /// How much each seed holds
    #[arg(long, value_enum, default_value = "ci")]
    size: Amount,

    /// Major version of PostgreSQL: 13, 15, 17 or 18
    #[arg(long, default_value_t = PostgresVersion::default().major())]
    server: u32,

    /// Who is compared with Debezium: capture, or a second Debezium, which proves that a seed is sound
    #[arg(long, value_enum, default_value = "capture")]
    against: Subject,

    /// Seeds that are played at once
    #[arg(long, default_value_t = 4)]
    at_once: usize,

    /// Smaller scenarios that are tried for one that differs
    #[arg(long, default_value_t = 40)]
    shrink: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Source {
    Postgres,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Amount {
    Ci,
    Nightly,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Subject {
    Capture,
    Debezium,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let kept = match self.source {
            Source::Postgres => folder(),
        };
        let subject = match self.against {
            Subject::Capture => Engine::Tailrace,
            Subject::Debezium => Engine::Debezium,
        };
        let size = match self.size {
            Amount::Ci => Size::Ci,
            Amount::Nightly => Size::Nightly,
        };
        let seed = self.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
        let version = self.server.to_string().parse()?;
        let Self { seeds, at_once, shrink: attempts, .. } = self;
        let options = Options { seed, seeds, size, version, subject, at_once, attempts, kept };
        let totals = run(&options, &mut |text| println!("{text}"))?;
        println!("{totals}");
        Ok(if totals.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
