//! The initial snapshot: one consistent view of the captured tables, read by COPY.
//!
//! The view is the one that a slot exported, so that the log continues exactly where it ends. A row is held back until
//! the next one is known, since the last row of all carries the mark that the snapshot is complete.

use super::catalog::{Catalog, TableEntry};
use super::change::{Change, Changes, Marker, Operation, Origin, Progress};
use super::config::Settings;
use super::pgoutput::row::{Cells, Row};
use super::position::{Lsn, Offset, Snapshot as InSnapshot};
use super::relation::{Column, Relation};
use super::wire::codec::Connection;
use super::wire::copy::{CopyItem, split_line};
use super::wire::query::{identifier, literal, number, text};
use crate::error::{Error, Result};
use crate::source::Pumped;
use std::ops::Range;
use std::time::Instant;
use tokio::time::timeout_at;

/// The view that the snapshot reads.
#[derive(Debug, Clone)]
pub enum View {
    /// Exported by a slot, with the position that fits it.
    Exported { name: String, lsn: Lsn },
    /// No slot is wanted (`initial_only`).
    Own,
    /// Of this moment, beside a log that is read.
    Current,
}

pub struct Snapshot {
    tables: Vec<(Relation, String)>,
    current: usize,
    is_copying: bool,
    origin: Origin,
    held: Held,
    cells: Cells,
    ranges: Vec<Option<Range<usize>>>,
    scratch: Vec<u8>,
    rows: u64,
    /// Rows of the tables before the current one.
    rows_before: u64,
    /// The names of all tables, with commas.
    names: String,
    is_announced: bool,
    started: Instant,
    /// Where all rows stand, where that is not the view's position.
    at: Option<Offset>,
}

/// The row that waits for its marker.
#[derive(Debug, Default)]
struct Held {
    line: Vec<u8>,
    table: usize,
    is_present: bool,
    is_first_of_table: bool,
    is_last_of_table: bool,
}

impl Snapshot {
    /// Opens the view and describes the tables, in the order in which they will be read.
    pub async fn begin(catalog: &mut Catalog, settings: &Settings, tables: &[TableEntry], view: &View) -> Result<Self> {
        let lsn = open_view(&mut catalog.sql, view).await?;
        let row = catalog
            .sql
            .query(
                "SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE txid_current() END, \
                 (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint",
            )
            .await?
            .into_iter()
            .next()
            .unwrap_or_default();
        // on a standby a transaction that only reads has no id
        let tx_id = if text(&row, 0).is_empty() { None } else { Some(number(&row, 0)?) };
        let origin = Origin { ts_us: number(&row, 1)?, tx_id, lsn, ..Origin::default() };
        let entries = in_order(settings, tables);
        if let Some(timeout_ms) = settings.snapshot.lock_timeout_ms {
            lock(&mut catalog.sql, &entries, timeout_ms).await?;
        }
        let mut queue = Vec::new();
        for entry in entries {
            let relation = catalog.relation_of_table(entry).await?;
            let sql = match settings.snapshot.override_of(&relation.name()) {
                Some(statement) => overridden(&mut catalog.sql, settings, &relation, statement).await?,
                None => copy_statement(settings, &relation),
            };
            queue.push((relation, sql));
        }
        tracing::info!(tables = queue.len(), lsn = %lsn, "snapshot begins");
        Ok(Self::of(queue, origin))
    }

    /// Each table comes with the statement that reads it.
    fn of(tables: Vec<(Relation, String)>, origin: Origin) -> Self {
        let names: Vec<String> = tables.iter().map(|(relation, _)| relation.name()).collect();
        Self {
            tables,
            current: 0,
            is_copying: false,
            origin,
            held: Held::default(),
            cells: Cells::default(),
            ranges: vec![],
            scratch: vec![],
            rows: 0,
            rows_before: 0,
            names: names.join(","),
            is_announced: false,
            started: Instant::now(),
            at: None,
        }
    }

    /// Every row stands at this position of the log.
    pub fn standing_at(mut self, at: Offset) -> Self {
        self.at = Some(at);
        self
    }

    fn announce<C: Changes>(&mut self, changes: &mut C) {
        self.is_announced = true;
        let offset = self.offset(false);
        changes.snapshot(Progress::Started, &offset);
        for (relation, _) in &self.tables {
            changes.snapshot(Progress::InProgress { table: &relation.name(), tables: &self.names }, &offset);
        }
    }

    pub async fn pump<C: Changes>(
        &mut self,
        sql: &mut Connection,
        changes: &mut C,
        deadline: Instant,
    ) -> Result<Pumped> {
        if !self.is_announced {
            self.announce(changes);
        }
        loop {
            if !self.is_copying && !self.start_next_table(sql).await? {
                self.finish(changes)?;
                sql.query("ROLLBACK").await?;
                return Ok(Pumped::Finished);
            }
            match sql.copy_line()? {
                Some(CopyItem::Line(range)) => {
                    self.release(changes, false)?;
                    self.hold(sql.bytes(range.clone()));
                    sql.consume(range.end);
                    if changes.is_full() {
                        return Ok(Pumped::More);
                    }
                }
                Some(CopyItem::End) => self.end_table(changes),
                None => match timeout_at(deadline.into(), sql.fill()).await {
                    Ok(read) => drop(read?),
                    Err(_) => return Ok(Pumped::Idle),
                },
            }
        }
    }

