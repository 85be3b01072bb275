//! From a stored offset to a running source: slot, publication, snapshot, stream.

use super::catalog::{self, Catalog, TableEntry};
use super::change::Changes;
use super::config::Settings;
use super::config::snapshot::When;
use super::context::Context;
use super::failures::Gap;
use super::feedback::Feedback;
use super::in_progress::committed::{Begin, Committed};
use super::in_progress::transactions::{Taken, Transactions};
use super::on_demand::OnDemand;
use super::position::{Offset, Snapshot as InSnapshot};
use super::slot::{self, Slot};
use super::snapshot::unfinished::{Tables, Unfinished};
use super::snapshot::{Snapshot, View};
use super::stream::Stream;
use super::system::{self, System};
use super::wire::codec::Connection;
use super::wire::replication::{Frame, Start};
use super::xmin::Xmin;
use crate::error::{Error, Result};
use crate::source::Pumped;
use std::time::{Duration, Instant};
use tokio::time::timeout_at;

/// `server_version_num` of the first server whose plugin sends logical messages.
const FIRST_WITH_MESSAGES: u32 = 140_000;

/// How often the server hears from us while something else is waited for.
const LOOK_AFTER_THE_LOG: Duration = Duration::from_secs(1);

pub struct Reader {
    settings: Settings,
    catalog: Catalog,
    replication: Connection,
    phase: Phase,
    feedback: Feedback,
    xmin: Option<Xmin>,
    /// As it was when the reader was opened.
    system: System,
    /// Whether the stored position is of a log that this server may not have.
    foreign: Option<Gap>,
    tables: Vec<String>,
    /// Where open transactions are sent before their commit.
    in_progress: Option<Transactions>,
    /// What goes out before anything more is read.
    committed: Option<Box<Committed>>,
    leaves_streaming: bool,
}

enum Phase {
    /// Something waits for its delay to pass.
    Delay(Instant, Next),
    Snapshot(Box<Snapshot>),
    Stream(Box<Stream>),
    /// A snapshot for which the log waits.
    OnDemand(Box<Snapshot>, Box<Stream>),
    /// `initial_only` after its snapshot.
    Finished,
}

/// What follows a delay.
enum Next {
    Snapshot(Vec<TableEntry>, Source),
    Stream(Offset),
}

/// Where the snapshot's view comes from.
enum Source {
    View(View),
    /// A temporary slot exports it, since the connector's own exists already; with what is left of a snapshot.
    TemporarySlot(Option<Unfinished>),
}

impl Reader {
    /// Logs in, prepares slot and publication, and decides between snapshot and stream.
    pub async fn open(settings: Settings, stored: Option<&Context>) -> Result<Self> {
        let (sql, mut replication) = settings.login.connect_both().await?;
        let system = system::identify(&mut replication).await?;
        let mut catalog = Catalog::new(sql, settings.key_columns.clone()).await?.misreading(settings.misreads_names);
        check_wal_level(&mut catalog).await?;
        let mut tables = catalog.tables().await?;
        tables.retain(|t| settings.captures(&t.schema, &t.table));
        if tables.is_empty() {
            tracing::warn!("no table matches the filters; check table.include.list and schema.include.list");
        }
        let mut reader = Self {
            tables: tables.iter().map(TableEntry::name).collect(),
            feedback: Feedback::new(settings.status_interval, settings.confirms),
            xmin: settings.xmin_interval.map(Xmin::every),
            system,
            foreign: None,
            in_progress: None,
            committed: None,
            leaves_streaming: false,
            settings,
            catalog,
            replication,
            phase: Phase::Finished,
        };
        reader.prepare(stored, &tables).await?;
        Ok(reader)
    }

