//! The log: messages to changes, transaction by transaction.

use super::catalog::{self, Catalog};
use super::change::{Change, Changes, LogicalMessage, Operation, Origin};
use super::config::Settings;
use super::pgoutput::row::{Cells, Row};
use super::pgoutput::{Message, OldKind, RelationBody, parse};
use super::position::{Lsn, MessageType, Offset, Snapshot};
use super::relation::Relation;
use super::relations::Relations;
use super::seen;
use crate::error::{Error, Result};
use std::num::NonZeroU32;
use tokio::time::timeout;

pub struct Stream {
    relations: Relations,
    /// What the next offset says; updated message by message.
    offset: Offset,
    /// The last position that is done with.
    before: Offset,
    last_commit: Option<Lsn>,
    is_in_transaction: bool,
    skip: Option<Resume>,
    /// The message outside any transaction that the stored offset stands behind: the server sends it again.
    lone_message: Lsn,
    /// The slot's, where it is asked for.
    xmin: Option<NonZeroU32>,
    new_cells: Cells,
    old_cells: Cells,
}

/// The transaction in whose middle the stored offset stands: its first changes are already in Kafka.
#[derive(Debug, Clone, Copy)]
struct Resume {
    xid: u32,
    lsn: Lsn,
    index_at_lsn: u32,
    /// The last message of the transaction that may be in Kafka.
    message: Lsn,
}

impl Stream {
    /// `from` is the stored offset, where the snapshot ended, or where the slot begins.
    pub fn new(from: &Offset) -> Self {
        let offset = *from;
        let (is_change, is_message) = match offset.message_type {
            MessageType::Insert | MessageType::Update | MessageType::Delete => (true, false),
            MessageType::Truncate | MessageType::Noop => (true, false),
            MessageType::Message => (false, true),
            MessageType::None | MessageType::Begin | MessageType::Commit => (false, false),
        };
        let skip = match (offset.lsn_proc, offset.tx_id) {
            (Some(lsn), Some(xid)) if is_change || is_message => {
                Some(Resume { xid: xid as u32, lsn, index_at_lsn: offset.index_at_lsn, message: offset.lsn })
            }
            _ => None,
        };
        let lone_message = if is_message && offset.tx_id.is_none() { offset.lsn } else { Lsn::default() };
        Self {
            relations: Relations::default(),
            offset: Offset { snapshot: Snapshot::No, ..offset },
            before: offset,
            last_commit: offset.lsn_commit,
            is_in_transaction: false,
            skip,
            lone_message,
            xmin: None,
            new_cells: Cells::default(),
            old_cells: Cells::default(),
        }
    }

    /// Where the log is asked to start: behind the last commit that is known to be done, since a transaction whose commit
    /// lies behind it is sent again as a whole.
    pub fn start_position(&self) -> Lsn {
        let processed = self.offset.lsn_proc.unwrap_or(self.offset.lsn);
        processed.max(self.offset.lsn_commit.unwrap_or_default()).max(self.offset.passed)
    }

    /// What has been read so far.
    pub fn position(&self) -> Offset {
        self.offset
    }

    /// The slot's `catalog_xmin` from here on.
    pub fn set_xmin(&mut self, xmin: Option<NonZeroU32>) {
        self.xmin = xmin;
    }

    /// Handles a message of the plugin.
    #[inline]
    pub async fn apply<C: Changes>(
        &mut self,
        start: u64,
        bytes: &[u8],
        (catalog, settings): (&mut Catalog, &Settings),
        changes: &mut C,
    ) -> Result<()> {
        match read(start, bytes)? {
            Message::Relation(body) => timeout(catalog::PATIENCE, self.describe(catalog, settings, &body))
                .await
                .unwrap_or_else(|_| Err(catalog::hangs(&body))),
            message => self.handle(start, &message, changes),
        }
    }

    /// Takes a description of a relation; the one message that needs the catalog.
    async fn describe(&mut self, catalog: &mut Catalog, settings: &Settings, body: &RelationBody<'_>) -> Result<()> {
        let relation = if settings.captures(body.schema, body.table) {
            if let Some(xid) = self.offset.tx_id.filter(|_| self.is_in_transaction) {
                seen::until_seen(&mut catalog.sql, xid as u32).await?;
            }
            Some(catalog.relation_of_message(body).await?)
        } else {
            None
        };
        self.put(body.id, relation);
        if self.relations.are_many() {
            let (gone, end) = catalog.gone(self.relations.ids()).await?;
            self.relations.dropped(gone, end);
        }
        Ok(())
    }

