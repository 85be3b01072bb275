//! `capture worker`: the Connect worker.

use super::complain;
use crate::worker::{self, Builtin};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The worker's properties, as a distributed Kafka Connect worker reads them.
    #[arg(long, value_name = "FILE.properties")]
    config: PathBuf,
    /// A connector to put at the start, as by PUT /connectors/NAME/config; may be given several times.
    #[arg(long, value_name = "FILE.json")]
    connector: Vec<PathBuf>,
}

pub fn run(arguments: Arguments) -> ExitCode {
    let arguments = worker::Arguments { config: arguments.config, connectors: arguments.connector };
    match worker::run(&arguments, Arc::new(Builtin)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.report());
            ExitCode::FAILURE
        }
    }
}