    async fn prepare(&mut self, context: Option<&Context>, tables: &[TableEntry]) -> Result<()> {
        let stored = context.map(|context| context.offset);
        let policy = self.settings.snapshot.policy;
        if policy.wants_offset && stored.is_none() {
            return Err(Error::definite(
                "Could not find existing redo log information while attempting schema only recovery snapshot",
            )
            .remedy("set snapshot.mode.configuration.based.snapshot.on.schema.error to false for the first start"));
        }
        if policy.when == When::Never && stored.is_some_and(|o| o.snapshot == InSnapshot::Row) {
            return Err(Error::definite(
                "The connector previously stopped while taking a snapshot, but now the connector is configured to never \
                 allow snapshots. Reconfigure the connector to use snapshots initially or when needed.",
            ));
        }
        if let (Some(context), true) = (context, self.settings.checks_system) {
            self.foreign = self.foreign_to(context).await?;
        }
        let finished = stored.filter(|o| o.snapshot != InSnapshot::Row);
        let reads = |is_lost: bool| match policy.when {
            When::Always => true,
            When::Unfinished => finished.is_none() || is_lost,
            When::Never => false,
        };
        if !policy.streams {
            if reads(false) {
                self.begin_snapshot(tables, Source::View(View::Own)).await?;
            }
            return Ok(());
        }
        let mut slot = self.existing_slot().await?;
        if let Some(slot) = &slot {
            slot::check_free(&self.settings.slot, slot).map_err(|e| e.bear(self.settings.slot_patience))?;
        }
        let lost = finished.as_ref().and_then(|offset| self.lost_range(offset, slot.as_ref()));
        if let (Some(what), false) = (&lost, policy.fills_gaps) {
            return Err(Error::definite(what.clone()).remedy(Gap::REMEDY));
        }
        let wants_snapshot = reads(lost.is_some());
        if wants_snapshot && slot.as_ref().is_some_and(|slot| slot.is_invalidated) {
            slot::drop_invalidated(&mut self.catalog.sql, &self.settings.slot).await?;
            slot = None;
        }
        let publication = (self.settings.publication.as_str(), self.settings.login.database.as_str());
        slot::ensure_publication(&mut self.catalog.sql, publication, self.settings.autocreate, tables).await?;
        self.settings.identities.set(&mut self.catalog.sql, tables).await?;
        let slot_confirmed = slot.as_ref().and_then(|s| s.confirmed);
        if self.settings.has_failover {
            slot::check_failover(self.catalog.server_version().await?)?;
            if slot.is_some() {
                slot::set_failover(&mut self.replication, &self.settings.slot).await?;
            }
        }
        let created = match slot {
            None => Some(slot::create(&mut self.replication, &self.settings.slot, self.settings.has_failover).await?),
            Some(slot) if wants_snapshot => {
                let unfinished = context.and_then(|context| self.unfinished(context, &slot));
                return self.begin_snapshot(tables, Source::TemporarySlot(unfinished)).await;
            }
            Some(_) => None,
        };
        match created {
            Some(created) if wants_snapshot => {
                let view = View::Exported { name: created.snapshot, lsn: created.consistent_point };
                self.begin_snapshot(tables, Source::View(view)).await
            }
            created => {
                let begins = created.map(|c| c.consistent_point).or(slot_confirmed).unwrap_or_default();
                self.begin_stream(&finished.unwrap_or(Offset { lsn: begins, ..Offset::default() })).await
            }
        }
    }

    async fn existing_slot(&mut self) -> Result<Option<Slot>> {
        slot::find(&mut self.catalog.sql, &self.settings.slot, &self.settings.login.database).await
    }

    async fn foreign_to(&mut self, context: &Context) -> Result<Option<Gap>> {
        let Some(mark) = context.system() else { return Ok(None) };
        let delivered = context.offset.lsn.max(context.offset.lsn_proc.unwrap_or_default());
        self.system.gap(&mut self.replication, mark, delivered).await
    }

    /// The server and timeline that offsets are of, where they tell.
    pub fn mark(&self) -> Option<String> {
        self.settings.checks_system.then(|| self.system.mark())
    }

