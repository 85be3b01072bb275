//! How the process ends.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use sink::config::Config;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_stop_is_heard_while_clickhouse_does_not_answer() -> anyhow::Result<()> {
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let text =
        format!("[kafka]\nbootstrap_servers = \"b:9092\"\n[clickhouse]\nurl = \"http://{}\"\n", silent.local_addr()?);
    let config = Config::parse(&text, |_| None).map_err(|e| anyhow::anyhow!(e.report()))?;
    let stop = CancellationToken::new();
    let running = tokio::spawn(sink::run::run(config, stop.clone()));
    // The sink has connected, and nobody reads what it asks.
    let (_unanswered, _) = tokio::task::spawn_blocking(move || silent.accept()).await??;
    stop.cancel();
    let ended = tokio::time::timeout(PATIENCE, running).await??;
    ended.map_err(|e| anyhow::anyhow!(e.report()))
}

#[test]
fn log_levels_that_cannot_be_read_end_it_before_anything_else() -> anyhow::Result<()> {
    let ended = Command::new(env!("CARGO_BIN_EXE_sink"))
        .args(["validate", "--config", "/nowhere/sink.toml"])
        .env("RUST_LOG", "sink=loud")
        .output()?;
    let said = String::from_utf8(ended.stderr)?;
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: RUST_LOG") && said.contains("\nremedy: ") && !said.contains("/nowhere"), "{said}");
    Ok(())
}
