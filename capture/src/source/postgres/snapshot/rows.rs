//! From lines of a copy to changes: which row comes when, and what it is in its table.

use super::held::Held;
use super::range::Range;
use super::statement::Statement;
use super::unfinished::Tables;
use crate::error::Result;
use crate::source::Pumped;
use crate::source::postgres::change::{Change, Changes, Marker, Operation, Origin, Progress};
use crate::source::postgres::pgoutput::row::{Cells, Row};
use crate::source::postgres::position::{Lsn, Offset, Snapshot as InSnapshot};
use crate::source::postgres::relation::Relation;
use crate::source::postgres::wire::copy::split_line;
use std::mem::{replace, take};

/// Kafka takes a megabyte by default.
const MOST_BYTES_STORED: usize = 768 * 1024;

/// A table that is to be read.
pub struct Table {
    pub relation: Relation,
    pub statement: Statement,
    /// The columns by which its ranges are cut.
    pub key: Vec<String>,
    pub parts: Vec<Part>,
    /// The part that is begun next.
    next: usize,
    rows: u64,
    /// The last row of the parts that are read.
    held: Held,
}

pub struct Part {
    pub range: Range,
    is_open: bool,
    is_out: bool,
}

/// What one connection reads.
#[derive(Default)]
struct Lane {
    at: Option<(usize, usize)>,
    held: Held,
}

pub struct Rows {
    pub tables: Vec<Table>,
    lanes: Vec<Lane>,
    /// The last row of a table, which may be the last one of all.
    waiting: Held,
    origin: Origin,
    /// Where every row stands: at the view, except where that is later than the place from which the log is read.
    at: Option<Offset>,
    begins: Lsn,
    /// What is left to read is stored.
    is_stored: bool,
    /// The names of all tables, with commas.
    names: String,
    cells: Cells,
    ranges: Vec<Option<std::ops::Range<usize>>>,
    scratch: Vec<u8>,
    pub count: u64,
}

impl Table {
    pub fn new(relation: Relation, statement: Statement, key: Vec<String>, ranges: Vec<Range>) -> Self {
        let parts = ranges.into_iter().map(|range| Part { range, is_open: true, is_out: false }).collect();
        Self { relation, statement, key, parts, next: 0, rows: 0, held: Held::default() }
    }

    fn is_read(&self) -> bool {
        self.parts.iter().all(|part| !part.is_open)
    }
}

impl Rows {
    /// `begins` is where the log is read from afterwards.
    pub fn new(tables: Vec<Table>, lanes: usize, origin: Origin, begins: Lsn) -> Self {
        let names: Vec<String> = tables.iter().map(|table| table.relation.name()).collect();
        Self {
            tables,
            lanes: std::iter::repeat_with(Lane::default).take(lanes).collect(),
            waiting: Held::default(),
            origin,
            at: None,
            begins,
            is_stored: false,
            names: names.join(","),
            cells: Cells::default(),
            ranges: vec![],
            scratch: vec![],
            count: 0,
        }
    }

    /// Every row stands at this position of the log.
    pub fn standing_at(mut self, at: Offset) -> Self {
        self.at = Some(at);
        self
    }

    /// What is left to read is stored with the offsets.
    pub fn stored(mut self) -> Self {
        self.is_stored = true;
        self
    }

    /// That a snapshot begins is stored before its first row goes out: should it break off, the log is to be read from its
    /// view on, or what is deleted meanwhile would stay in the topics for ever.
    pub fn announce<C: Changes>(&mut self, changes: &mut C) -> Result<Pumped> {
        let offset = self.offset(false);
        changes.snapshot(Progress::Started, &offset);
        for table in &self.tables {
            changes.snapshot(Progress::InProgress { table: &table.relation.name(), tables: &self.names }, &offset);
        }
        match self.at {
            Some(_) => return Ok(Pumped::More),
            None if self.is_stored => self.remember(changes)?,
            None => changes.advance(&offset)?,
        }
        Ok(Pumped::Checkpoint)
    }

    /// The statement that a lane is to read next. `None`: there is no more.
    pub fn begin_part(&mut self, lane: usize) -> Option<String> {
        let (number, table) = self.tables.iter_mut().enumerate().find(|(_, table)| table.next < table.parts.len())?;
        self.lanes[lane].at = Some((number, table.next));
        let range = &table.parts[table.next].range;
        table.next += 1;
        tracing::info!(table = table.relation.name(), part = table.next, of = table.parts.len(), "reading table");
        Some(table.statement.copy(range.condition(&table.key).as_deref()))
    }

    pub fn is_idle(&self, lane: usize) -> bool {
        self.lanes[lane].at.is_none()
    }

