//! The command line: arguments and what each command does with them.

pub mod pod;
mod tail;
mod validate;
mod worker;

use crate::telemetry::{self, Output};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Change data capture from PostgreSQL and MongoDB, as Debezium on Kafka Connect writes it.
#[derive(Debug, Parser)]
#[command(name = "capture", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run as a Kafka Connect worker: REST interface, connectors, Kafka.
    Worker(worker::Arguments),
    /// Print each change of a database as Debezium JSON, without Kafka.
    Tail(tail::Arguments),
    /// Check a connector's configuration file; opens nothing.
    Validate(validate::Arguments),
}

/// Exit code for a configuration or an argument that is wrong.
pub const USAGE: u8 = 2;

pub fn run(arguments: Arguments) -> ExitCode {
    let log = match arguments.command {
        Command::Worker(_) => Output::Standard,
        _ => Output::Error,
    };
    if let Err(error) = telemetry::start(log) {
        complain(&error.report());
        return ExitCode::from(USAGE);
    }
    match arguments.command {
        Command::Worker(arguments) => worker::run(arguments),
        Command::Tail(arguments) => tail::run(arguments),
        Command::Validate(arguments) => validate::run(&arguments),
    }
}

/// Prints a failure with its causes and its remedy.
fn complain(report: &str) {
    eprintln!("error: {report}");
}
