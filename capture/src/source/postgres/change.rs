//! One decoded event of one row, still in the server's bytes.

use super::pgoutput::OldKind;
use super::pgoutput::row::Row;
use super::position::{Lsn, Offset};
use super::relation::Relation;
use crate::error::Result;
use std::num::NonZeroU32;

/// Where a snapshot row stands; the words are Debezium's `source.snapshot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    First,
    FirstInCollection,
    Within,
    LastInCollection,
    Last,
    /// A row of an incremental snapshot; it stands nowhere in the log.
    Incremental,
}

impl Marker {
    pub fn word(self) -> &'static str {
        match self {
            Marker::First => "first",
            Marker::FirstInCollection => "first_in_data_collection",
            Marker::Within => "true",
            Marker::LastInCollection => "last_in_data_collection",
            Marker::Last => "last",
            Marker::Incremental => "incremental",
        }
    }
}

/// Where and when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// Microseconds since 1970: the commit's time, or the snapshot transaction's.
    pub ts_us: i64,
    pub tx_id: Option<u64>,
    pub lsn: Lsn,
    /// The last commit processed before this event.
    pub last_commit: Option<Lsn>,
    pub snapshot: Option<Marker>,
    /// The slot's, where it is asked for.
    pub xmin: Option<NonZeroU32>,
}

#[derive(Debug, Clone, Copy)]
pub enum Operation<'a> {
    /// A snapshot row.
    Read(Row<'a>),
    Insert(Row<'a>),
    Update {
        old: Option<(OldKind, Row<'a>)>,
        new: Row<'a>,
    },
    Delete {
        kind: OldKind,
        old: Row<'a>,
    },
    Truncate,
}

#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub relation: &'a Relation,
    pub operation: Operation<'a>,
    pub origin: Origin,
    /// Where to resume once this change is durable.
    pub offset: &'a Offset,
    /// Where to resume while it is not: a change that becomes several records is sent again as a whole.
    pub before: &'a Offset,
}

/// A message that somebody wrote into the log.
#[derive(Debug, Clone, Copy)]
pub struct LogicalMessage<'a> {
    pub prefix: &'a str,
    pub content: &'a [u8],
    pub origin: Origin,
    /// Where to resume once it is durable.
    pub offset: &'a Offset,
}

/// A step of the initial snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    Started,
    InProgress {
        table: &'a str,
        tables: &'a str,
    },
    TableCompleted {
        table: &'a str,
        tables: &'a str,
        rows: u64,
    },
    /// The last row has been handed on.
    Completed,
}

/// Takes changes from the reader.
pub trait Changes {
    fn change(&mut self, change: &Change<'_>) -> Result<()>;

    fn message(&mut self, message: &LogicalMessage<'_>) -> Result<()>;

    /// A transaction begins; `offset` stands at its first message.
    fn begin(&mut self, _offset: &Offset) -> Result<()> {
        Ok(())
    }

    /// A transaction is done with, and so is everything up to `offset`.
    fn commit(&mut self, offset: &Offset) -> Result<()> {
        self.advance(offset)
    }

    /// A position without a change: may be stored once everything before it is durable.
    fn advance(&mut self, offset: &Offset) -> Result<()>;

    /// How the initial snapshot gets on; `offset` is that of its rows.
    fn snapshot(&mut self, _progress: Progress<'_>, _offset: &Offset) {}

    /// What of the initial snapshot is still to be read, as it is to be stored with the offsets from now on.
    fn unfinished(&mut self, _state: Option<&str>) {}

    /// No change of this relation follows: its table has been dropped.
    fn forget(&mut self, _relation: u32) {}

    fn is_full(&self) -> bool;
}
