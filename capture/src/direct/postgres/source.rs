//! The reader with its encoder: a [`crate::source::Source`] of finished records.

use super::encoder::{Encoder, Numbered};
use super::message::Messages;
use super::ongoing::Ongoing;
use super::options::Options;
use super::reselect::Reselect;
use crate::config::connector::{COMMON, Converters};
use crate::config::key::{Map, Reader as Values, refused};
use crate::error::{Error, Result};
use crate::model::record::Record;
use crate::source::heartbeat::Heartbeat;
use crate::source::notification::Notice;
use crate::source::postgres::action::Action;
use crate::source::postgres::change::{Change, Changes, LogicalMessage, Marker, Operation, Origin, Progress};
use crate::source::postgres::config::Settings;
use crate::source::postgres::config::post_processors::reselection;
use crate::source::postgres::context::Context;
use crate::source::postgres::position::{Lsn, MessageType, Offset};
use crate::source::postgres::reader::Reader;
use crate::source::postgres::reselector::Reselector;
use crate::source::signal::{Channel, Signal};
use crate::source::transaction::{Metadata, Orders};
use crate::source::{Emit, Pumped};
use std::time::{Duration, Instant};

pub struct Source {
    reader: Reader,
    encoder: Encoder,
    messages: Messages,
    heartbeat: Option<Heartbeat>,
    /// Run before each heartbeat.
    action: Option<Action>,
    metadata: Option<Metadata>,
    /// The offset handed out last.
    context: Context,
    /// A heartbeat is to be sent at once.
    is_beat_due: bool,
    /// The transaction in whose middle the stored offset stands.
    resumed: Option<Context>,
    ongoing: Ongoing,
    /// Reads columns again, where that is wanted.
    reselect: Option<Reselect>,
}

impl Source {
    /// `stored` is the offset map's text, `signals` come from elsewhere. The settings have passed validation.
    pub async fn open(
        map: &Map,
        converters: Converters,
        stored: Option<&str>,
        signals: Option<Box<dyn Channel>>,
    ) -> Result<Self> {
        let settings = Settings::parse(map).map_err(|problems| refused("settings of the connector", &problems))?;
        let stored = stored.map(Context::parse).transpose().map_err(|what| {
            Error::definite(format!("the stored offset cannot be read: {what}"))
                .remedy("reset the connector's offsets, which takes a new snapshot")
        })?;
        let stored = stored.flatten();
        let options = Options::parse(map, converters, settings.columns.clone());
        let heartbeat = heartbeat(map, &options);
        let messages = Messages::new(&options, settings.messages.clone());
        let action = settings.heartbeat_action.clone().filter(|_| heartbeat.is_some());
        let action = action.map(|query| Action::new(settings.login.clone(), query));
        let metadata = metadata(map, &options);
        let reselect = reselect(map, &settings)?;
        let reader = Reader::open(settings.clone(), stored.as_ref()).await?;
        let mut ongoing = Ongoing::new(settings, &options, converters, map, reader.tables().to_vec(), stored.as_ref());
        ongoing.listen_to(signals);
        let mut context = Context::at(reader.position().unwrap_or_default());
        context.set_system(reader.mark());
        ongoing.show(&mut context);
        if reader.position().is_some() {
            ongoing.notices.push(Notice::initial("SKIPPED", vec![]));
        }
        Ok(Self {
            reader,
            encoder: Encoder::new(options),
            messages,
            heartbeat,
            action,
            metadata,
            context,
            is_beat_due: false,
            resumed: stored.filter(stands_in_transaction),
            ongoing,
            reselect,
        })
    }

    /// Does what waits beside the log: chunks, signals of a file, notifications.
    async fn carry_on<E: Emit<Context>>(&mut self, out: &mut E) -> Result<()> {
        self.ongoing.is_due = false;
        if self.reader.position().is_some() {
            self.ongoing.learn(self.encoder.collections());
            self.ongoing.poll(&self.context);
            self.ongoing.show(&mut self.context);
        }
        self.notify(out)?;
        if let (Some(_), Some(wanted)) = (self.reader.position(), self.ongoing.on_demand.front()) {
            self.reader.read_on_demand(wanted).await?;
            self.ongoing.on_demand.pop_front();
            return Ok(());
        }
        while self.ongoing.has_work() && self.reader.position().is_some() && !out.is_full() {
            let Self { reader, ongoing, encoder, .. } = self;
            let closes_at_once = reader.while_alive(Box::pin(ongoing.read_chunk(encoder))).await??;
            ongoing.show(&mut self.context);
            self.notify(out)?;
            if closes_at_once || self.ongoing.settle_again(self.context.offset.tx_id) {
                self.hand_on_here(out)?;
            }
        }
        Ok(())
    }

