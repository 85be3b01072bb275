//! `rig with`: a ClickHouse for the tests of crates that do not know the rig.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use rig::provision::{Component, provision};
use rig::{Rig, Server as _};

/// Run a command beside a ClickHouse of its own: CLICKHOUSE_URL says where it listens, CHDB_LIB where the engine's
/// library is. Ends with the command, with its status.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let (program, arguments) = self.command.split_first().context("there is no command to run")?;
        let rig = Rig::new("with")?;
        let mut clickhouse = rig.clickhouse().start()?;
        let library = provision(Component::Chdb)?.join("package/libchdb.so");
        let mut command = Command::new(program);
        command.args(arguments).env("CLICKHOUSE_URL", clickhouse.url()).env("CHDB_LIB", library);
        let status = command.status().with_context(|| format!("cannot run {}", program.display()))?;
        clickhouse.stop()?;
        // a command that a signal has ended has no code
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }
}
