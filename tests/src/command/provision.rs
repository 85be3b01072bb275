//! `rig provision`: fill the cache ahead of time.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::Result;
use rig::provision::{Component, provision};

/// Fetch components into the cache ($TAILRACE_CACHE, or .cache in the checkout). What is there already costs nothing.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// all, postgres, connect, postgres13, postgres15, postgres17, postgres18, mongodb, kafka, debezium-postgres,
    /// debezium-mongodb or chdb
    #[arg(default_value = "all")]
    components: Vec<String>,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let mut wanted = BTreeSet::new();
        for name in &self.components {
            wanted.extend(Component::named(name)?);
        }
        for component in wanted {
            let folder = provision(component)?;
            println!("{component} {} {}", component.program_version(), folder.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}
