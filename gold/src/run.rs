//! One run: lock, tables, stage, audit, publish, ledger.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use crate::audit;
use crate::config;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::fingerprint::{Fingerprint, Part};
use crate::ledger::{Entry, State, Trigger};
use crate::lock::{EXPIRED, Lock};
use crate::publish;
use crate::schema::{self, GOLD, Layout};
use crate::stage::{self, Staged};
use crate::warehouse::Warehouse;

#[derive(Debug, Clone, Copy)]
pub struct Request {
    pub day: Day,
    pub allow_empty: bool,
    pub trigger: Trigger,
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
        let Report { day, state, rows, events, unmatched } = self;
        write!(f, "{GOLD} {day} {}: rows={rows} events={events} without_user={unmatched}", state.name())
    }
}

pub async fn run(warehouse: &Warehouse, lock: &config::Lock, request: &Request, stop: &Stop) -> Result<Report> {
    let server_version = warehouse.version().await?;
    schema::require_silver(warehouse).await?;
    let run_id = Uuid::new_v4().simple().to_string();
    let lock = Lock::acquire(warehouse, lock, &run_id).await?;

    let entry = Entry::new(run_id, request.day, request.trigger, server_version);
    let outcome = Attempt { warehouse, lock: &lock, request, stop, entry }.recorded().await;
    cleaned(outcome, lock.release().await)
}

/// The outcome, unless cleaning up failed. Of two failures the first is told and the second logged.
fn cleaned<T>(outcome: Result<T>, cleaning: Result<()>) -> Result<T> {
    if let (Err(_), Err(second)) = (&outcome, &cleaning) {
        tracing::warn!(error = second.with_causes(), "cleaning up failed too");
        return outcome;
    }
    cleaning.and(outcome)
}

/// A run that holds the lock.
struct Attempt<'a> {
    warehouse: &'a Warehouse,
    lock: &'a Lock<'a>,
    request: &'a Request,
    stop: &'a Stop,
    entry: Entry,
}

impl Attempt<'_> {
    /// The run between the ledger's two lines.
    async fn recorded(mut self) -> Result<Report> {
        drop_leftovers(self.warehouse).await?;
        let layout = schema::ensure(self.warehouse).await?;
        self.entry.record(self.warehouse, State::Running, None).await?;

        match self.compute(layout).await {
            Ok(state) => {
                self.entry.record(self.warehouse, state, None).await?;
                let (rows, marks) = (self.entry.staged.rows, self.entry.marks);
                let day = self.request.day;
                Ok(Report { day, state, rows, events: marks.events, unmatched: marks.unmatched })
            }
            Err(error) => {
                if let Err(unrecorded) = self.entry.record(self.warehouse, State::Failed, Some(&error)).await {
                    tracing::warn!(error = unrecorded.with_causes(), "failure not recorded in gold_runs");
                }
                Err(error)
            }
        }
    }

    async fn compute(&mut self, layout: Layout) -> Result<State> {
        self.stop.check("computing")?;
        let day = self.request.day;
        let staged = stage::stage(self.warehouse, day, &self.entry.run_id).await?;
        (self.entry.marks, self.entry.staged) = (staged.marks, staged.content);
        tracing::info!(%day, rows = staged.content.rows, events = staged.marks.events, "staged");

        let state = self.decide(layout, &staged).await;
        cleaned(state, stage::discard(self.warehouse, &staged.table).await)
    }

    async fn decide(&mut self, layout: Layout, staged: &Staged) -> Result<State> {
        let (warehouse, day) = (self.warehouse, self.request.day);
        let published = Fingerprint::of(warehouse, GOLD, Part::Day(day)).await?;
        self.entry.findings = audit::audit(warehouse, day, staged, published, self.request.allow_empty).await?;
        if published == staged.content && layout == Layout::ByDay {
            return Ok(State::Unchanged);
        }
        self.stop.check("publication")?;
        let next = publish::prepare(warehouse, day, staged, layout, &self.entry.run_id).await?;
        self.lock.renew().await?;
        self.entry.rows_published = next.exchange(warehouse).await?.rows;
        tracing::info!(%day, rows = self.entry.rows_published, "published");
        Ok(State::Published)
    }
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