    /// Says what is missing where the slot can no longer give everything behind the offset.
    fn lost_range(&self, offset: &Offset, slot: Option<&Slot>) -> Option<String> {
        let name = &self.settings.slot;
        let needed = Stream::new(offset).start_position();
        let gap = self.foreign.or_else(|| slot::gap(needed, self.system.end, slot))?;
        let (sign, in_doubt) = gap.entry();
        let confirmed = slot.and_then(|slot| slot.confirmed).map_or("none".to_owned(), |lsn| lsn.to_string());
        Some(format!(
            "{sign}: in doubt is {in_doubt} (slot {name} at {confirmed}, stored position {needed}, end of the log {}, \
             system {}, timeline {})",
            self.system.end, self.system.id, self.system.timeline
        ))
    }

    /// A snapshot that broke off, where the slot still has all that followed its view: the log is to be read from there, since
    /// a row that has gone out may have been deleted before the next view.
    fn unfinished(&self, context: &Context, slot: &Slot) -> Option<Unfinished> {
        let offset = context.offset;
        if offset.snapshot != InSnapshot::Row || self.lost_range(&offset, Some(slot)).is_some() {
            return None;
        }
        let state = context.unfinished().filter(|_| self.settings.snapshot.resumes);
        let tables = state.map(Tables::parse).transpose().unwrap_or_else(|why| {
            tracing::warn!(why, "what is left of the snapshot cannot be read, it begins anew");
            None
        });
        Some(Unfinished { lsn: offset.lsn, tables: tables.unwrap_or_default() })
    }

    /// At once, or after its delay.
    async fn begin_snapshot(&mut self, tables: &[TableEntry], source: Source) -> Result<()> {
        let delay = self.settings.snapshot.delay;
        if delay.is_zero() {
            return self.begin_snapshot_now(tables, source).await;
        }
        tracing::info!(delay_ms = delay.as_millis() as u64, "the snapshot waits");
        self.phase = Phase::Delay(Instant::now() + delay, Next::Snapshot(tables.to_vec(), source));
        Ok(())
    }

    async fn begin_snapshot_now(&mut self, tables: &[TableEntry], source: Source) -> Result<()> {
        let (view, temporary, unfinished) = match source {
            Source::View(view) => (view, None, None),
            Source::TemporarySlot(unfinished) => {
                let name = slot::temporary_name();
                let created = slot::create_temporary(&mut self.replication, &name).await?;
                (View::Exported { name: created.snapshot, lsn: created.consistent_point }, Some(name), unfinished)
            }
        };
        let snapshot = Snapshot::begin(&mut self.catalog, &self.settings, tables, &view, unfinished.as_ref()).await?;
        self.phase = Phase::Snapshot(Box::new(snapshot));
        if let Some(name) = temporary {
            // the view is imported by now and outlives the slot that exported it
            slot::drop_temporary(&mut self.replication, &name).await?;
        }
        Ok(())
    }

    async fn begin_stream(&mut self, from: &Offset) -> Result<()> {
        if let (true, Some(lsn)) = (self.settings.seeks, from.confirmable()) {
            slot::seek(&mut self.catalog.sql, &self.settings.slot, lsn).await?;
        }
        self.feedback.server_gives_up_after(self.catalog.wal_sender_timeout().await?);
        self.start_log(Stream::new(from)).await?;
        // an offset that was loaded is durable, whether or not anything follows it; a snapshot's end has no such position
        if let Some(lsn) = from.confirmable() {
            self.feedback.stored(lsn);
        }
        Ok(())
    }

