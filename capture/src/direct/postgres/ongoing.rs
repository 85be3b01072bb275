//! What goes on beside the log: signals, the incremental snapshot that they ask for, and notifications of both.

use super::encoder::Encoder;
use super::options::Options;
use crate::config::connector::Converters;
use crate::config::key::Map;
use crate::convert::java_hash;
use crate::error::Result;
use crate::source::incremental::{Collection, Incremental, Step, Waiting};
use crate::source::notification::{Notice, Notifier, Status};
use crate::source::postgres::change::{Change, Operation};
use crate::source::postgres::chunks::{Chunks, Lines, Target, is_outdated, is_refusal};
use crate::source::postgres::config::Settings;
use crate::source::postgres::config::signal::Settings as Signals;
use crate::source::postgres::context::Context;
use crate::source::postgres::on_demand::OnDemand;
use crate::source::postgres::pgoutput::row::{Cell, Row};
use crate::source::postgres::position::Offset;
use crate::source::postgres::visibility::{Passage, Window};
use crate::source::signal::{Channel, Command, Execute, Signal};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// How often in one window a table may change under its reading before it is left out.
const LOOKS: usize = 3;

pub struct Ongoing {
    settings: Settings,
    signals: Signals,
    pub machine: Incremental<Vec<u8>>,
    chunks: Option<Chunks>,
    /// The table at hand.
    pub target: Option<Target>,
    pub lines: Lines,
    notifier: Option<Notifier>,
    /// Notices of the initial snapshot.
    pub notices: Vec<Notice>,
    /// Tables that patterns of signals can mean, in the order in which Java knows them.
    tables: Vec<String>,
    next_poll: Instant,
    /// Signals from outside of the database and the file.
    channel: Option<Box<dyn Channel>>,
    /// Where nothing is written into the database.
    window: Option<Window>,
    /// No transaction is in the middle of being read.
    is_quiet: bool,
    /// The source is to stop reading the log for a moment.
    pub is_due: bool,
    /// Snapshots for which the log is to wait, in the order in which they were asked for.
    pub on_demand: VecDeque<OnDemand>,
}

impl Ongoing {
    pub fn new(
        settings: Settings,
        options: &Options,
        converters: Converters,
        map: &Map,
        tables: Vec<String>,
        stored: Option<&Context>,
    ) -> Self {
        let signals = Signals::parse(map);
        let state = stored.and_then(Context::incremental).cloned().unwrap_or_default();
        let notifier = (signals.logs_notices || signals.notice_topic.is_some()).then(|| {
            Notifier::new(&options.naming.prefix, signals.notice_topic.clone(), signals.logs_notices, converters)
        });
        let window = signals.is_read_only.then(Window::default);
        Self {
            settings,
            signals,
            machine: Incremental::resume(state),
            chunks: None,
            target: None,
            lines: Lines::default(),
            notifier,
            notices: vec![],
            tables,
            next_poll: Instant::now(),
            channel: None,
            window,
            is_quiet: true,
            is_due: true,
            on_demand: VecDeque::new(),
        }
    }

    pub fn notifier(&self) -> Option<&Notifier> {
        self.notifier.as_ref()
    }

    /// Whether chunks can be read at all.
    pub fn has_work(&self) -> bool {
        self.machine.wants_chunk() && self.can_read_chunks()
    }

    fn can_read_chunks(&self) -> bool {
        self.window.is_some() || self.settings.signal_table.is_some()
    }

    /// A change comes, where nothing is written that would bound the window. True: the chunk goes out before it.
    #[inline]
    pub fn meet(&mut self, id: Option<u64>) -> bool {
        match (&mut self.window, id) {
            (Some(window), Some(id)) if self.machine.is_running() => {
                self.is_quiet = false;
                match window.meet(id as u32) {
                    Passage::Within => {
                        self.machine.open();
                        false
                    }
                    Passage::Past => self.close(),
                }
            }
            _ => false,
        }
    }