    /// Hands the rows of the window on where the log stands.
    fn hand_on_here<E: Emit<Context>>(&mut self, out: &mut E) -> Result<()> {
        let (offset, counts) = (self.context.offset, false);
        let mut attaching = Attaching { context: &mut self.context, counts, seen: None, out };
        hand_on(&mut self.ongoing, &mut self.encoder, &offset, offset.lsn_commit, &mut attaching)
    }

    fn notify<E: Emit<Context>>(&mut self, out: &mut E) -> Result<()> {
        let mut notices = std::mem::take(&mut self.ongoing.notices);
        notices.extend(self.ongoing.machine.take_notices());
        let Some(notifier) = self.ongoing.notifier() else { return Ok(()) };
        notices.iter().try_for_each(|notice| notifier.send(notice, now_ms(), &self.context, out))
    }

    async fn beat<E: Emit<Context>>(&mut self, out: &mut E) -> Result<()> {
        self.is_beat_due = false;
        if let Some(action) = &mut self.action {
            action.run().await?;
        }
        match &mut self.heartbeat {
            Some(heartbeat) if heartbeat.is_due(Instant::now()) => {
                heartbeat.beat(Instant::now(), now_ms(), &self.context, out)
            }
            Some(heartbeat) => heartbeat.send(now_ms(), &self.context, out),
            None => Ok(()),
        }
    }
}

fn stands_in_transaction(stored: &Context) -> bool {
    stored.transaction().is_some() && !matches!(stored.offset.message_type, MessageType::None | MessageType::Commit)
}

fn heartbeat(map: &Map, options: &Options) -> Option<Heartbeat> {
    let common = Values::new(COMMON, map);
    let pause = Duration::from_millis(common.integer("heartbeat.interval.ms").unsigned_abs());
    if pause.is_zero() {
        return None;
    }
    let lead = common.text("topic.heartbeat.prefix").unwrap_or_default();
    let topic = [lead, &options.naming.delimiter, &options.naming.prefix].concat();
    Some(Heartbeat::new(pause, topic, &options.naming.prefix, options.converters))
}

fn reselect(map: &Map, settings: &Settings) -> Result<Option<Reselect>> {
    let Some(reselection) = reselection(map) else { return Ok(None) };
    let reselector = Reselector::start(settings.login.clone())?;
    Ok(Some(Reselect::new(reselection, settings.signal_table.clone(), reselector)))
}

fn metadata(map: &Map, options: &Options) -> Option<Metadata> {
    let common = Values::new(COMMON, map);
    let end = common.text("topic.transaction").unwrap_or_default();
    let topic = [&options.naming.prefix, &options.naming.delimiter, end].concat();
    common.boolean("provide.transaction.metadata").then(|| Metadata::new(topic, options.converters))
}

fn now_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis() as i64
}

/// Records with a position become records with all that is stored.
struct Attaching<'a, E> {
    context: &'a mut Context,
    /// Whether events are numbered.
    counts: bool,
    /// The keys of records that go out, where they are wanted.
    seen: Option<Vec<Vec<u8>>>,
    out: &'a mut E,
}

/// The rows of a window that has closed. They stand where the log was read to before, which is read again should they be lost.
fn hand_on<E: Emit<Context>>(
    ongoing: &mut Ongoing,
    encoder: &mut Encoder,
    before: &Offset,
    last_commit: Option<Lsn>,
    attaching: &mut Attaching<'_, E>,
) -> Result<()> {
    let target = ongoing.target.take();
    let before = &Offset { ts_usec: now_us(), ..*before };
    // an idle log is read beyond its last commit, where changes may lie that come later
    let lsn = last_commit.filter(|_| before.message_type == MessageType::Commit).unwrap_or(before.lsn);
    for waiting in ongoing.machine.take_rows() {
        let Some(target) = &target else { break };
        ongoing.machine.sent(waiting.key);
        ongoing.show(attaching.context);
        let origin =
            Origin { ts_us: now_us(), lsn, last_commit, snapshot: Some(Marker::Incremental), ..Origin::default() };
        let row = ongoing.lines.row(&waiting.row);
        let (relation, operation) = (&target.relation, Operation::Read(row));
        encoder.encode_numbered(&Change { relation, operation, origin, offset: before, before }, attaching)?;
    }
    Ok(())
}

impl<E: Emit<Context>> Emit<Offset> for Attaching<'_, E> {
    #[inline]
    fn emit(&mut self, record: &Record<'_>, offset: &Offset) -> Result<()> {
        self.context.offset = *offset;
        if let (Some(seen), Some(key)) = (&mut self.seen, record.key) {
            seen.push(key.to_vec());
        }
        self.out.emit(record, self.context)
    }

    #[inline]
    fn advance(&mut self, offset: &Offset) {
        self.context.offset = *offset;
        self.out.advance(self.context);
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.out.is_full()
    }
}

