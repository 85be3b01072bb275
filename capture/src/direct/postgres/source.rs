//! The reader with its encoder: a [`crate::source::Source`] of finished records.

use super::encoder::{Encoder, Numbered};
use super::options::Options;
use crate::config::connector::{COMMON, Schemas};
use crate::config::key::{Map, Reader as Values, refused};
use crate::error::{Error, Result};
use crate::model::record::Record;
use crate::source::heartbeat::Heartbeat;
use crate::source::postgres::action::Action;
use crate::source::postgres::change::{Change, Changes};
use crate::source::postgres::config::Settings;
use crate::source::postgres::context::Context;
use crate::source::postgres::position::{MessageType, Offset};
use crate::source::postgres::reader::Reader;
use crate::source::transaction::{Metadata, Orders};
use crate::source::{Emit, Pumped};
use std::time::{Duration, Instant};

pub struct Source {
    reader: Reader,
    encoder: Encoder,
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
}

impl Source {
    /// `stored` is the offset map's text. The settings have passed validation.
    pub async fn open(map: &Map, schemas: Schemas, stored: Option<&str>) -> Result<Self> {
        let settings = Settings::parse(map).map_err(|problems| refused("settings of the connector", &problems))?;
        let stored = stored.map(Context::parse).transpose().map_err(|what| {
            Error::definite(format!("the stored offset cannot be read: {what}"))
                .remedy("reset the connector's offsets, which takes a new snapshot")
        })?;
        let options = Options::parse(map, schemas, settings.columns.clone());
        let heartbeat = heartbeat(map, &options);
        let action = settings.heartbeat_action.clone().filter(|_| heartbeat.is_some());
        let action = action.map(|query| Action::new(settings.login.clone(), query));
        let metadata = metadata(map, &options);
        let reader = Reader::open(settings, stored.as_ref().map(|context| context.offset)).await?;
        let offset = reader.position().unwrap_or_default();
        Ok(Self {
            reader,
            encoder: Encoder::new(options),
            heartbeat,
            action,
            metadata,
            context: Context { offset, ..Context::default() },
            is_beat_due: false,
            resumed: stored.filter(stands_in_transaction),
        })
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
    stored.transaction.id.is_some() && !matches!(stored.offset.message_type, MessageType::None | MessageType::Commit)
}

fn heartbeat(map: &Map, options: &Options) -> Option<Heartbeat> {
    let common = Values::new(COMMON, map);
    let pause = Duration::from_millis(common.integer("heartbeat.interval.ms").unsigned_abs());
    if pause.is_zero() {
        return None;
    }
    let lead = common.text("topic.heartbeat.prefix").unwrap_or_default();
    let topic = [lead, &options.delimiter, &options.prefix].concat();
    Some(Heartbeat::new(pause, topic, &options.prefix, options.schemas))
}

fn metadata(map: &Map, options: &Options) -> Option<Metadata> {
    let common = Values::new(COMMON, map);
    let end = common.text("topic.transaction").unwrap_or_default();
    let topic = [&options.prefix, &options.delimiter, end].concat();
    common.boolean("provide.transaction.metadata").then(|| Metadata::new(topic, options.schemas))
}

fn now_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis() as i64
}

/// Records with a position become records with all that is stored.
struct Attaching<'a, E> {
    context: &'a mut Context,
    /// Whether events are numbered.
    counts: bool,
    out: &'a mut E,
}

impl<E: Emit<Context>> Emit<Offset> for Attaching<'_, E> {
    #[inline]
    fn emit(&mut self, record: &Record<'_>, offset: &Offset) -> Result<()> {
        self.context.offset = *offset;
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
        (self.counts && self.context.transaction.id.is_some()).then(|| self.context.transaction.event(table))
    }
}

/// Between the reader and the pipeline.
struct Encoding<'a, E> {
    encoder: &'a mut Encoder,
    heartbeat: Option<&'a Heartbeat>,
    metadata: Option<&'a mut Metadata>,
    is_beat_due: &'a mut bool,
    resumed: &'a mut Option<Context>,
    attaching: Attaching<'a, E>,
}

impl<E: Emit<Context>> Encoding<'_, E> {
    #[inline]
    fn look_at_the_clock(&mut self) {
        if let Some(heartbeat) = self.heartbeat {
            *self.is_beat_due |= heartbeat.is_due(Instant::now());
        }
    }
}

/// As the transaction topic names it: the position is that of the message at hand.
fn transaction_id(offset: &Offset) -> String {
    format!("{}:{}", offset.tx_id.unwrap_or_default(), offset.lsn.0 as i64)
}

impl<E: Emit<Context>> Changes for Encoding<'_, E> {
    #[inline]
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        self.encoder.encode_numbered(change, &mut self.attaching)?;
        if change.origin.snapshot.is_none() {
            self.look_at_the_clock();
        }
        Ok(())
    }

    fn begin(&mut self, offset: &Offset) -> Result<()> {
        let Some(metadata) = &mut self.metadata else { return Ok(()) };
        let id = offset.tx_id.unwrap_or_default().to_string();
        let counts = &mut self.attaching.context.transaction;
        if let Some(resumed) = self.resumed.take().filter(|r| r.transaction.id.as_deref() == Some(&id)) {
            // its beginning is in Kafka already, and so are the events that were counted
            *counts = resumed.transaction;
            return Ok(());
        }
        counts.begin(&id);
        metadata.begin(&transaction_id(offset), offset.ts_usec.div_euclid(1000), offset, &mut self.attaching)
    }

    fn commit(&mut self, offset: &Offset) -> Result<()> {
        if self.metadata.is_none() || self.attaching.context.transaction.id.is_none() {
            return self.advance(offset);
        }
        let Attaching { context, out, .. } = &mut self.attaching;
        context.offset = *offset;
        if let Some(metadata) = &mut self.metadata {
            let end = (&*transaction_id(offset), &context.transaction);
            metadata.end(end, offset.ts_usec.div_euclid(1000), &**context, *out)?;
        }
        context.transaction.end();
        self.look_at_the_clock();
        Ok(())
    }

    fn advance(&mut self, offset: &Offset) -> Result<()> {
        self.attaching.advance(offset);
        self.look_at_the_clock();
        Ok(())
    }

    fn snapshot_ended(&mut self) {
        *self.is_beat_due = self.heartbeat.is_some();
    }

    fn forget(&mut self, relation: u32) {
        self.encoder.forget(relation);
    }

    #[inline]
    fn is_full(&self) -> bool {
        *self.is_beat_due || self.attaching.is_full()
    }
}

impl crate::source::Source for Source {
    type Offset = Context;

    async fn pump<E: Emit<Context>>(&mut self, out: &mut E, deadline: Instant) -> Result<Pumped> {
        let Self { reader, encoder, heartbeat, metadata, context, is_beat_due, resumed, .. } = self;
        let attaching = Attaching { context, counts: metadata.is_some(), out };
        let (metadata, heartbeat) = (metadata.as_mut(), heartbeat.as_ref());
        let mut changes = Encoding { encoder, heartbeat, metadata, is_beat_due, resumed, attaching };
        let pumped = reader.pump(&mut changes, deadline).await?;
        if pumped == Pumped::Idle && reader.position().is_some() {
            changes.look_at_the_clock();
        }
        if self.is_beat_due {
            self.beat(out).await?;
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
