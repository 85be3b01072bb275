//! The reader with its encoder: a [`crate::source::Source`] of finished records.

use super::encoder::Encoder;
use super::options::{Options, Schemas};
use crate::config::key::Map;
use crate::error::{Error, Result};
use crate::source::postgres::change::{Change, Changes};
use crate::source::postgres::config::Settings;
use crate::source::postgres::position::Offset;
use crate::source::postgres::reader::Reader;
use crate::source::{Emit, Pumped};
use std::time::Instant;

pub struct Source {
    reader: Reader,
    encoder: Encoder,
}

impl Source {
    /// `stored` is the offset map's text. The settings have passed validation.
    pub async fn open(map: &Map, schemas: Schemas, stored: Option<&str>) -> Result<Self> {
        let settings = Settings::parse(map).map_err(|problems| {
            let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Error::definite(text.join("; "))
        })?;
        let stored = stored.map(Offset::parse).transpose().map_err(|what| {
            Error::definite(format!("the stored offset cannot be read: {what}"))
                .remedy("reset the connector's offsets, which takes a new snapshot")
        })?;
        let options = Options::parse(map, schemas, settings.columns.clone());
        Ok(Self { reader: Reader::open(settings, stored).await?, encoder: Encoder::new(options) })
    }
}

/// Between the reader and the pipeline.
struct Encoding<'a, E> {
    encoder: &'a mut Encoder,
    out: &'a mut E,
}

impl<E: Emit<Offset>> Changes for Encoding<'_, E> {
    #[inline]
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        self.encoder.encode(change, self.out)
    }

    fn advance(&mut self, offset: &Offset) {
        self.out.advance(offset);
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.out.is_full()
    }
}

impl crate::source::Source for Source {
    type Offset = Offset;

    async fn pump<E: Emit<Offset>>(&mut self, out: &mut E, deadline: Instant) -> Result<Pumped> {
        let mut changes = Encoding { encoder: &mut self.encoder, out };
        self.reader.pump(&mut changes, deadline).await
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
