//! `gold_runs`: one row when a run starts and one when it ends. Nothing is updated; the latest row of a run is its
//! state, a run that has only its first row was killed.

use clap::ValueEnum;
use clickhouse::Row;
use jiff::Timestamp;
use serde::Serialize;

use crate::audit::Findings;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;
use crate::publish::STRATEGY;
use crate::schema::{GOLD, RUNS};
use crate::stage::Marks;
use crate::warehouse::Warehouse;

/// Who started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Trigger {
    Manual,
    Cron,
    Airflow,
    Backfill,
}

impl Trigger {
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Manual => "manual",
            Trigger::Cron => "cron",
            Trigger::Airflow => "airflow",
            Trigger::Backfill => "backfill",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Running,
    /// The day was exchanged and read back.
    Published,
    /// The computed day equals the published one; nothing was touched.
    Unchanged,
    Failed,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Published => "published",
            State::Unchanged => "unchanged",
            State::Failed => "failed",
        }
    }
}

#[derive(Row, Serialize)]
struct Line<'a> {
    run_id: &'a str,
    job: &'a str,
    interval_start: u32,
    interval_end: u32,
    state: &'a str,
    trigger: &'a str,
    code_version: &'a str,
    server_version: &'a str,
    started_at: i64,
    recorded_at: i64,
    events: u64,
    unmatched_events: u64,
    events_version: u64,
    users_version: u64,
    rows_staged: u64,
    rows_published: u64,
    checksum: u64,
    checks: &'a str,
    strategy: &'a str,
    error: &'a str,
}

/// What is known of a run so far; grows while it goes on.
pub struct Entry {
    pub run_id: String,
    day: Day,
    trigger: Trigger,
    server_version: String,
    started_at: Timestamp,
    pub marks: Marks,
    pub staged: Fingerprint,
    pub rows_published: u64,
    pub findings: Findings,
}

impl Entry {
    pub fn new(run_id: String, day: Day, trigger: Trigger, server_version: String) -> Entry {
        Entry {
            run_id,
            day,
            trigger,
            server_version,
            started_at: Timestamp::now(),
            marks: Marks::default(),
            staged: Fingerprint::default(),
            rows_published: 0,
            findings: Findings::new(),
        }
    }

    pub async fn record(&self, warehouse: &Warehouse, state: State, error: Option<&Error>) -> Result<()> {
        let checks = serde_json::to_string(&self.findings).expect("a map of texts has a JSON form");
        let error = error.map(Error::with_causes).unwrap_or_default();
        let line = Line {
            run_id: &self.run_id,
            job: GOLD,
            interval_start: self.day.start_s(),
            interval_end: self.day.end_s(),
            state: state.name(),
            trigger: self.trigger.name(),
            code_version: env!("CARGO_PKG_VERSION"),
            server_version: &self.server_version,
            started_at: self.started_at.as_millisecond(),
            recorded_at: Timestamp::now().as_millisecond(),
            events: self.marks.events,
            unmatched_events: self.marks.unmatched,
            events_version: self.marks.events_version,
            users_version: self.marks.users_version,
            rows_staged: self.staged.rows,
            rows_published: self.rows_published,
            checksum: self.staged.checksum,
            checks: &checks,
            strategy: STRATEGY,
            error: &error,
        };
        let written = async {
            let mut insert = warehouse.client().insert::<Line>(RUNS).await?;
            insert.write(&line).await?;
            insert.end().await
        };
        written.await.map_err(|source| warehouse.failed("write the ledger gold_runs", source).into())
    }
}