    async fn start_log(&mut self, stream: Stream) -> Result<()> {
        let publication = super::wire::query::identifier(&self.settings.publication);
        let server_version = self.catalog.server_version().await?;
        let option = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut options = vec![option("publication_names", &publication)];
        if self.settings.streaming.is_some() {
            slot::check_streaming(server_version)?;
            options.extend([option("proto_version", "2"), option("streaming", "on")]);
        } else {
            options.push(option("proto_version", "1"));
        }
        if server_version >= FIRST_WITH_MESSAGES {
            options.push(option("messages", "true"));
        }
        options.extend(self.settings.stream_params.iter().cloned());
        let start = Start { slot: &self.settings.slot, from: stream.start_position().0, options: &options };
        let started = self.replication.start_replication(&start).await;
        started.map_err(|e| e.bear(self.settings.slot_patience))?;
        tracing::info!(slot = self.settings.slot, lsn = %stream.start_position(), "streaming");
        let begin = Begin::of(server_version);
        self.in_progress =
            self.settings.streaming.clone().map(|bounds| Transactions::new(bounds, begin)).transpose()?;
        self.phase = Phase::Stream(Box::new(stream));
        Ok(())
    }

    pub async fn pump<C: Changes>(&mut self, changes: &mut C, deadline: Instant) -> Result<Pumped> {
        match &mut self.phase {
            Phase::Stream(_) => self.pump_stream(changes, deadline).await,
            Phase::Snapshot(snapshot) => match snapshot.pump(&mut self.catalog.sql, changes, deadline).await? {
                Pumped::Finished => {
                    let end = snapshot.end_offset();
                    self.after_snapshot(end).await
                }
                Pumped::Checkpoint => Ok(Pumped::Checkpoint),
                Pumped::More | Pumped::Idle => Ok(Pumped::More),
            },
            Phase::OnDemand(snapshot, _) => {
                self.feedback.send(&mut self.replication).await?;
                if snapshot.pump(&mut self.catalog.sql, changes, deadline).await? == Pumped::Finished {
                    self.back_to_the_log(changes)?;
                }
                Ok(Pumped::More)
            }
            Phase::Delay(until, _) if *until > deadline => {
                tokio::time::sleep_until(deadline.into()).await;
                Ok(Pumped::Idle)
            }
            Phase::Delay(until, _) => {
                tokio::time::sleep_until((*until).into()).await;
                self.after_delay().await
            }
            Phase::Finished => {
                tokio::time::sleep_until(deadline.into()).await;
                Ok(Pumped::Idle)
            }
        }
    }

    async fn after_snapshot(&mut self, end: Offset) -> Result<Pumped> {
        if !self.settings.snapshot.policy.streams {
            self.phase = Phase::Finished;
            return Ok(Pumped::Finished);
        }
        let delay = self.settings.snapshot.streaming_delay;
        if delay.is_zero() {
            self.begin_stream(&end).await?;
        } else {
            tracing::info!(delay_ms = delay.as_millis() as u64, "the log waits");
            self.phase = Phase::Delay(Instant::now() + delay, Next::Stream(end));
        }
        Ok(Pumped::Checkpoint)
    }

