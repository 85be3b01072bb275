//! `rig compat`: byte for byte the same as Debezium, on live databases.

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;
use rig::Engine;
use rig::compat::{Comparison, compare};
use rig::provision::PostgresVersion;

/// Run one workload through the real Debezium and through capture at once, and compare every record byte for byte.
///
/// Only processing timestamps are masked, and in snapshot rows the positions that two snapshots cannot share. Ends
/// with status 1 if anything differs.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Seed of the random rows; a random one is chosen and printed
    #[arg(long)]
    seed: Option<u64>,

    /// Random rows, and as many random documents, in each pass
    #[arg(long, default_value_t = 10_000)]
    rows: usize,

    /// Major version of PostgreSQL: 13, 15, 17 or 18
    #[arg(long, default_value_t, value_name = "VERSION")]
    postgres_version: PostgresVersion,

    /// Who is compared with Debezium: capture, or a second Debezium, which proves that the comparison is sound
    #[arg(long, value_enum, default_value = "capture")]
    against: Subject,

    /// Records with their schemas, without, or a pass of each
    #[arg(long, value_enum, default_value = "both")]
    schemas: Schemas,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Subject {
    Capture,
    Debezium,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Schemas {
    Off,
    On,
    Both,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let seed = self.seed.unwrap_or_else(rand::random);
        println!("seed={seed} rows={}", self.rows);
        let comparison = Comparison {
            subject: match self.against {
                Subject::Capture => Engine::Tailrace,
                Subject::Debezium => Engine::Debezium,
            },
            postgres: self.postgres_version,
            seed,
            rows: self.rows,
            schemas: match self.schemas {
                Schemas::Off => vec![false],
                Schemas::On => vec![true],
                Schemas::Both => vec![false, true],
            },
        };
        let report = compare(&comparison, &mut |text| println!("{text}"))?;
        for difference in &report.differences {
            println!("{}\n{}", difference.place, difference.text);
        }
        println!("{report}");
        Ok(if report.is_equal() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