    /// `None`: the relation is not captured.
    pub fn put(&mut self, id: u32, relation: Option<Relation>) {
        self.relations.put(id, relation);
    }

    /// Handles every message but a relation.
    #[inline]
    pub fn handle<C: Changes>(&mut self, start: u64, message: &Message<'_>, changes: &mut C) -> Result<()> {
        let lsn = Lsn(start);
        match *message {
            Message::Insert { relation, new } => self.row(lsn, relation, MessageType::Insert, None, Some(new), changes),
            Message::Update { relation, old, new } => {
                self.row(lsn, relation, MessageType::Update, old, Some(new), changes)
            }
            Message::Delete { relation, kind, old } => {
                self.row(lsn, relation, MessageType::Delete, Some((kind, old)), None, changes)
            }
            Message::Begin { commit_time_us, xid } => {
                self.begin(lsn, commit_time_us, xid);
                changes.begin(&self.offset)
            }
            Message::Commit => self.commit(lsn, changes),
            Message::Truncate { relations } => self.truncate(lsn, relations, changes),
            Message::Logical { is_transactional, prefix, content } => {
                self.message(lsn, is_transactional, (prefix, content), changes)
            }
            Message::Type | Message::Origin | Message::Relation(_) => Ok(()),
        }
    }

    fn begin(&mut self, lsn: Lsn, commit_time_us: i64, xid: u32) {
        self.is_in_transaction = true;
        self.offset.lsn = lsn;
        self.offset.message_type = MessageType::Begin;
        self.offset.tx_id = Some(xid.into());
        self.offset.ts_usec = commit_time_us;
        self.offset.index_at_lsn = 0;
        self.offset.xmin = self.xmin;
        // only the first transaction after the start can be the one that was cut
        self.skip = self.skip.filter(|skip| skip.xid == xid);
    }

    fn commit<C: Changes>(&mut self, lsn: Lsn, changes: &mut C) -> Result<()> {
        self.pass(lsn, MessageType::Commit);
        self.offset.lsn_commit = Some(lsn);
        self.last_commit = Some(lsn);
        self.is_in_transaction = false;
        self.skip = None;
        self.before = self.offset;
        for id in self.relations.committed(lsn) {
            changes.forget(id);
        }
        changes.commit(&self.offset)
    }

    fn pass(&mut self, lsn: Lsn, kind: MessageType) {
        self.offset.index_at_lsn = match self.offset.lsn_proc {
            Some(last) if last == lsn && self.offset.message_type != MessageType::Begin => self.offset.index_at_lsn + 1,
            _ => 0,
        };
        self.offset.lsn = lsn;
        self.offset.lsn_proc = Some(lsn);
        self.offset.message_type = kind;
        self.offset.xmin = self.xmin;
    }

    fn truncate<C: Changes>(&mut self, lsn: Lsn, relations: &[u8], changes: &mut C) -> Result<()> {
        self.pass(lsn, MessageType::Truncate);
        if self.skip.is_some_and(|skip| skip.covers(&self.offset)) {
            return Ok(());
        }
        let origin = self.origin(lsn);
        let ids = relations.chunks_exact(4).map(|id| u32::from_be_bytes([id[0], id[1], id[2], id[3]]));
        let captured: Vec<usize> = ids.filter_map(|id| self.relations.captured(id)).collect();
        for (place, index) in captured.iter().enumerate() {
            let Some(relation) = self.relations.at(*index) else { continue };
            // one message for all tables: until the last one is durable it is to be read again
            let offset = if place + 1 == captured.len() { &self.offset } else { &self.before };
            let (operation, before) = (Operation::Truncate, &self.before);
            changes.change(&Change { relation, operation, origin, offset, before })?;
        }
        self.before = self.offset;
        Ok(())
    }

