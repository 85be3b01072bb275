//! `clickhouse-front`: the ClickHouse engine behind the HTTP interface that its server has.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use clickhouse_front::credentials::Credentials;
use clickhouse_front::engine::Engine;
use clickhouse_front::server::{self, Front};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Running statements get this long to finish after SIGTERM before the process ends without them.
const DRAIN: Duration = Duration::from_secs(10);

#[derive(Parser)]
#[command(name = "clickhouse-front", version, about = "The ClickHouse engine behind its server's HTTP interface")]
struct Cli {
    /// The engine as a C library (libchdb.so)
    #[arg(long, env = "CHDB_LIB")]
    lib: PathBuf,
    /// Folder of the databases; created when missing, kept between runs
    #[arg(long)]
    data: PathBuf,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The one user that may log in
    #[arg(long, default_value = "default")]
    user: String,
    /// Its password; without one every password is accepted, as the server does for a user without password
    #[arg(long, env = "CLICKHOUSE_FRONT_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Refuse every write with code 164
    #[arg(long)]
    readonly: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();

    let engine = Engine::open(&cli.lib, &cli.data)?;
    let credentials = Credentials::new(cli.user, cli.password);
    let front = Front::new(engine, &cli.data, credentials, cli.readonly)
        .with_context(|| format!("prepare the data folder {}", cli.data.display()))?;
    let front = Arc::new(front);

    let listener =
        TcpListener::bind(("127.0.0.1", cli.port)).await.with_context(|| format!("listen on port {}", cli.port))?;
    println!("listening on http://{}", listener.local_addr()?);

    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    if !server::run(listener, Arc::clone(&front), stop, DRAIN).await? {
        tracing::warn!(seconds = DRAIN.as_secs(), "statements still running, ending without them");
        std::process::exit(1);
    }
    front.close();
    Ok(())
}
