//! Arguments. Exit codes: 0 done, 1 failed, 2 usage or configuration, 75 not ready (try again), 76 locked.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::day::Day;
use crate::error::{Error, Result};
use crate::ledger::Trigger;
use crate::run::Request;

#[derive(Debug, Parser)]
#[command(name = "gold", version, about = "Computes gold_user_activity day by day and publishes it at once")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compute one day and publish it
    Run(RunArguments),
    /// Print one day of gold_user_activity
    Show {
        /// The day, such as 2026-01-31
        #[arg(long)]
        date: Day,
        #[arg(long, env = "GOLD_CONFIG")]
        config: PathBuf,
    },
    /// Check a configuration file without connecting to anything
    Validate {
        #[arg(long, env = "GOLD_CONFIG")]
        config: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct RunArguments {
    /// The day in UTC, such as 2026-01-31
    #[arg(long, required_unless_present = "yesterday_utc")]
    date: Option<Day>,
    /// The day before today in UTC
    #[arg(long, conflicts_with = "date")]
    yesterday_utc: bool,
    /// Publish the day even where it is empty now and was not before
    #[arg(long)]
    allow_empty: bool,
    /// Who started this run; kept in gold_runs
    #[arg(long, value_enum, default_value_t = Trigger::Manual)]
    trigger: Trigger,
    #[arg(long, env = "GOLD_CONFIG")]
    config: PathBuf,
}

impl Cli {
    pub fn config(&self) -> &Path {
        match &self.command {
            Command::Run(arguments) => &arguments.config,
            Command::Show { config, .. } | Command::Validate { config } => config,
        }
    }
}

impl RunArguments {
    pub fn request(&self) -> Result<Request> {
        let day = self.date.map_or_else(Day::yesterday_utc, Ok);
        let day = day.map_err(|error| Error::config(format!("yesterday: {error}"), "Set the system's clock."))?;
        Ok(Request { day, allow_empty: self.allow_empty, trigger: self.trigger })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> std::result::Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn a_day_is_always_explicit() {
        assert!(parse("gold run --config c").is_err());
        assert!(parse("gold run --config c --date 2026-02-30").is_err());
        assert!(parse("gold run --config c --date 2026-02-28 --yesterday-utc").is_err());
        let cli = parse("gold run --config c --date 2026-02-28").expect("arguments");
        let Command::Run(arguments) = cli.command else { panic!("not a run") };
        assert_eq!(arguments.request().expect("a day").day.to_string(), "2026-02-28");
    }
}
