//! The sink and gold on the rig's broker and engine, each with a configuration file of its own.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::Launch;
use crate::{Clickhouse, Kafka, Rig};

/// `sink run`: small waits, and a member name that takes its partitions back at once after a kill.
pub fn sink(rig: &Rig, kafka: &Kafka, clickhouse: &Clickhouse) -> Result<Launch> {
    let config = format!(
        "[kafka]\nbootstrap_servers = \"{}\"\ninstance_id = \"sink-0\"\n[clickhouse]\nurl = \"{}\"\n\
         [batch]\nmax_wait_ms = 200\n",
        kafka.bootstrap(),
        clickhouse.url()
    );
    let file = write(rig, "sink.toml", &config)?;
    Ok(rig.program("sink")?.arguments(["run", "--config"]).argument(file))
}

/// `gold run` for a day such as `2026-01-31`.
pub fn gold(rig: &Rig, clickhouse: &Clickhouse, date: &str) -> Result<Launch> {
    let file = write(rig, "gold.toml", &format!("[clickhouse]\nurl = \"{}\"\n", clickhouse.url()))?;
    Ok(rig.program("gold")?.arguments(["run", "--date", date, "--config"]).argument(file))
}

fn write(rig: &Rig, name: &str, text: &str) -> Result<PathBuf> {
    let path = rig.folder().join(name);
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