    /// The log has been read to the end of a transaction, or has nothing more. True: the chunk can go out.
    pub fn settle(&mut self, id: Option<u64>) -> bool {
        self.is_quiet = true;
        match &mut self.window {
            Some(window) if self.machine.is_running() && window.is_settled(id) => {
                window.close();
                self.close()
            }
            _ => false,
        }
    }

    /// A chunk has been read: the same, where nothing has happened on the server since the one before.
    pub fn settle_again(&mut self, id: Option<u64>) -> bool {
        self.is_quiet && self.window.as_ref().is_some_and(Window::is_as_before) && self.settle(id)
    }

    fn close(&mut self) -> bool {
        let closes = self.machine.close();
        self.is_due |= closes;
        closes
    }

    /// Makes the state of the incremental snapshot part of what is stored.
    pub fn show(&self, context: &mut Context) {
        context.set_incremental(self.machine.is_running().then(|| Arc::new(self.machine.state().clone())));
    }

    /// The signal that a change of the signal table holds.
    #[inline]
    pub fn signal_of(&self, change: &Change<'_>) -> Option<Signal> {
        let (schema, table) = self.settings.signal_table.as_deref()?.split_once('.')?;
        let Operation::Insert(row) = change.operation else { return None };
        if change.relation.table != table || change.relation.schema != schema {
            return None;
        }
        if change.relation.columns.len() != 3 {
            tracing::warn!(
                columns = change.relation.columns.len(),
                "the signal table has not three columns, signal ignored"
            );
            return None;
        }
        Some(Signal { id: text(row, 0), kind: text(row, 1), data: text(row, 2) })
    }

    /// Does what a signal asks for, except for watermarks, which the caller handles. `at` is the position before it.
    pub fn obey(&mut self, signal: &Signal, context: &Context, at: &Offset) {
        self.is_due = true;
        match signal.command() {
            Ok(Command::Execute(execute)) => self.execute(signal, &execute),
            Ok(Command::ExecuteBlocking(execute)) => self.read_on_demand(&execute, at),
            Ok(Command::Stop(patterns)) => {
                let names = self.expand(&patterns);
                self.machine.stop(&names);
            }
            Ok(Command::Pause) => self.machine.pause(),
            Ok(Command::Resume) => self.machine.go_on(),
            Ok(Command::Log(message)) => {
                let mut offset = vec![];
                crate::model::offset::SourceOffset::write_json(context, &mut offset);
                let message = message.replacen("{}", &String::from_utf8_lossy(&offset), 1);
                tracing::info!(id = signal.id, message, "log signal");
            }
            Ok(Command::WindowOpen | Command::WindowClose | Command::Nothing) => {}
            Err(reason) => tracing::warn!(id = signal.id, kind = signal.kind, reason, "signal not obeyed"),
        }
    }

    fn execute(&mut self, signal: &Signal, execute: &Execute) {
        if !self.can_read_chunks() {
            return tracing::warn!(
                id = signal.id,
                "incremental snapshot not begun: signal.data.collection names no table for the watermarks, and read.only is off"
            );
        }
        let collections = self.expand(&execute.collections).into_iter().map(|id| Collection {
            condition: condition_of(&execute.conditions, &id),
            surrogate_key: execute.surrogate_key.clone(),
            id,
        });
        self.machine.execute(&signal.id, collections.collect());
    }

    fn read_on_demand(&mut self, execute: &Execute, at: &Offset) {
        let mut tables = self.expand(&execute.collections);
        tables.retain(|name| self.tables.contains(name));
        let statement = |name: &String| {
            let given = condition_of(&execute.conditions, name)?;
            Some((name.clone(), given.trim().trim_end_matches(';').to_owned()))
        };
        let statements = tables.iter().filter_map(statement).collect();
        self.on_demand.push_back(OnDemand { tables, statements, at: *at });
    }

