//! `sink`: parse, configure, run, end.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use sink::cli::{Cli, Command, FAILED, LogFormat, OK, USAGE};
use sink::config::Config;
use sink::error::Error;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Environment variable that sets the log's levels.
const LEVELS: &str = "RUST_LOG";

fn main() -> ExitCode {
    let cli = Cli::parse();
    ExitCode::from(perform(&cli).unwrap_or_else(|code| code))
}

/// The exit code, of either way to end.
fn perform(cli: &Cli) -> Result<u8, u8> {
    start_log(cli.log_format).map_err(|error| explain(&error, USAGE))?;
    match &cli.command {
        Command::Run { config } => Ok(run(read(config)?)),
        Command::Validate { config } => {
            read(config)?;
            println!("{}: valid", config.display());
            Ok(OK)
        }
    }
}

fn start_log(format: LogFormat) -> Result<(), Error> {
    let levels = std::env::var(LEVELS).ok().filter(|levels| !levels.trim().is_empty());
    let filter = EnvFilter::try_new(levels.as_deref().unwrap_or("info")).map_err(|e| {
        Error::definite(format!("{LEVELS} is not a list of log levels"))
            .caused_by(e)
            .remedy("Set a level such as info, or target=level pairs.")
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

fn read(path: &Path) -> Result<Config, u8> {
    Config::read(path, |name| std::env::var(name).ok()).map_err(|error| explain(&error, USAGE))
}

fn run(config: Config) -> u8 {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return explain(&Error::definite("cannot start the runtime").caused_by(error), FAILED),
    };
    let ended = runtime.block_on(async {
        let stop = CancellationToken::new();
        stop_on_signals(&stop)?;
        sink::run::run(config, stop).await
    });
    // A thread that hangs in a client library must not keep the process.
    runtime.shutdown_background();
    match ended {
        Ok(()) => OK,
        Err(error) => explain(&error, FAILED),
    }
}

fn stop_on_signals(stop: &CancellationToken) -> Result<(), Error> {
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind).map_err(|e| Error::definite("cannot listen for signals").caused_by(e))?;
        let stop = stop.clone();
        tokio::spawn(async move {
            signals.recv().await;
            stop.cancel();
        });
    }
    Ok(())
}

fn explain(error: &Error, code: u8) -> u8 {
    eprintln!("error: {}", error.report());
    code
}