impl<E: Emit<Context>> Numbered for Attaching<'_, E> {
    #[inline]
    fn number(&mut self, table: &str) -> Option<Orders> {
        (self.counts && self.context.transaction().is_some()).then(|| self.context.transaction_mut().event(table))
    }
}

/// Between the reader and the pipeline.
struct Encoding<'a, E> {
    encoder: &'a mut Encoder,
    messages: &'a mut Messages,
    heartbeat: Option<&'a Heartbeat>,
    metadata: Option<&'a mut Metadata>,
    is_beat_due: &'a mut bool,
    resumed: &'a mut Option<Context>,
    ongoing: &'a mut Ongoing,
    reselect: Option<&'a mut Reselect>,
    attaching: Attaching<'a, E>,
}

impl<E: Emit<Context>> Encoding<'_, E> {
    #[inline]
    fn look_at_the_clock(&mut self) {
        if let Some(heartbeat) = self.heartbeat {
            *self.is_beat_due |= heartbeat.is_due(Instant::now());
        }
    }

    /// Comes before the record of the change that holds it, so that its effect is stored with that record or not at all.
    fn signal(&mut self, signal: &Signal, change: &Change<'_>) -> Result<()> {
        match signal.kind.as_str() {
            "snapshot-window-open" => self.ongoing.machine.opened(&signal.id),
            "snapshot-window-close" => self.close_window(signal, change)?,
            _ if self.ongoing.obeys_source() => {
                self.ongoing.learn(self.encoder.collections());
                self.ongoing.obey(signal, self.attaching.context, change.before);
            }
            _ => {}
        }
        self.ongoing.show(self.attaching.context);
        Ok(())
    }

    fn close_window(&mut self, signal: &Signal, change: &Change<'_>) -> Result<()> {
        if !self.ongoing.machine.closed(&signal.id) {
            return Ok(());
        }
        self.ongoing.is_due = true;
        let last_commit = change.origin.last_commit;
        hand_on(self.ongoing, self.encoder, change.before, last_commit, &mut self.attaching)
    }

    #[inline]
    fn encode(&mut self, change: &Change<'_>) -> Result<()> {
        if self.ongoing.machine.is_window_open() {
            self.change_in_window(change)
        } else {
            self.encoder.encode_numbered(change, &mut self.attaching)
        }
    }

    /// A change of the table whose chunk waits: rows that it has made old leave the window.
    fn change_in_window(&mut self, change: &Change<'_>) -> Result<()> {
        self.attaching.seen = Some(vec![]);
        let encoded = self.encoder.encode_numbered(change, &mut self.attaching);
        let name = change.relation.name();
        for key in self.attaching.seen.take().unwrap_or_default() {
            self.ongoing.machine.overtaken(&name, &key);
        }
        encoded
    }

    fn end_transaction(&mut self, offset: &Offset) -> Result<()> {
        let Attaching { context, out, .. } = &mut self.attaching;
        let (Some(metadata), true) = (&mut self.metadata, context.transaction().is_some()) else {
            return self.advance(offset);
        };
        context.offset = *offset;
        if let Some(counts) = context.transaction() {
            let end = (&*transaction_id(offset), counts);
            metadata.end(end, offset.ts_usec.div_euclid(1000), &**context, *out)?;
        }
        context.transaction_mut().end();
        self.look_at_the_clock();
        Ok(())
    }
}

fn now_us() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_micros() as i64
}

/// As the transaction topic names it: the position is that of the message at hand.
fn transaction_id(offset: &Offset) -> String {
    format!("{}:{}", offset.tx_id.unwrap_or_default(), offset.lsn.0 as i64)
}

