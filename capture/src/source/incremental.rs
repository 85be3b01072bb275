//! Incremental snapshots: tables read in chunks while the log goes on, without I/O.
//!
//! A chunk is read between two watermarks, which come back through the log. Whatever the log changes between them is newer
//! than what the chunk holds, so it takes its row out of the window; what is left when the second watermark passes is
//! handed on. See the DBLog paper of Andreakis and Papapanagiotou.
//!
//! The driver asks [`Incremental::step`] what to do, does it, and tells how it ended.

use super::notification::{Notice, Status};
use std::collections::{HashMap, VecDeque};

/// One part of a key, as text that the database takes and as the value that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    Null,
    Int(i32),
    Long(i64),
    Text(String),
}

pub type Key = Vec<KeyValue>;

impl std::fmt::Display for KeyValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Long(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A table or collection that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    pub id: String,
    pub condition: Option<String>,
    pub surrogate_key: Option<String>,
}

/// What is stored, and all that a restart needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub collections: VecDeque<Collection>,
    pub correlation: Option<String>,
    /// The key handed on last: the next chunk begins behind it.
    pub sent: Option<Key>,
    /// Where the collection ended when its reading began.
    pub maximum: Option<Key>,
}

/// A row that waits for its window to close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting<R> {
    /// The record's key, by which the log's changes are compared.
    pub record_key: Vec<u8>,
    pub key: Key,
    pub row: R,
}

