//! The initial snapshot: one consistent view of the captured tables, read by COPY.
//!
//! The view is the one that a slot exported, so that the log continues exactly where it ends. Several connections may
//! share it, each with a table or a range of one. A row is held back until the next one is known, since the last row of
//! all carries the mark that the snapshot is complete.

mod held;
mod order;
pub mod range;
mod report;
mod rows;
pub mod statement;
pub mod unfinished;
mod view;

use super::catalog::{Catalog, TableEntry};
use super::change::{Changes, Origin};
use super::config::Settings;
use super::position::Offset;
use super::relation::Relation;
use super::wire::codec::Connection;
use super::wire::copy::CopyItem;
use super::wire::query::{number, text};
use crate::error::Result;
use crate::source::Pumped;
use futures_util::future::select_all;
use range::Range;
use report::Report;
use rows::{Rows, Table};
use statement::Statement;
use std::time::Instant;
use tokio::time::timeout_at;
use unfinished::Unfinished;
pub use view::View;

pub struct Snapshot {
    rows: Rows,
    /// Of the lanes behind the first, which reads on the connection for questions.
    others: Vec<Connection>,
    is_announced: bool,
    report: Report,
}

impl Snapshot {
    /// Opens the view and describes the tables, in the order in which they will be read.
    pub async fn begin(
        catalog: &mut Catalog,
        settings: &Settings,
        tables: &[TableEntry],
        view: &View,
        unfinished: Option<&Unfinished>,
    ) -> Result<Self> {
        let lsn = view.open(&mut catalog.sql).await?;
        let (ts_us, tx_id) = transaction(&mut catalog.sql).await?;
        let origin = Origin { ts_us, tx_id, lsn, ..Origin::default() };
        let entries = order::in_order(settings, tables);
        if let Some(timeout_ms) = settings.snapshot.lock_timeout_ms {
            view::lock(&mut catalog.sql, &entries, timeout_ms).await?;
        }
        let mut queue = Vec::new();
        for entry in &entries {
            queue.push(table(catalog, settings, entry, unfinished).await?);
        }
        let report = Report::new(rows_expected(&mut catalog.sql, &entries).await?);
        let parts: usize = queue.iter().map(|table| table.parts.len()).sum();
        let lanes = settings.snapshot.threads.min(parts).max(1);
        let others = view::share(&mut catalog.sql, &settings.login, lanes - 1).await?;
        tracing::info!(tables = queue.len(), parts, connections = lanes, lsn = %lsn, "snapshot begins");
        let mut rows = Rows::new(queue, lanes, origin, unfinished.map_or(lsn, |unfinished| unfinished.lsn));
        if settings.snapshot.resumes {
            rows = rows.stored();
        }
        Ok(Self { rows, others, is_announced: false, report })
    }

    /// Every row stands at this position of the log.
    pub fn standing_at(self, at: Offset) -> Self {
        Self { rows: self.rows.standing_at(at), ..self }
    }

    pub async fn pump<C: Changes>(
        &mut self,
        sql: &mut Connection,
        changes: &mut C,
        deadline: Instant,
    ) -> Result<Pumped> {
        if !self.is_announced {
            self.is_announced = true;
            return self.rows.announce(changes);
        }
        self.report.tell(self.rows.count);
        loop {
            if !self.begin_parts(sql).await? {
                return self.finish(sql, changes).await;
            }
            let mut has_read = false;
            for lane in 0..=self.others.len() {
                while let Some(item) = connection(sql, &mut self.others, lane).copy_line()? {
                    has_read = true;
                    match item {
                        CopyItem::Line(range) => {
                            let from = connection(sql, &mut self.others, lane);
                            self.rows.line(lane, from.bytes(range.clone()), changes)?;
                            from.consume(range.end);
                        }
                        CopyItem::End => {
                            self.rows.end_part(lane, changes)?;
                            break;
                        }
                    }
                    if changes.is_full() {
                        return Ok(Pumped::More);
                    }
                }
            }
            if !has_read && !self.fill(sql, deadline).await? {
                return Ok(Pumped::Idle);
            }
        }
    }

