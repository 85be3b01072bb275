//! `gold`: derived tables, computed day by day and published at once.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use gold::cli::{Cli, Command};
use gold::config::Config;
use gold::error::Error;
use gold::run::Stop;
use gold::warehouse::Warehouse;
use gold::{run, show};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Environment variable that sets the log's levels.
const LEVELS: &str = "RUST_LOG";

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start_log().and_then(|()| start(&cli)) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}\nremedy: {}", error.with_causes(), error.remedy());
            ExitCode::from(error.exit_code())
        }
    }
}

fn start_log() -> Result<(), Error> {
    let levels = std::env::var(LEVELS).ok().filter(|levels| !levels.trim().is_empty());
    let filter = EnvFilter::try_new(levels.as_deref().unwrap_or("gold=info")).map_err(|error| {
        let problem = format!("{LEVELS} is not a list of log levels: {error}");
        Error::config(problem, "Set a level such as info, or target=level pairs.")
    })?;
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .init();
    Ok(())
}

fn start(cli: &Cli) -> Result<String, Error> {
    let config = Config::read(cli.config(), |name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::runtime("start the asynchronous runtime", source))?;
    runtime.block_on(perform(cli, &config))
}

async fn perform(cli: &Cli, config: &Config) -> Result<String, Error> {
    let warehouse = Warehouse::new(&config.clickhouse);
    match &cli.command {
        Command::Validate { config } => Ok(format!("{} is valid", config.display())),
        Command::Show { date, .. } => show::show(&warehouse, *date).await,
        Command::Run(arguments) => {
            let stop = Stop::default();
            watch_signals(stop.clone())?;
            let report = run::run(&warehouse, &config.lock, &arguments.request()?, &stop).await?;
            Ok(report.to_string())
        }
    }
}

fn watch_signals(stop: Stop) -> Result<(), Error> {
    let watch = |kind| signal(kind).map_err(|source| Error::runtime("watch for signals", source));
    let (mut terminate, mut interrupt) = (watch(SignalKind::terminate())?, watch(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.ask();
    });
    Ok(())
}