impl<E: Emit<Context>> Changes for Encoding<'_, E> {
    #[inline]
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        if let Some(signal) = self.ongoing.signal_of(change) {
            self.signal(&signal, change)?;
        }
        // a snapshot that the log is to wait for is asked for again unless it has ended
        let waits = !self.ongoing.on_demand.is_empty();
        let change = &Change { offset: if waits { change.before } else { change.offset }, ..*change };
        if change.origin.snapshot.is_none() && self.ongoing.meet(change.origin.tx_id) {
            hand_on(self.ongoing, self.encoder, change.before, change.origin.last_commit, &mut self.attaching)?;
        }
        match self.reselect.take() {
            None => self.encode(change)?,
            Some(reselect) => {
                let renewed = reselect.renew(change, self.encoder)?;
                self.encode(&renewed)?;
                self.reselect = Some(reselect);
            }
        }
        if change.origin.snapshot.is_none() {
            self.look_at_the_clock();
        }
        Ok(())
    }

    fn message(&mut self, message: &LogicalMessage<'_>) -> Result<()> {
        self.messages.encode(message, &mut self.attaching)?;
        self.look_at_the_clock();
        Ok(())
    }

    fn begin(&mut self, offset: &Offset) -> Result<()> {
        let Some(metadata) = &mut self.metadata else { return Ok(()) };
        let id = offset.tx_id.unwrap_or_default().to_string();
        let counts = self.attaching.context.transaction_mut();
        let resumed = self.resumed.take();
        if let Some(resumed) = resumed.as_ref().and_then(Context::transaction).filter(|r| r.id.as_ref() == Some(&id)) {
            // its beginning is in Kafka already, and so are the events that were counted
            counts.clone_from(resumed);
            return Ok(());
        }
        counts.begin(&id);
        metadata.begin(&transaction_id(offset), offset.ts_usec.div_euclid(1000), offset, &mut self.attaching)
    }

    fn commit(&mut self, offset: &Offset) -> Result<()> {
        self.end_transaction(offset)?;
        if self.ongoing.settle(offset.tx_id) {
            hand_on(self.ongoing, self.encoder, offset, offset.lsn_commit, &mut self.attaching)?;
        }
        Ok(())
    }

    fn advance(&mut self, offset: &Offset) -> Result<()> {
        self.attaching.advance(offset);
        self.look_at_the_clock();
        Ok(())
    }

    fn snapshot(&mut self, progress: Progress<'_>, offset: &Offset) {
        self.attaching.context.offset = *offset;
        let owned = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        let notice = match progress {
            Progress::Started => Notice::initial("STARTED", vec![]),
            Progress::InProgress { table, tables } => Notice::initial(
                "IN_PROGRESS",
                owned(&[("current_collection_in_progress", table), ("data_collections", tables)]),
            ),
            Progress::TableCompleted { table, tables, rows } => Notice::initial(
                "TABLE_SCAN_COMPLETED",
                owned(&[
                    ("scanned_collection", table),
                    ("total_rows_scanned", &rows.to_string()),
                    ("data_collections", tables),
                    ("status", "SUCCEEDED"),
                ]),
            ),
            Progress::Completed => {
                *self.is_beat_due = self.heartbeat.is_some();
                Notice::initial("COMPLETED", vec![])
            }
        };
        self.ongoing.notices.push(notice);
        self.ongoing.is_due = true;
    }

    fn unfinished(&mut self, state: Option<&str>) {
        self.attaching.context.set_unfinished(state);
    }

    fn forget(&mut self, relation: u32) {
        self.encoder.forget(relation);
        if let Some(reselect) = &mut self.reselect {
            reselect.forget(relation);
        }
    }

    #[inline]
    fn is_full(&self) -> bool {
        *self.is_beat_due || self.ongoing.is_due || self.attaching.is_full()
    }
}

impl crate::source::Source for Source {
    type Offset = Context;

    async fn pump<E: Emit<Context>>(&mut self, out: &mut E, deadline: Instant) -> Result<Pumped> {
        let is_asked_for = self.ongoing.is_due || !self.ongoing.on_demand.is_empty();
        if is_asked_for || self.ongoing.has_work() || self.ongoing.is_poll_due() {
            // seldom, and too much for the stack of a task
            Box::pin(self.carry_on(out)).await?;
        }
        let Self {
            reader,
            encoder,
            messages,
            heartbeat,
            metadata,
            context,
            is_beat_due,
            resumed,
            ongoing,
            reselect,
            ..
        } = self;
        let reselect = reselect.as_mut();
        let attaching = Attaching { context, counts: metadata.is_some(), seen: None, out };
        let (metadata, heartbeat) = (metadata.as_mut(), heartbeat.as_ref());
        let mut changes =
            Encoding { encoder, messages, heartbeat, metadata, is_beat_due, resumed, ongoing, reselect, attaching };
        let pumped = reader.pump(&mut changes, deadline).await?;
        let is_idle = pumped == Pumped::Idle && reader.position().is_some();
        if is_idle {
            changes.look_at_the_clock();
        }
        if is_idle && self.ongoing.settle(self.context.offset.tx_id) {
            self.hand_on_here(out)?;
        }
        if self.is_beat_due {
            Box::pin(self.beat(out)).await?;
        }
        Ok(pumped)
    }

    fn stored(&mut self, context: &Context) {
        self.reader.stored(&context.offset);
    }

    async fn keep_alive(&mut self) -> Result<()> {
        self.reader.keep_alive().await
    }

    async fn close(self) -> Result<()> {
        self.reader.close().await
    }
}