    /// Gives every idle lane something to read. `false`: all is read.
    async fn begin_parts(&mut self, sql: &mut Connection) -> Result<bool> {
        let mut is_reading = false;
        for lane in 0..=self.others.len() {
            if self.rows.is_idle(lane) {
                let Some(statement) = self.rows.begin_part(lane) else { continue };
                connection(sql, &mut self.others, lane).start_copy(&statement).await?;
            }
            is_reading = true;
        }
        Ok(is_reading)
    }

    /// Waits for whichever connection has something. `false`: none had, up to the deadline.
    async fn fill(&mut self, sql: &mut Connection, deadline: Instant) -> Result<bool> {
        let read = if self.others.is_empty() {
            timeout_at(deadline.into(), sql.fill()).await
        } else {
            let lanes = std::iter::once(sql).chain(&mut self.others).enumerate();
            let reading = lanes.filter(|(lane, _)| !self.rows.is_idle(*lane)).map(|(_, from)| Box::pin(from.fill()));
            timeout_at(deadline.into(), select_all(reading)).await.map(|(read, ..)| read)
        };
        match read {
            Ok(read) => read.map(|_| true),
            Err(_) => Ok(false),
        }
    }

    async fn finish<C: Changes>(&mut self, sql: &mut Connection, changes: &mut C) -> Result<Pumped> {
        self.rows.finish(changes)?;
        self.report.end(self.rows.count);
        for other in &mut self.others {
            other.terminate().await;
        }
        self.others.clear();
        sql.query("ROLLBACK").await?;
        Ok(Pumped::Finished)
    }

    /// Where streaming goes on.
    pub fn end_offset(&self) -> Offset {
        self.rows.offset(true)
    }
}

fn connection<'a>(sql: &'a mut Connection, others: &'a mut [Connection], lane: usize) -> &'a mut Connection {
    if lane == 0 { sql } else { &mut others[lane - 1] }
}

/// When the view's transaction began, and its id; on a standby one that only reads has none.
async fn transaction(sql: &mut Connection) -> Result<(i64, Option<u64>)> {
    let question = "SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE txid_current() END, \
                    (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint";
    let row = sql.query(question).await?.into_iter().next().unwrap_or_default();
    let id = if text(&row, 0).is_empty() { None } else { Some(number(&row, 0)?) };
    Ok((number(&row, 1)?, id))
}

async fn table(
    catalog: &mut Catalog,
    settings: &Settings,
    entry: &TableEntry,
    unfinished: Option<&Unfinished>,
) -> Result<Table> {
    let relation = catalog.relation_of_table(entry).await?;
    let statement = Statement::of(&mut catalog.sql, settings, &relation).await?;
    let key = range_key(entry, &relation, &statement);
    let left = match unfinished {
        Some(unfinished) => unfinished.tables.of(&relation.name(), &key),
        None => vec![Range::default()],
    };
    let mut ranges = Vec::new();
    for range in left {
        if settings.snapshot.cuts_tables() && !key.is_empty() {
            ranges.extend(range.cut(&mut catalog.sql, &relation, &key, settings.snapshot.range_rows).await?);
        } else {
            ranges.push(range);
        }
    }
    Ok(Table::new(relation, statement, key, ranges))
}

/// The columns by which the table can be cut; none, where rows would fall through since they may be null there.
fn range_key(entry: &TableEntry, relation: &Relation, statement: &Statement) -> Vec<String> {
    let is_sound = |name: &String| relation.columns.iter().any(|column| column.name == *name && !column.optional);
    let key = entry.key();
    if statement.is_overridden || !key.iter().all(is_sound) { vec![] } else { key.to_vec() }
}

/// As the server's statistics have it. `None`: a table was never looked at.
async fn rows_expected(sql: &mut Connection, tables: &[&TableEntry]) -> Result<Option<u64>> {
    let oids: Vec<String> = tables.iter().map(|table| table.oid.to_string()).collect();
    if oids.is_empty() {
        return Ok(None);
    }
    let question = format!(
        "SELECT CASE WHEN min(reltuples) >= 0 THEN sum(reltuples)::bigint END FROM pg_catalog.pg_class WHERE oid IN ({})",
        oids.join(",")
    );
    Ok(sql.scalar(&question).await?.and_then(|text| text.parse().ok()))
}
