//! The reader with its encoder: a [`crate::source::Source`] of finished records.

use super::encoder::{Encoder, now_ms};
use crate::config::connector::Converters;
use crate::config::key::{Map, refused};
use crate::error::{Error, Result};
use crate::source::heartbeat::Heartbeat;
use crate::source::mongodb::batch::Batch;
use crate::source::mongodb::config::Settings;
use crate::source::mongodb::position::{Offset, Stored};
use crate::source::mongodb::reader::{Handle, Message};
use crate::source::{Emit, Pumped};
use std::time::Instant;

pub struct Source {
    reader: Handle,
    encoder: Encoder,
    heartbeat: Option<Heartbeat>,
    current: Current,
    /// The last document read of a snapshot waits here: only what follows tells whether it is the last of all.
    held: Option<Held>,
    finished: bool,
}

/// The reply that is being encoded.
enum Current {
    Nothing,
    Documents { database: String, collection: String, batch: Batch },
    Events(Batch),
}

struct Held {
    database: String,
    collection: String,
    document: Vec<u8>,
}

impl Source {
    /// Connects, checks login and position, and starts to read. `stored` is the offset map as Connect keeps it.
    pub async fn open(map: &Map, converters: Converters, stored: Option<&str>) -> Result<Self> {
        let settings = Settings::parse(map).map_err(|problems| refused("settings of the connector", &problems))?;
        let mut encoder = Encoder::new(&settings, converters)?;
        let stored = Offset::parse(stored)?;
        if let Stored::At(offset) = &stored {
            encoder.offset.clone_from(offset);
        }
        let heartbeat = settings.heartbeat.map(|pause| {
            let topic = settings.heartbeat_topic.clone();
            Heartbeat::new(pause, topic, &settings.prefix, converters)
        });
        let mut reader = Handle::spawn(settings, stored)?;
        match reader.messages.recv().await {
            Some(Message::Ready) => {}
            Some(Message::Failed(error)) => return Err(error),
            _ => return Err(gone()),
        }
        Ok(Self { reader, encoder, heartbeat, current: Current::Nothing, held: None, finished: false })
    }

    fn take<E: Emit<Offset>>(&mut self, message: Message, out: &mut E) -> Result<()> {
        match message {
            Message::Ready => {}
            Message::SnapshotStart(position) => self.encoder.offset = position,
            Message::Documents { database, collection, batch } => {
                self.current = Current::Documents { database, collection, batch: Batch::new(batch)? };
            }
            Message::SnapshotEnd => self.end_snapshot(out)?,
            Message::Events(batch) => self.current = Current::Events(Batch::new(batch)?),
            Message::Finished => self.finished = true,
            Message::Failed(error) => return Err(error),
        }
        Ok(())
    }

    /// Encodes until the reply is used up or `out` is full.
    fn drain<E: Emit<Offset>>(&mut self, out: &mut E) -> Result<()> {
        match std::mem::replace(&mut self.current, Current::Nothing) {
            Current::Nothing => Ok(()),
            Current::Documents { database, collection, mut batch } => {
                self.documents(&database, &collection, &mut batch, out)?;
                if !batch.is_empty() {
                    self.current = Current::Documents { database, collection, batch };
                }
                Ok(())
            }
            Current::Events(mut batch) => {
                self.events(&mut batch, out)?;
                if !batch.is_empty() {
                    self.current = Current::Events(batch);
                }
                Ok(())
            }
        }
    }

    fn documents<E: Emit<Offset>>(
        &mut self,
        database: &str,
        collection: &str,
        batch: &mut Batch,
        out: &mut E,
    ) -> Result<()> {
        while !out.is_full() {
            let Some((document, last_of_batch)) = batch.next_with_end()? else { break };
            if let Some(held) = self.held.take() {
                self.encoder.document((&held.database, &held.collection), &held.document, false, out)?;
            }
            if last_of_batch {
                let (database, collection) = (database.to_owned(), collection.to_owned());
                self.held = Some(Held { database, collection, document: document.to_vec() });
            } else {
                self.encoder.document((database, collection), document, false, out)?;
            }
        }
        Ok(())
    }

