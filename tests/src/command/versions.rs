//! `rig versions`: what exactly is provisioned.

use std::process::ExitCode;

use anyhow::Result;
use rig::provision::Component;

/// Print every component with the version of its program and of its package.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        for component in Component::ALL {
            println!(
                "{:<18} {:<16} package {}",
                component.to_string(),
                component.program_version(),
                component.pin().version
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
