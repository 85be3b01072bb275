//! One run: lock, tables, stage, audit, publish, ledger.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;
use uuid::Uuid;

use crate::audit;
use crate::config;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::fingerprint::{Fingerprint, Part};
use crate::ledger::{Entry, State};
use crate::lock::{EXPIRED, Lock};
use crate::publish;
use crate::schema::{self, GOLD};
use crate::stage::{self, Staged};
use crate::warehouse::Warehouse;

#[derive(Debug, Clone, Copy)]
pub struct Request {
    pub day: Day,
    pub allow_empty: bool,
    pub trigger: Trigger,
}

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

/// A wish to end, heard between two phases: each phase leaves the published table whole.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn check(&self, before: &'static str) -> Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(Error::Stopped { before }) } else { Ok(()) }
    }
}

/// What a run that ended well did.
#[derive(Debug)]
pub struct Report {
    pub day: Day,
    pub state: State,
    pub rows: u64,
    pub events: u64,
    pub unmatched: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { day, rows, events, unmatched, .. } = self;
        let did = if self.state == State::Unchanged { "unchanged" } else { "published" };
        write!(f, "{GOLD} {day} {did}: rows={rows} events={events} without_user={unmatched}")
    }
}

pub async fn run(warehouse: &Warehouse, lock: &config::Lock, request: &Request, stop: &Stop) -> Result<Report> {
    let server_version = warehouse.version().await?;
    schema::require_silver(warehouse).await?;
    let run_id = Uuid::new_v4().simple().to_string();
    let lock = Lock::acquire(warehouse, lock, &run_id).await?;

    let entry = Entry::new(run_id, request.day, request.trigger, server_version);
    let outcome = recorded(warehouse, &lock, request, stop, entry).await;
    let released = lock.release().await;
    let report = outcome?;
    released?;
    Ok(report)
}

/// The run between the ledger's two lines.
async fn recorded(
    warehouse: &Warehouse,
    lock: &Lock<'_>,
    request: &Request,
    stop: &Stop,
    mut entry: Entry,
) -> Result<Report> {
    drop_leftovers(warehouse).await?;
    let layout = schema::ensure(warehouse).await?;
    entry.record(warehouse, State::Running, None).await?;

    match compute(warehouse, lock, request, stop, layout, &mut entry).await {
        Ok(state) => {
            entry.record(warehouse, state, None).await?;
            let (rows, marks) = (entry.staged.rows, entry.marks);
            Ok(Report { day: request.day, state, rows, events: marks.events, unmatched: marks.unmatched })
        }
        Err(error) => {
            if let Err(unrecorded) = entry.record(warehouse, State::Failed, Some(&error)).await {
                tracing::warn!(error = unrecorded.with_causes(), "failure not recorded in gold_runs");
            }
            Err(error)
        }
    }
}

async fn compute(
    warehouse: &Warehouse,
    lock: &Lock<'_>,
    request: &Request,
    stop: &Stop,
    layout: schema::Layout,
    entry: &mut Entry,
) -> Result<State> {
    stop.check("computing")?;
    let staged = stage::stage(warehouse, request.day, &entry.run_id).await?;
    (entry.marks, entry.staged) = (staged.marks, staged.content);
    tracing::info!(day = %request.day, rows = staged.content.rows, events = staged.marks.events, "staged");

    let state = decide(warehouse, lock, request, stop, layout, entry, &staged).await;
    let discarded = stage::discard(warehouse, &staged.table).await;
    let state = state?;
    discarded?;
    Ok(state)
}

async fn decide(
    warehouse: &Warehouse,
    lock: &Lock<'_>,
    request: &Request,
    stop: &Stop,
    layout: schema::Layout,
    entry: &mut Entry,
    staged: &Staged,
) -> Result<State> {
    let day = request.day;
    let published = Fingerprint::of(warehouse, GOLD, Part::Day(day)).await?;
    entry.findings = audit::audit(warehouse, day, staged, published, request.allow_empty).await?;
    if published == staged.content && layout == schema::Layout::ByDay {
        return Ok(State::Unchanged);
    }
    stop.check("publication")?;
    let next = publish::prepare(warehouse, day, staged, layout, &entry.run_id).await?;
    lock.renew().await?;
    entry.rows_published = next.exchange(warehouse).await?.rows;
    tracing::info!(%day, rows = entry.rows_published, "published");
    Ok(State::Published)
}

/// Under the lock, every table of another run belongs to one that was killed.
async fn drop_leftovers(warehouse: &Warehouse) -> Result<()> {
    let sql = "SELECT name FROM system.tables WHERE database = currentDatabase() \
               AND (startsWith(name, ?) OR startsWith(name, ?) OR startsWith(name, ?))";
    let (staged, next) = (stage::table_name(""), publish::table_name(""));
    let found = warehouse.all::<String>("look for leftovers of killed runs", sql, |query| {
        query.bind(staged.as_str()).bind(next.as_str()).bind(EXPIRED)
    });
    for table in found.await? {
        tracing::warn!(table, "dropping what a killed run left");
        warehouse.execute("drop a leftover table", &format!("DROP TABLE IF EXISTS {table}")).await?;
    }
    Ok(())
}