    /// Reads tables while the log waits. Only where the log is read.
    pub async fn read_on_demand(&mut self, wanted: &OnDemand) -> Result<()> {
        let mut tables = self.catalog.tables().await?;
        tables.retain(|t| wanted.tables.contains(&t.name()));
        let settings = wanted.settings(&self.settings);
        let snapshot = Snapshot::begin(&mut self.catalog, &settings, &tables, &View::Current, None).await?;
        self.phase = match std::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Stream(stream) => Phase::OnDemand(Box::new(snapshot.standing_at(wanted.at)), stream),
            other => other,
        };
        Ok(())
    }

    /// What stands behind the signal is done with.
    fn back_to_the_log<C: Changes>(&mut self, changes: &mut C) -> Result<()> {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::OnDemand(_, stream) => {
                changes.advance(&stream.position())?;
                Phase::Stream(stream)
            }
            other => other,
        };
        Ok(())
    }

    async fn after_delay(&mut self) -> Result<Pumped> {
        match std::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Delay(_, Next::Snapshot(tables, source)) => self.begin_snapshot_now(&tables, source).await?,
            Phase::Delay(_, Next::Stream(from)) => self.begin_stream(&from).await?,
            other => self.phase = other,
        }
        Ok(Pumped::More)
    }

    async fn pump_stream<C: Changes>(&mut self, changes: &mut C, deadline: Instant) -> Result<Pumped> {
        let mut has_read = false;
        loop {
            if self.committed.is_some() {
                self.hand_on(changes).await?;
                return Ok(Pumped::More);
            }
            match self.replication.peek_past_notices()? {
                None if has_read => return Ok(Pumped::More),
                None => {
                    match timeout_at(deadline.into(), self.replication.fill_from_log()).await {
                        Ok(read) => read?,
                        Err(_) => return self.idle().await,
                    }
                    self.feedback.heard();
                    has_read = true;
                }
                Some((b'd', range)) => {
                    self.frame(range.clone(), changes).await?;
                    self.replication.consume(range.end);
                    if self.leaves_streaming {
                        self.leave_streaming().await?;
                    }
                    if changes.is_full() {
                        return Ok(Pumped::More);
                    }
                }
                // an error message or the end of the stream
                Some(_) => {
                    let (tag, _) = self.replication.message().await?;
                    return Err(Error::transient(format!(
                        "{} ended the stream with message {:?}",
                        self.replication.target(),
                        char::from(tag)
                    )));
                }
            }
        }
    }

    /// Changes of a transaction that was kept until its commit.
    async fn hand_on<C: Changes>(&mut self, changes: &mut C) -> Result<()> {
        if let (Phase::Stream(stream), Some(committed)) = (&mut self.phase, &mut self.committed)
            && committed.hand_on(stream, (&mut self.catalog, &self.settings), changes).await?
        {
            self.committed = None;
        }
        Ok(())
    }

    /// Reads the log again from the last commit, with the server keeping what is open.
    async fn leave_streaming(&mut self) -> Result<()> {
        let Some(from) = self.position() else { return Ok(()) };
        tracing::warn!(
            lsn = %from.lsn,
            "a subtransaction of an open transaction with logical messages was rolled back, and the server does not say \
             which of them it wrote: from here on open transactions are not streamed"
        );
        self.leaves_streaming = false;
        self.settings.streaming = None;
        // a walsender that has once ended a stream ends the next one at once
        self.replication.terminate().await;
        let (sql, mut replication) = self.settings.login.connect_both().await?;
        if system::identify(&mut replication).await?.id != self.system.id {
            return Err(Error::transient("another server answers than before")
                .remedy("wait: the task compares the two and goes on or says what is missing"));
        }
        std::mem::replace(&mut self.catalog.sql, sql).terminate().await;
        self.replication = replication;
        slot::until_free(&mut self.catalog.sql, &self.settings.slot, &self.settings.login.database).await?;
        let mut stream = Stream::new(&from);
        stream.set_xmin(from.xmin);
        self.start_log(stream).await
    }

    async fn idle(&mut self) -> Result<Pumped> {
        let Some(silence) = self.feedback.unheard() else { return Ok(Pumped::Idle) };
        let busy = slot::is_busy(&mut self.catalog.sql, self.replication.process(), silence / 2);
        let busy = tokio::time::timeout(catalog::PATIENCE, busy).await;
        if busy.unwrap_or_else(|_| Err(Error::transient("the server did not tell in time whether it reads the log")))? {
            tracing::info!(seconds = silence.as_secs(), "the server is silent over a part of the log that it reads");
            self.feedback.heard();
            return Ok(Pumped::Idle);
        }
        let (target, seconds) = (self.replication.target(), silence.as_secs());
        Err(Error::transient(format!("{target} has said nothing for {seconds} s, though it was asked for a word"))
            .remedy("look for what lies between: a firewall or a proxy may have dropped the connection"))
    }

    #[inline]
    async fn frame<C: Changes>(&mut self, range: std::ops::Range<usize>, changes: &mut C) -> Result<()> {
        let Phase::Stream(stream) = &mut self.phase else { return Ok(()) };
        if let Some(xmin) = self.xmin.as_mut().filter(|xmin| xmin.is_due()) {
            let fetched = xmin.fetch(&mut self.catalog.sql, &self.settings.slot);
            let fetched = tokio::time::timeout(catalog::PATIENCE, fetched).await;
            stream.set_xmin(fetched.unwrap_or_else(|_| Err(Error::transient("the slot's xmin was not told in time")))?);
        }
        match Frame::parse(self.replication.bytes(range)) {
            Some(Frame::XLogData { start, message }) => {
                self.feedback.received(start);
                let message = match &mut self.in_progress {
                    None => message,
                    Some(open) => match open.take(start, message)? {
                        Taken::Ordinary(message) => message,
                        Taken::Kept => return Ok(()),
                        Taken::Committed(committed) => {
                            self.committed = Some(committed);
                            return Ok(());
                        }
                        Taken::Ambiguous => {
                            self.leaves_streaming = true;
                            return Ok(());
                        }
                    },
                };
                stream.apply(start, message, (&mut self.catalog, &self.settings), changes).await
            }
            Some(Frame::KeepAlive { end, reply_requested }) => {
                self.feedback.received(end);
                if reply_requested {
                    self.feedback.requested();
                }
                stream.idle_at(end, changes)
            }
            None => Err(self.replication.broken("a replication frame is malformed")),
        }
    }

    /// The captured tables as they were at the start, `schema.table`.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// Does something else while the connection to the log is kept alive.
    pub async fn while_alive<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(LOOK_AFTER_THE_LOG) => self.keep_alive().await?,
            }
        }
    }

    /// Where the log is read, once it is.
    pub fn position(&self) -> Option<Offset> {
        match &self.phase {
            Phase::Stream(stream) => Some(stream.position()),
            Phase::Delay(..) | Phase::Snapshot(_) | Phase::OnDemand(..) | Phase::Finished => None,
        }
    }

    /// The offset is durable in the offset store.
    pub fn stored(&mut self, offset: &Offset) {
        if let Some(lsn) = offset.confirmable() {
            self.feedback.stored(lsn);
        }
    }

    pub async fn keep_alive(&mut self) -> Result<()> {
        match self.phase {
            Phase::Stream(_) => self.feedback.send(&mut self.replication).await?,
            // the connection for questions is busy
            Phase::OnDemand(..) => return self.feedback.send(&mut self.replication).await,
            Phase::Delay(..) | Phase::Snapshot(_) | Phase::Finished => return Ok(()),
        }
        self.look_at_the_budget().await
    }

    async fn look_at_the_budget(&mut self) -> Result<()> {
        match &mut self.settings.budget {
            Some(budget) if budget.is_due() => {
                let check = budget.check(&mut self.catalog.sql, &self.settings.slot);
                tokio::time::timeout(catalog::PATIENCE, check).await.unwrap_or_else(|_| {
                    Err(Error::transient(format!(
                        "the log that the slot keeps was not told within {:?}",
                        catalog::PATIENCE
                    ))
                    .remedy("look in pg_stat_activity for what holds up the server"))
                })
            }
            _ => Ok(()),
        }
    }

    pub async fn close(mut self) -> Result<()> {
        if matches!(self.phase, Phase::Stream(_) | Phase::OnDemand(..)) {
            self.feedback.send(&mut self.replication).await?;
        }
        self.replication.terminate().await;
        if self.settings.drops_slot {
            slot::drop_at_stop(&mut self.catalog.sql, &self.settings.slot).await;
        }
        self.catalog.sql.terminate().await;
        Ok(())
    }
}

async fn check_wal_level(catalog: &mut Catalog) -> Result<()> {
    match catalog.setting("wal_level").await?.as_str() {
        "logical" => Ok(()),
        other => {
            Err(Error::definite(format!("Postgres server wal_level property must be 'logical' but is: '{other}'"))
                .remedy("set wal_level = logical in postgresql.conf and restart the server"))
        }
    }
}
