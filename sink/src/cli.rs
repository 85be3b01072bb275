//! Arguments and exit codes.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Stopped as asked, or the file is valid.
pub const OK: u8 = 0;
/// Something needs a person; the cause and the remedy are on standard error.
pub const FAILED: u8 = 1;
/// The arguments or the configuration file are wrong; nothing was opened.
pub const USAGE: u8 = 2;

/// Lands Debezium change events from Kafka in ClickHouse, each effectively once.
///
/// Exit codes: 0 stopped as asked, 1 failed with a cause that needs a person, 2 wrong arguments or configuration.
#[derive(Debug, Parser)]
#[command(name = "sink", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Form of the log on standard error; RUST_LOG sets its level.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Consume and insert until SIGTERM or SIGINT.
    Run {
        /// Configuration file; sink.example.toml shows every key.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Check a configuration file without opening a connection.
    Validate {
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}
