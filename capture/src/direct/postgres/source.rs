//! The reader with its encoder: a [`crate::source::Source`] of finished records.

use super::encoder::Encoder;
use super::message::Messages;
use super::options::Options;
use crate::config::connector::{COMMON, Schemas};
use crate::config::key::{Map, Reader as Values, refused};
use crate::error::{Error, Result};
use crate::source::heartbeat::Heartbeat;
use crate::source::postgres::change::{Change, Changes, LogicalMessage};
use crate::source::postgres::config::Settings;
use crate::source::postgres::position::Offset;
use crate::source::postgres::reader::Reader;
use crate::source::{Emit, Pumped};
use std::time::{Duration, Instant};

pub struct Source {
    reader: Reader,
    encoder: Encoder,
    messages: Messages,
    heartbeat: Option<Heartbeat>,
    /// The offset seen last, which a heartbeat carries.
    position: Option<Offset>,
}

impl Source {
    /// `stored` is the offset map's text. The settings have passed validation.
    pub async fn open(map: &Map, schemas: Schemas, stored: Option<&str>) -> Result<Self> {
        let settings = Settings::parse(map).map_err(|problems| refused("settings of the connector", &problems))?;
        let stored = stored.map(Offset::parse).transpose().map_err(|what| {
            Error::definite(format!("the stored offset cannot be read: {what}"))
                .remedy("reset the connector's offsets, which takes a new snapshot")
        })?;
        let options = Options::parse(map, schemas, settings.columns.clone());
        let heartbeat = heartbeat(map, &options);
        let messages = Messages::new(&options, settings.messages.clone());
        let reader = Reader::open(settings, stored).await?;
        Ok(Self { reader, encoder: Encoder::new(options), messages, heartbeat, position: None })
    }
}

fn heartbeat(map: &Map, options: &Options) -> Option<Heartbeat> {
    let common = Values::new(COMMON, map);
    let pause = Duration::from_millis(common.integer("heartbeat.interval.ms").unsigned_abs());
    if pause.is_zero() {
        return None;
    }
    let topic = format!("{}.{}", common.text("topic.heartbeat.prefix").unwrap_or_default(), options.prefix);
    Some(Heartbeat::new(pause, topic, &options.prefix, options.schemas))
}

/// Between the reader and the pipeline.
struct Encoding<'a, E> {
    encoder: &'a mut Encoder,
    messages: &'a mut Messages,
    heartbeat: &'a mut Option<Heartbeat>,
    position: &'a mut Option<Offset>,
    out: &'a mut E,
}

impl<E: Emit<Offset>> Encoding<'_, E> {
    fn beat(&mut self) -> Result<()> {
        match (&mut self.heartbeat, &self.position) {
            (Some(heartbeat), Some(offset)) => heartbeat.beat(Instant::now(), now_ms(), offset, self.out),
            _ => Ok(()),
        }
    }
}

fn now_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis() as i64
}

impl<E: Emit<Offset>> Changes for Encoding<'_, E> {
    #[inline]
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        self.encoder.encode(change, self.out)?;
        if self.heartbeat.is_some() && change.origin.snapshot.is_none() {
            *self.position = Some(*change.offset);
            return self.beat();
        }
        Ok(())
    }

    fn message(&mut self, message: &LogicalMessage<'_>) -> Result<()> {
        self.messages.encode(message, self.out)?;
        *self.position = Some(*message.offset);
        self.beat()
    }

    fn advance(&mut self, offset: &Offset) -> Result<()> {
        self.out.advance(offset);
        *self.position = Some(*offset);
        self.beat()
    }

    fn forget(&mut self, relation: u32) {
        self.encoder.forget(relation);
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.out.is_full()
    }
}

impl crate::source::Source for Source {
    type Offset = Offset;

    async fn pump<E: Emit<Offset>>(&mut self, out: &mut E, deadline: Instant) -> Result<Pumped> {
        let Self { reader, encoder, messages, heartbeat, position } = self;
        let mut changes = Encoding { encoder, messages, heartbeat, position, out };
        let pumped = reader.pump(&mut changes, deadline).await?;
        if pumped == Pumped::Idle {
            changes.beat()?;
        }
        Ok(pumped)
    }

    fn stored(&mut self, offset: &Offset) {
        self.reader.stored(offset);
    }

    async fn keep_alive(&mut self) -> Result<()> {
        self.reader.keep_alive().await
    }

    async fn close(self) -> Result<()> {
        self.reader.close().await
    }
}