    async fn start_next_table(&mut self, sql: &mut Connection) -> Result<bool> {
        let Some((relation, statement)) = self.tables.get(self.current) else { return Ok(false) };
        tracing::info!(table = relation.name(), "reading table");
        sql.start_copy(statement).await?;
        self.is_copying = true;
        Ok(true)
    }

    fn hold(&mut self, line: &[u8]) {
        self.held.is_first_of_table = !self.held.is_present || self.held.table != self.current;
        self.held.is_first_of_table |= self.held.is_last_of_table;
        self.held.is_last_of_table = false;
        self.held.table = self.current;
        self.held.is_present = true;
        self.held.line.clear();
        self.held.line.extend_from_slice(line);
        self.rows += 1;
    }

    fn end_table<C: Changes>(&mut self, changes: &mut C) {
        let (relation, _) = &self.tables[self.current];
        let (table, rows) = (relation.name(), self.rows - self.rows_before);
        let completed = Progress::TableCompleted { table: &table, tables: &self.names, rows };
        changes.snapshot(completed, &self.offset(false));
        self.rows_before = self.rows;
        if self.held.is_present && self.held.table == self.current {
            self.held.is_last_of_table = true;
        }
        self.is_copying = false;
        self.current += 1;
    }

    /// Hands the held row on, now that it is known whether another follows.
    fn release<C: Changes>(&mut self, changes: &mut C, is_last: bool) -> Result<()> {
        if !self.held.is_present {
            return Ok(());
        }
        let marker = self.held.marker(is_last);
        let offset = self.offset(is_last);
        let bytes = split_line(&self.held.line, &mut self.scratch, &mut self.ranges);
        self.cells.read_ranges(&self.ranges);
        let row = Row::new(bytes, &self.cells);
        let origin = Origin { snapshot: Some(marker), ..self.origin };
        let (relation, _) = &self.tables[self.held.table];
        changes.change(&Change { relation, operation: Operation::Read(row), origin, offset: &offset, before: &offset })
    }

    fn offset(&self, is_last: bool) -> Offset {
        self.at.unwrap_or_else(|| Offset {
            lsn: self.origin.lsn,
            tx_id: self.origin.tx_id,
            ts_usec: self.origin.ts_us,
            snapshot: if is_last { InSnapshot::Last } else { InSnapshot::Row },
            ..Offset::default()
        })
    }

    fn finish<C: Changes>(&mut self, changes: &mut C) -> Result<()> {
        if self.held.is_present {
            self.release(changes, true)?;
        } else {
            changes.advance(&self.offset(true))?;
        }
        changes.snapshot(Progress::Completed, &self.offset(true));
        tracing::info!(rows = self.rows, seconds = self.started.elapsed().as_secs_f64(), "snapshot complete");
        Ok(())
    }

    /// Where streaming goes on.
    pub fn end_offset(&self) -> Offset {
        self.offset(true)
    }
}

impl Held {
    fn marker(&self, is_last: bool) -> Marker {
        if is_last {
            Marker::Last
        } else if self.is_first_of_table && self.table == 0 {
            Marker::First
        } else if self.is_last_of_table {
            Marker::LastInCollection
        } else if self.is_first_of_table {
            Marker::FirstInCollection
        } else {
            Marker::Within
        }
    }
}

async fn open_view(sql: &mut Connection, view: &View) -> Result<Lsn> {
    match view {
        View::Exported { name, lsn } => {
            sql.query(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT {}", literal(name)))
                .await?;
            sql.query("SET LOCAL synchronize_seqscans = off").await?;
            Ok(*lsn)
        }
        View::Own | View::Current => {
            // the wait for a view that cannot fail is worth it only where nothing else waits
            let level =
                if let View::Own = view { "SERIALIZABLE READ ONLY DEFERRABLE" } else { "REPEATABLE READ READ ONLY" };
            sql.query(&format!("BEGIN ISOLATION LEVEL {level}")).await?;
            sql.query("SET LOCAL synchronize_seqscans = off").await?;
            // a standby that is fed by archives receives nothing
            let position = "SELECT CASE WHEN pg_is_in_recovery() \
                 THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END";
            let text = sql.scalar(position).await?.unwrap_or_default();
            Lsn::parse(&text).ok_or_else(|| sql.broken(format!("{text:?} as its position in the log")))
        }
    }
}

/// For each include pattern in the order written, its tables by name; each table once.
fn in_order<'a>(settings: &Settings, tables: &'a [TableEntry]) -> Vec<&'a TableEntry> {
    let wanted = |t: &&TableEntry| {
        // signals given before the start are not obeyed
        settings.signal_table.as_ref() != Some(&t.name())
            && settings.snapshot_tables.as_ref().is_none_or(|list| list.iter().any(|r| r.is_match(&t.name())))
    };
    let mut sorted: Vec<&TableEntry> = tables.iter().filter(wanted).collect();
    sorted.sort_by_key(|t| t.name());
    if settings.tables.includes().is_empty() {
        return sorted;
    }
    let mut ordered: Vec<&TableEntry> = Vec::with_capacity(sorted.len());
    for pattern in settings.tables.includes() {
        for table in sorted.iter().filter(|t| pattern.is_match(&t.name())) {
            if !ordered.iter().any(|seen| seen.oid == table.oid) {
                ordered.push(table);
            }
        }
    }
    ordered
}