    /// A row arrives: those before it are known now not to be the last.
    pub fn line<C: Changes>(&mut self, lane: usize, line: &[u8], changes: &mut C) -> Result<()> {
        let Some((number, _)) = self.lanes[lane].at else { return Ok(()) };
        if self.waiting.is_present {
            let waiting = take(&mut self.waiting);
            self.waiting = self.release(waiting, changes)?;
        }
        if self.tables[number].held.is_present {
            let before = take(&mut self.tables[number].held);
            self.tables[number].held = self.release(before, changes)?;
        }
        let mut held = take(&mut self.lanes[lane].held);
        if held.is_present {
            held = self.release(held, changes)?;
        }
        let table = &mut self.tables[number];
        held.fill(line, number, table.rows == 0);
        table.rows += 1;
        self.count += 1;
        self.lanes[lane].held = held;
        Ok(())
    }

    /// A lane has read its part to the end.
    pub fn end_part<C: Changes>(&mut self, lane: usize, changes: &mut C) -> Result<()> {
        let Some((number, part)) = self.lanes[lane].at.take() else { return Ok(()) };
        self.tables[number].parts[part].is_open = false;
        if self.lanes[lane].held.is_present {
            let mut held = take(&mut self.lanes[lane].held);
            held.ends = Some(part);
            let before = replace(&mut self.tables[number].held, held);
            self.lanes[lane].held = self.release(before, changes)?;
        } else {
            self.part_is_out(number, part, changes)?;
        }
        if !self.tables[number].is_read() {
            return Ok(());
        }
        let table = &mut self.tables[number];
        let name = table.relation.name();
        let mut last = take(&mut table.held);
        let completed = Progress::TableCompleted { table: &name, tables: &self.names, rows: table.rows };
        changes.snapshot(completed, &self.offset(false));
        if last.is_present {
            last.is_last_of_table = true;
            let before = replace(&mut self.waiting, last);
            self.release(before, changes)?;
        }
        Ok(())
    }

    pub fn finish<C: Changes>(&mut self, changes: &mut C) -> Result<()> {
        if self.is_stored {
            changes.unfinished(None);
        }
        if self.waiting.is_present {
            let last = take(&mut self.waiting);
            self.emit(&last, true, changes)?;
        } else {
            changes.advance(&self.offset(true))?;
        }
        changes.snapshot(Progress::Completed, &self.offset(true));
        Ok(())
    }

    /// Hands a row on that others follow; its room is given back.
    fn release<C: Changes>(&mut self, mut held: Held, changes: &mut C) -> Result<Held> {
        if held.is_present {
            self.emit(&held, false, changes)?;
            held.is_present = false;
            if let Some(part) = held.ends.take() {
                self.part_is_out(held.table, part, changes)?;
            }
        }
        Ok(held)
    }

    fn emit<C: Changes>(&mut self, held: &Held, is_last: bool, changes: &mut C) -> Result<()> {
        let marker: Marker = held.marker(is_last);
        let offset = self.offset(is_last);
        let bytes = split_line(&held.line, &mut self.scratch, &mut self.ranges);
        self.cells.read_ranges(&self.ranges);
        let row = Row::new(bytes, &self.cells);
        let origin = Origin { snapshot: Some(marker), ..self.origin };
        let relation = &self.tables[held.table].relation;
        changes.change(&Change { relation, operation: Operation::Read(row), origin, offset: &offset, before: &offset })
    }

    /// All its rows have been handed on.
    fn part_is_out<C: Changes>(&mut self, table: usize, part: usize, changes: &mut C) -> Result<()> {
        self.tables[table].parts[part].is_out = true;
        if self.is_stored { self.remember(changes) } else { Ok(()) }
    }

    /// Stores what is left once everything before it is durable.
    fn remember<C: Changes>(&self, changes: &mut C) -> Result<()> {
        let mut left = Tables::default();
        for table in &self.tables {
            let parts = table.parts.iter().filter(|part| !part.is_out);
            left.put(&table.relation.name(), &table.key, parts.map(|part| &part.range));
        }
        let text = left.text();
        let fits = text.len() <= MOST_BYTES_STORED;
        if !fits {
            tracing::warn!(
                bytes = text.len(),
                "what is left of the snapshot is too long to be stored: a restart begins it anew"
            );
        }
        changes.unfinished(fits.then_some(text.as_str()));
        changes.advance(&self.offset(false))
    }

    pub fn offset(&self, is_last: bool) -> Offset {
        self.at.unwrap_or_else(|| Offset {
            lsn: self.begins,
            tx_id: self.origin.tx_id,
            ts_usec: self.origin.ts_us,
            snapshot: if is_last { InSnapshot::Last } else { InSnapshot::Row },
            ..Offset::default()
        })
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