    /// Names of tables that the patterns match; a pattern without a match stands for itself.
    fn expand(&self, patterns: &[String]) -> Vec<String> {
        let mut names: Vec<String> = vec![];
        for pattern in patterns {
            let matches = |name: &&String| matches(pattern, name);
            let found: Vec<&String> = self.tables.iter().filter(matches).collect();
            let found = if found.is_empty() { vec![pattern] } else { found };
            for name in found {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        names
    }

    pub fn obeys_source(&self) -> bool {
        self.signals.source
    }

    /// Tables that the log has told of count as well.
    pub fn learn<'a>(&mut self, tables: impl Iterator<Item = &'a str>) {
        for table in tables {
            if !self.tables.iter().any(|known| known == table) {
                self.tables.push(table.to_owned());
            }
        }
        let buckets = java_hash::buckets_grown_concurrently(self.tables.len());
        java_hash::sort(&mut self.tables, buckets, |name| name);
    }

    pub fn listen_to(&mut self, channel: Option<Box<dyn Channel>>) {
        self.channel = channel;
    }

    #[inline]
    pub fn is_poll_due(&self) -> bool {
        (self.signals.file.is_some() || self.channel.is_some()) && Instant::now() >= self.next_poll
    }

    /// Looks for signals from outside of the database, where that is its time.
    pub fn poll(&mut self, context: &Context) {
        if !self.is_poll_due() {
            return;
        }
        self.next_poll = Instant::now() + self.signals.poll_interval;
        let mut signals = self.channel.as_mut().map(|channel| channel.read()).unwrap_or_default();
        if let Some(file) = &self.signals.file {
            signals.extend(taken_from(file));
        }
        for signal in signals {
            self.obey(&signal, context, &context.offset);
        }
    }

    /// Reads a chunk between two watermarks. True: they do not come back through the log, and the window closes at once.
    pub async fn read_chunk(&mut self, encoder: &mut Encoder) -> Result<bool> {
        let id = uuid::Uuid::new_v4().to_string();
        self.machine.begin(id.clone());
        if self.window.is_some() {
            let before = self.chunks().await?.view().await?;
            self.read_rows(encoder).await?;
            let after = self.chunks().await?.view().await?;
            if let Some(window) = &mut self.window {
                window.read(before, after);
            }
            return Ok(false);
        }
        let opened = instant();
        let data = format!("{{\"openWindowTimestamp\": \"{opened}\"}}");
        self.chunks().await?.mark(&format!("{id}-open"), "snapshot-window-open", &data).await?;
        self.read_rows(encoder).await?;
        if self.signals.deletes_watermarks {
            self.chunks().await?.unmark(&format!("{id}-open")).await?;
            return Ok(self.machine.closed(&id));
        }
        let closed = instant();
        let data = format!("{{\"openWindowTimestamp\": \"{opened}\", \"closeWindowTimestamp\": \"{closed}\"}}");
        self.chunks().await?.mark(&format!("{id}-close"), "snapshot-window-close", &data).await?;
        Ok(false)
    }

    /// Reads until there are rows, or nothing is left to be read.
    async fn read_rows(&mut self, encoder: &mut Encoder) -> Result<()> {
        let mut outdated = 0;
        while let Some(collection) = self.unread() {
            let Err(error) = Box::pin(self.advance(&collection, encoder)).await else { continue };
            self.chunks = None;
            if !is_refusal(&error) {
                return Err(error);
            }
            outdated += usize::from(is_outdated(&error));
            // changed between its description and its reading, which the next description knows
            if !is_outdated(&error) || outdated > LOOKS {
                tracing::error!(table = collection.id, error = %error, "incremental snapshot of the table failed, it is left out");
                self.machine.leave(Status::SqlException);
            }
        }
        Ok(())
    }

    /// The collection of which something is to be read before the window can close.
    fn unread(&self) -> Option<Collection> {
        match self.machine.step() {
            Step::Close => None,
            Step::FindMaximum(collection) | Step::ReadChunk { collection, .. } => Some(collection.clone()),
        }
    }

    async fn advance(&mut self, collection: &Collection, encoder: &mut Encoder) -> Result<()> {
        self.chunks().await?;
        let Self { chunks: Some(chunks), settings, machine, lines, .. } = self else { return Ok(()) };
        let target = match chunks.target(settings, collection).await? {
            Ok(target) => target,
            Err(status) => {
                tracing::warn!(
                    table = collection.id,
                    status = status.word(),
                    "incremental snapshot leaves the table out"
                );
                machine.leave(status);
                return Ok(());
            }
        };
        let condition = collection.condition.as_deref();
        match machine.step() {
            Step::Close => {}
            Step::FindMaximum(_) => {
                let maximum = chunks.maximum(&target, condition).await?;
                machine.found_maximum(maximum);
            }
            Step::ReadChunk { after, upto, .. } => {
                let read = chunks.read(settings, &target, condition, (after, upto)).await?;
                let mut rows = Vec::with_capacity(read.len());
                for (place, line) in read.into_iter().enumerate() {
                    let row = lines.row(&line);
                    let key = target.key(row);
                    let record_key =
                        encoder.key_of(&target.relation, row)?.unwrap_or_else(|| place.to_be_bytes().into());
                    rows.push(Waiting { record_key, key, row: line });
                }
                machine.found_rows(rows);
            }
        }
        self.target = Some(target);
        Ok(())
    }

    async fn chunks(&mut self) -> Result<&mut Chunks> {
        let chunks = match self.chunks.take() {
            Some(chunks) => chunks,
            None => {
                let table = self.settings.signal_table.clone().unwrap_or_default();
                Box::pin(Chunks::open(&self.settings, &table, self.signals.chunk_rows)).await?
            }
        };
        Ok(self.chunks.insert(chunks))
    }
}

/// The signals of a file, which is empty then.
fn taken_from(file: &str) -> Vec<Signal> {
    let lines = match std::fs::read_to_string(file) {
        Ok(lines) if !lines.is_empty() => lines,
        _ => return vec![],
    };
    if let Err(error) = std::fs::write(file, "") {
        tracing::warn!(file, error = %error, "the signal file cannot be emptied, its signals are not obeyed");
        return vec![];
    }
    let parsed = lines.lines().filter(|line| !line.trim().is_empty()).map(Signal::parse);
    let unreadable = |reason: &String| tracing::warn!(file, reason, "a line of the signal file cannot be read");
    parsed.filter_map(|signal| signal.inspect_err(unreadable).ok()).collect()
}

fn condition_of(conditions: &[(String, String)], name: &str) -> Option<String> {
    let is_for = |pattern: &str| matches(pattern, name) || matches(&format!("(?i:{pattern})"), name);
    let filter = conditions.iter().find(|(pattern, _)| is_for(pattern)).map(|(_, filter)| filter.clone());
    filter.filter(|filter| !filter.trim().is_empty())
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern == name || regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(name))
}

fn text(row: Row<'_>, column: usize) -> String {
    match row.cell(column) {
        Cell::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Cell::Null | Cell::Unchanged => String::new(),
    }
}

/// Now, as Java prints an instant.
fn instant() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, micros) = (now.as_secs() as i64, now.subsec_micros());
    let (year, month, day) = crate::convert::calendar::civil_from_days(seconds.div_euclid(86_400));
    let time = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_and_names_are_matched_whole() {
        let conditions = [("s.a".to_owned(), "x".to_owned()), ("s.*".to_owned(), "y".to_owned())];
        assert_eq!(condition_of(&conditions, "s.a").as_deref(), Some("x"));
        assert_eq!(condition_of(&conditions, "s.ab").as_deref(), Some("y"));
        assert_eq!(condition_of(&conditions, "S.A").as_deref(), Some("x"), "conditions know no case");
        assert_eq!(condition_of(&conditions, "t.a"), None);
        assert!(matches("s.a(", "s.a("), "what is no pattern stands for itself");
    }
}
