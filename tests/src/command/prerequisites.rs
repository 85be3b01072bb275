//! `rig prerequisites`: what the machine itself must have for the components.

use std::process::ExitCode;

use anyhow::Result;
use rig::provision::prerequisite::{self, Tool};

/// Install the system packages that the components need; where that is not possible, name them and fail.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only look, install nothing
    #[arg(long)]
    check: bool,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let mut missing = false;
        for tool in Tool::ALL {
            let problem = if self.check { None } else { prerequisite::ensure(tool).err() };
            let present = problem.is_none() && tool.is_present();
            missing |= !present;
            let state = if present { "present" } else { "missing" };
            println!("{state}  {:<10} {:<28} {}", format!("{tool:?}"), tool.packages().join(" "), tool.purpose());
            if let Some(problem) = problem {
                eprintln!("rig: {problem:#}");
            }
        }
        Ok(if missing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