    fn end_snapshot<E: Emit<Offset>>(&mut self, out: &mut E) -> Result<()> {
        self.encoder.offset.initsync = false;
        match self.held.take() {
            Some(held) => self.encoder.document((&held.database, &held.collection), &held.document, true, out),
            None => {
                out.advance(&self.encoder.offset);
                Ok(())
            }
        }
    }

    fn events<E: Emit<Offset>>(&mut self, batch: &mut Batch, out: &mut E) -> Result<()> {
        if batch.is_empty() {
            if let Some(token) = batch.token() {
                self.encoder.offset.move_to_token(token);
                out.advance(&self.encoder.offset);
                self.beat(out)?;
            }
            return Ok(());
        }
        while !out.is_full() {
            let Some(event) = batch.next_document()? else { break };
            self.encoder.event(event, out)?;
            self.beat(out)?;
        }
        Ok(())
    }

    fn beat<E: Emit<Offset>>(&mut self, out: &mut E) -> Result<()> {
        match &mut self.heartbeat {
            Some(heartbeat) => heartbeat.beat(Instant::now(), now_ms(), &self.encoder.offset, out),
            None => Ok(()),
        }
    }
}

impl crate::source::Source for Source {
    type Offset = Offset;

    async fn pump<E: Emit<Offset>>(&mut self, out: &mut E, deadline: Instant) -> Result<Pumped> {
        if matches!(self.current, Current::Nothing) {
            if self.finished {
                tokio::time::sleep_until(deadline.into()).await;
                return Ok(Pumped::Idle);
            }
            match tokio::time::timeout_at(deadline.into(), self.reader.messages.recv()).await {
                Err(_) => return Ok(Pumped::Idle),
                Ok(None) => return Err(gone()),
                Ok(Some(message)) => self.take(message, out)?,
            }
        }
        self.drain(out)?;
        Ok(if self.finished { Pumped::Finished } else { Pumped::More })
    }

    /// The server keeps its log whatever was read: there is nothing to confirm.
    fn stored(&mut self, _: &Offset) {}

    /// The driver's own monitors keep the connections.
    async fn keep_alive(&mut self) -> Result<()> {
        Ok(())
    }

    async fn close(self) -> Result<()> {
        self.reader.stop().await;
        Ok(())
    }
}

fn gone() -> Error {
    Error::transient("the reader of the change stream ended without a reason")
        .remedy("if it comes again, look for a panic in the log and report it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Record;
    use crate::source::Source as _;
    use std::time::Duration;

    struct Nobody;

    impl Emit<Offset> for Nobody {
        fn emit(&mut self, _: &Record<'_>, _: &Offset) -> Result<()> {
            panic!("there is no record")
        }

        fn advance(&mut self, _: &Offset) {}

        fn is_full(&self) -> bool {
            false
        }
    }

    #[tokio::test]
    async fn a_source_that_is_finished_waits() {
        let map: Map = [("connector.class", "c"), ("mongodb.connection.string", "mongodb://h/"), ("topic.prefix", "m")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        let settings = Settings::parse(&map).unwrap();
        let converters = Converters::with_schemas(false, false);
        let (sender, messages) = tokio::sync::mpsc::channel(1);
        let mut source = Source {
            reader: Handle::scripted(messages),
            encoder: Encoder::new(&settings, converters).unwrap(),
            heartbeat: None,
            current: Current::Nothing,
            held: None,
            finished: false,
        };
        sender.send(Message::Finished).await.unwrap();
        drop(sender);
        let soon = || Instant::now() + Duration::from_millis(20);
        assert_eq!(source.pump(&mut Nobody, soon()).await.unwrap(), Pumped::Finished);
        let deadline = soon();
        assert_eq!(source.pump(&mut Nobody, deadline).await.unwrap(), Pumped::Idle);
        assert!(Instant::now() >= deadline);
    }
}