/// Keeps the tables from being changed or truncated while they are read; writers go on.
async fn lock(sql: &mut Connection, tables: &[&TableEntry], timeout_ms: u64) -> Result<()> {
    sql.query(&format!("SET LOCAL lock_timeout = {timeout_ms}")).await?;
    for table in tables {
        let name = format!("{}.{}", identifier(&table.schema), identifier(&table.table));
        sql.query(&format!("LOCK TABLE {name} IN ACCESS SHARE MODE")).await?;
    }
    sql.query("SET LOCAL lock_timeout = 0").await.map(drop)
}

/// Reads what the user's statement gives. A column that it leaves out is null, as is one that the filters leave out.
async fn overridden(sql: &mut Connection, settings: &Settings, relation: &Relation, statement: &str) -> Result<String> {
    // the line ends a comment that the statement may end with
    let given = sql.columns(&format!("SELECT * FROM ({statement}\n) AS q LIMIT 0")).await?;
    if let Some(unknown) = given.iter().find(|name| !relation.columns.iter().any(|c| c.name == **name)) {
        return Err(Error::definite(format!("the statement for {} gives column {unknown}", relation.name()))
            .remedy("let snapshot.select.statement.overrides give columns of the table only"));
    }
    let columns = selection(relation, |_, c| is_wanted(settings, relation, c) && given.contains(&c.name));
    Ok(format!("COPY (SELECT {columns} FROM ({statement}\n) AS q) TO STDOUT"))
}

fn copy_statement(settings: &Settings, relation: &Relation) -> String {
    let columns = selection(relation, |_, column| is_wanted(settings, relation, column));
    format!("COPY (SELECT {columns} FROM {}.{}) TO STDOUT", identifier(&relation.schema), identifier(&relation.table))
}

/// What is not read arrives as null.
pub fn selection(relation: &Relation, is_read: impl Fn(usize, &Column) -> bool) -> String {
    let cell = |(i, column): (usize, &Column)| {
        if is_read(i, column) { identifier(&column.name) } else { "NULL".to_owned() }
    };
    relation.columns.iter().enumerate().map(cell).collect::<Vec<_>>().join(", ")
}

/// Whether the filters let a column through. One that they leave out is never read, though it be part of the key, whose
/// value in a snapshot is then what stands for no value.
pub fn is_wanted(settings: &Settings, relation: &Relation, column: &Column) -> bool {
    settings.columns.accepts(&format!("{}.{}", relation.name(), column.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::postgres::change::LogicalMessage;

    #[test]
    fn markers_follow_the_first_matching_rule() {
        let held = |table, first, last| Held {
            table,
            is_present: true,
            is_first_of_table: first,
            is_last_of_table: last,
            ..Held::default()
        };
        assert_eq!(held(1, true, true).marker(true), Marker::Last);
        assert_eq!(held(0, true, true).marker(false), Marker::First);
        assert_eq!(held(1, true, true).marker(false), Marker::LastInCollection);
        assert_eq!(held(1, true, false).marker(false), Marker::FirstInCollection);
        assert_eq!(held(0, false, false).marker(false), Marker::Within);
    }

    #[derive(Default)]
    struct Advanced(Vec<Offset>);

    impl Changes for Advanced {
        fn change(&mut self, _: &Change<'_>) -> Result<()> {
            panic!("there is no row")
        }

        fn message(&mut self, _: &LogicalMessage<'_>) -> Result<()> {
            panic!("a snapshot has no messages")
        }

        fn advance(&mut self, offset: &Offset) -> Result<()> {
            self.0.push(*offset);
            Ok(())
        }

        fn is_full(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_snapshot_without_rows_is_complete_as_well() {
        let mut snapshot = Snapshot::of(vec![], Origin { lsn: Lsn(7), ..Origin::default() });
        let mut seen = Advanced::default();
        snapshot.finish(&mut seen).unwrap();
        assert_eq!(seen.0, [snapshot.end_offset()]);
        assert_eq!((seen.0[0].lsn, seen.0[0].snapshot), (Lsn(7), InSnapshot::Last));
    }
}
