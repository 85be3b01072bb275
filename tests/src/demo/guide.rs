//! What the demo prints at its end: the tables, what was measured, and where to look.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};

use super::deployment::CONNECTORS;
use super::pipeline::{Pipeline, StartUp};
use super::stack::Stack;
use super::stage::{GOLD, TOPICS};

/// Resident memory of a process, as the kernel counts it.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    pub now_kb: u64,
    pub peak_kb: u64,
}

impl Memory {
    pub fn of(process: u32) -> Result<Self> {
        let path = format!("/proc/{process}/status");
        let status = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let value = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
                .with_context(|| format!("{path} has no {key}"))
        };
        Ok(Self { now_kb: value("VmRSS:")?, peak_kb: value("VmHWM:")? })
    }
}

/// What was measured on the way.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub start_up: StartUp,
    pub memory: Memory,
    /// From PostgreSQL's answer to the last change until silver showed it.
    pub commit_to_silver: Duration,
    /// From the start of the demo until the gold table could be read.
    pub gold_after: Duration,
}

impl Figures {
    pub fn text(&self) -> String {
        let ms = |duration: Duration| duration.as_millis();
        let mb = |kb: u64| kb as f64 / 1024.0;
        let Self { start_up, memory, commit_to_silver, gold_after } = self;
        format!(
            "from commit to silver   {} ms (Diana deleted in PostgreSQL, gone from users_silver; the sink batches for up to 1000 ms)\n\
             start-up of capture     healthy after {} ms, both connectors registered and running after {} ms\n\
             memory of capture       {:.1} MB resident, {:.1} MB at most\n\
             gold table              {:.2} s after the start of the demo",
            ms(*commit_to_silver),
            ms(start_up.healthy),
            ms(start_up.running),
            mb(memory.now_kb),
            mb(memory.peak_kb),
            gold_after.as_secs_f32(),
        )
    }
}

/// Lines to paste into another terminal.
pub fn addresses(stack: &Stack, pipeline: &Pipeline) -> String {
    let (rest, clickhouse) = (pipeline.rest().base(), stack.clickhouse.url());
    let mut text = String::new();
    let mut line = |name: &str, command: String| {
        // writing to a String cannot fail
        let _ = writeln!(text, "  {name:<11} {command}");
    };
    line("REST", format!("curl {rest}/connectors/{}/status", CONNECTORS[0]));
    line("ClickHouse", format!("curl '{clickhouse}/' --data 'SELECT * FROM {GOLD} FORMAT PrettyCompact'"));
    line("PostgreSQL", format!("psql {} -c 'SELECT * FROM users'", stack.postgres.url()));
    line("MongoDB", format!("mongosh '{}' --eval 'db.events.find()'", stack.mongodb.url().replace("/?", "/commerce?")));
    line("Kafka", format!("kcat -b {} -t {} -C -e", stack.kafka.bootstrap(), TOPICS[0]));
    line("", format!("kcat -b {} -t {} -C -e", stack.kafka.bootstrap(), TOPICS[1]));
    text
}