/// What the driver is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Find the greatest key of the collection.
    FindMaximum(&'a Collection),
    /// Read rows behind the one key and up to the other.
    ReadChunk { collection: &'a Collection, after: Option<&'a Key>, upto: &'a Key },
    /// Write the second watermark.
    Close,
}

#[derive(Debug)]
pub struct Incremental<R> {
    state: State,
    chunk: Option<String>,
    /// The first watermark has passed, the second has not.
    is_open: bool,
    /// The rows of the chunk wait in the window.
    is_read: bool,
    is_paused: bool,
    wants_chunk: bool,
    /// The last key of the chunk.
    end: Option<Key>,
    rows: Vec<Option<Waiting<R>>>,
    places: HashMap<Vec<u8>, usize>,
    scanned: u64,
    notices: Vec<Notice>,
}

impl<R> Default for Incremental<R> {
    fn default() -> Self {
        Self::resume(State::default())
    }
}

impl<R> Incremental<R> {
    /// Goes on from what was stored: the chunk that was in flight is read again.
    pub fn resume(state: State) -> Self {
        Self {
            wants_chunk: !state.collections.is_empty(),
            end: state.sent.clone(),
            state,
            chunk: None,
            is_open: false,
            is_read: false,
            is_paused: false,
            rows: vec![],
            places: HashMap::new(),
            scanned: 0,
            notices: vec![],
        }
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn is_running(&self) -> bool {
        !self.state.collections.is_empty()
    }

    /// Whether a chunk is to be read now.
    pub fn wants_chunk(&self) -> bool {
        self.wants_chunk && !self.is_paused && self.is_running()
    }

    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    pub fn has_notices(&self) -> bool {
        !self.notices.is_empty()
    }

    // ---- commands

    pub fn execute(&mut self, correlation: &str, collections: Vec<Collection>) {
        let was_running = self.is_running();
        self.state.collections.extend(collections);
        self.state.correlation = Some(correlation.to_owned()).filter(|id| !id.is_empty());
        if !was_running && self.is_running() {
            self.wants_chunk = true;
            self.notify("STARTED", |_| vec![]);
        }
    }

    pub fn pause(&mut self) {
        if self.is_running() && !self.is_paused {
            self.is_paused = true;
            self.notify("PAUSED", |_| vec![]);
        }
    }

    pub fn go_on(&mut self) {
        if self.is_running() && self.is_paused {
            self.is_paused = false;
            // where a chunk still waits for its watermark, that one brings the next
            self.wants_chunk |= self.rows.is_empty();
            self.notify("RESUMED", |_| vec![]);
        }
    }

    /// Without names: everything ends. The names are whole names, not patterns.
    pub fn stop(&mut self, names: &[String]) {
        if !self.is_running() {
            return tracing::warn!("no active incremental snapshot, stop ignored");
        }
        if names.is_empty() {
            self.state = State::default();
            self.clear();
            self.end = None;
            self.wants_chunk = false;
            self.is_paused = false;
            // without the signal's id, which is forgotten by then
            self.notices.push(Notice::incremental("ABORTED", None, vec![]));
            return;
        }
        let current = self.state.collections.front().map(|c| c.id.clone());
        let mut place = 0;
        self.state.collections.retain(|c| {
            place += 1;
            place == 1 || !names.contains(&c.id)
        });
        let correlation = self.state.correlation.clone();
        if current.is_some_and(|id| names.contains(&id)) {
            self.clear();
            self.scanned = 0;
            self.next();
            // where a window is open, its end brings the next chunk
            self.wants_chunk |= self.chunk.is_none();
        }
        self.notices.push(Notice::incremental("ABORTED", correlation, vec![("data_collections", names.join(","))]));
    }

    // ---- the chunk

    /// Begins a chunk of this id, which its watermarks carry.
    pub fn begin(&mut self, id: String) {
        self.chunk = Some(id);
        self.is_read = false;
        self.is_open = false;
        self.wants_chunk = false;
    }

    pub fn step(&self) -> Step<'_> {
        match (self.state.collections.front(), &self.state.maximum) {
            (None, _) => Step::Close,
            (Some(_), Some(_)) if self.is_read => Step::Close,
            (Some(collection), None) => Step::FindMaximum(collection),
            (Some(collection), Some(upto)) => Step::ReadChunk { collection, after: self.end.as_ref(), upto },
        }
    }

    /// `None`: the collection is empty.
    pub fn found_maximum(&mut self, maximum: Option<Key>) {
        match maximum {
            Some(maximum) => self.state.maximum = Some(maximum),
            None => self.leave(Status::Empty),
        }
    }

    /// The rows of a chunk in their order; none: the collection is done with.
    pub fn found_rows(&mut self, rows: Vec<Waiting<R>>) {
        let Some(last) = rows.last() else { return self.leave(Status::Succeeded) };
        self.end = Some(last.key.clone());
        self.scanned += rows.len() as u64;
        self.is_read = true;
        self.places = rows.iter().enumerate().map(|(place, row)| (row.record_key.clone(), place)).collect();
        self.rows = rows.into_iter().map(Some).collect();
        let first = |key: &Option<Key>| key.as_ref().and_then(|key| key.first()).map(KeyValue::to_string);
        let (maximum, processed) = (first(&self.state.maximum), first(&self.end));
        self.notify("IN_PROGRESS", |current| {
            vec![
                ("last_processed_key", processed.unwrap_or_default()),
                ("current_collection_in_progress", current),
                ("maximum_key", maximum.unwrap_or_default()),
            ]
        });
    }

    /// The collection cannot be read, or not further.
    pub fn leave(&mut self, status: Status) {
        let scanned = self.scanned;
        self.notify("TABLE_SCAN_COMPLETED", |current| {
            vec![
                ("scanned_collection", current),
                ("total_rows_scanned", scanned.to_string()),
                ("status", status.word().to_owned()),
            ]
        });
        // Debezium goes on counting where a collection did not end well
        if status == Status::Succeeded {
            self.scanned = 0;
        }
        self.next();
    }

    // ---- what comes through the log

    /// The first watermark of some chunk.
    pub fn opened(&mut self, id: &str) {
        self.is_open |= self.is_ours(id);
    }

    /// The second watermark: true where it is ours, and the rows of [`Self::next_row`] are to be handed on.
    pub fn closed(&mut self, id: &str) -> bool {
        if !self.is_ours(id) {
            return false;
        }
        self.is_open = false;
        self.chunk = None;
        self.wants_chunk = true;
        true
    }

    /// What takes the place of the watermarks where they are not written: from here on changes take rows out.
    pub fn open(&mut self) {
        self.is_open = true;
    }

    /// The end of such a window: true where a chunk waits for it.
    pub fn close(&mut self) -> bool {
        self.is_open = false;
        self.wants_chunk |= self.chunk.is_some();
        self.chunk.take().is_some()
    }

    /// The log has changed the row of this record key.
    pub fn overtaken(&mut self, collection: &str, record_key: &[u8]) {
        if !self.is_open || self.rows.is_empty() {
            return;
        }
        if self.state.collections.front().is_some_and(|c| c.id == collection)
            && let Some(place) = self.places.remove(record_key)
        {
            self.rows[place] = None;
        }
    }

    /// Whether changes of the current collection are to be told to [`Self::overtaken`].
    #[inline]
    pub fn is_window_open(&self) -> bool {
        self.is_open && !self.rows.is_empty()
    }

    /// The rows of the window, and it is empty.
    pub fn take_rows(&mut self) -> Vec<Waiting<R>> {
        self.places.clear();
        std::mem::take(&mut self.rows).into_iter().flatten().collect()
    }

    /// A row of the window has been handed on.
    pub fn sent(&mut self, key: Key) {
        self.state.sent = Some(key);
    }

    fn is_ours(&self, id: &str) -> bool {
        self.chunk.as_ref().is_some_and(|chunk| id.starts_with(chunk.as_str()))
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.places.clear();
        self.is_open = false;
    }

    fn next(&mut self) {
        self.state.sent = None;
        self.state.maximum = None;
        self.end = None;
        self.is_read = false;
        self.state.collections.pop_front();
        if !self.is_running() {
            let correlation = self.state.correlation.take();
            self.notices.push(Notice::incremental("COMPLETED", correlation, vec![]));
        }
    }

    /// `more` is given the collection at hand.
    fn notify(&mut self, kind: &'static str, more: impl FnOnce(String) -> Vec<(&'static str, String)>) {
        let names: Vec<&str> = self.state.collections.iter().map(|c| c.id.as_str()).collect();
        let mut data = more(names.first().map(|name| (*name).to_owned()).unwrap_or_default());
        data.push(("data_collections", names.join(",")));
        self.notices.push(Notice::incremental(kind, self.state.correlation.clone(), data));
    }
}

#[cfg(test)]
#[path = "incremental_tests.rs"]
mod tests;