    fn message<C: Changes>(
        &mut self,
        lsn: Lsn,
        is_transactional: bool,
        (prefix, content): (&str, &[u8]),
        changes: &mut C,
    ) -> Result<()> {
        self.offset.lsn = lsn;
        self.offset.message_type = MessageType::Message;
        self.offset.xmin = self.xmin;
        if !is_transactional {
            // it stands by itself, like a transaction of one event
            self.offset.lsn_proc = Some(lsn);
            self.offset.lsn_commit = Some(lsn);
            self.offset.tx_id = None;
            self.offset.index_at_lsn = 0;
            self.last_commit = Some(lsn);
        }
        let is_done = match self.skip {
            Some(skip) if is_transactional => lsn <= skip.message,
            _ => !is_transactional && lsn <= self.lone_message,
        };
        if is_done {
            return Ok(());
        }
        let (origin, offset) = (self.origin(lsn), &self.offset);
        changes.message(&LogicalMessage { prefix, content, origin, offset })?;
        self.before = self.offset;
        Ok(())
    }

    fn origin(&self, lsn: Lsn) -> Origin {
        Origin {
            ts_us: self.offset.ts_usec,
            tx_id: self.offset.tx_id,
            lsn,
            last_commit: self.last_commit,
            snapshot: None,
            xmin: self.offset.xmin,
        }
    }

    fn row<C: Changes>(
        &mut self,
        lsn: Lsn,
        relation: u32,
        kind: MessageType,
        old: Option<(OldKind, &[u8])>,
        new: Option<&[u8]>,
        changes: &mut C,
    ) -> Result<()> {
        let index = self.relations.index(relation).ok_or_else(|| {
            Error::definite(format!("the log at {lsn} changes relation {relation} without having described it"))
                .remedy("report it with the server's version; leave the table out with table.exclude.list until then")
        })?;
        if self.relations.at(index).is_none() {
            self.pass(lsn, MessageType::Noop);
            return Ok(());
        }
        self.pass(lsn, kind);
        if self.skip.is_some_and(|skip| skip.covers(&self.offset)) {
            return Ok(());
        }
        let origin = self.origin(lsn);
        let Some(relation) = self.relations.at(index) else { return Ok(()) };
        let malformed = || {
            Error::definite(format!("a row of {} at {lsn} is malformed", relation.name()))
                .remedy("report it with the server's version; leave the table out with table.exclude.list until then")
        };
        if let Some(bytes) = new {
            self.new_cells.read_tuple(bytes).ok_or_else(malformed)?;
        }
        if let Some((_, bytes)) = old {
            self.old_cells.read_tuple(bytes).ok_or_else(malformed)?;
        }
        let old = old.map(|(kind, bytes)| (kind, Row::new(bytes, &self.old_cells)));
        let operation = match (new, old) {
            (Some(bytes), None) if kind == MessageType::Insert => Operation::Insert(Row::new(bytes, &self.new_cells)),
            (Some(bytes), old) => Operation::Update { old, new: Row::new(bytes, &self.new_cells) },
            (None, Some((kind, old))) => Operation::Delete { kind, old },
            (None, None) => return Err(malformed()),
        };
        let (offset, before) = (&self.offset, &self.before);
        changes.change(&Change { relation, operation, origin, offset, before })?;
        self.before = self.offset;
        Ok(())
    }

    /// The server has nothing for us up to `end`: outside a transaction that is a position like a commit's, except that
    /// the last commit stays where it was, since records name it.
    pub fn idle_at<C: Changes>(&mut self, end: u64, changes: &mut C) -> Result<()> {
        if self.is_in_transaction || Lsn(end) <= self.offset.lsn || self.skip.is_some() {
            return Ok(());
        }
        let lsn = Lsn(end);
        self.pass(lsn, MessageType::Commit);
        self.offset.passed = lsn;
        self.before = self.offset;
        changes.advance(&self.offset)
    }
}

impl Resume {
    /// Whether the change at this offset had been acknowledged before the restart.
    fn covers(&self, offset: &Offset) -> bool {
        offset.lsn < self.lsn || offset.lsn == self.lsn && offset.index_at_lsn <= self.index_at_lsn
    }
}

/// Parses a message of the log, naming the place where that fails.
#[inline]
pub fn read(start: u64, bytes: &[u8]) -> Result<Message<'_>> {
    parse(bytes).map_err(|what| {
        Error::definite(format!("the log at {}: {what}", Lsn(start))).remedy("report it with the server's version")
    })
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
