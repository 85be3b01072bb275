//! The change stream as raw batches, opened again at its token when a server goes away.

use super::batch::{Batch, post_batch_token};
use super::config::{Scope, Settings, SnapshotMode};
use super::error::{classify, is_lost_position, is_resumable};
use super::pipeline::{Start, stages};
use super::position::Offset;
use super::reader::{Message, Reader};
use crate::convert::bson::find;
use crate::error::{Error, Result};
use bson::{Document, RawDocument, doc};
use futures_util::StreamExt;
use mongodb::Client;
use mongodb::raw_batch_cursor::RawBatchCursor;
use std::time::{Duration, Instant};

/// Events in one reply: bounds memory, and costs nothing at rates a server can reach.
const BATCH_EVENTS: u32 = 1000;
/// Openings in a row of streams that did not last; the driver itself waits for an election each time. Beyond, the task
/// starts anew with growing pauses.
const MOST_OPENINGS: u32 = 3;
/// A stream that lasted so long was healthy. A single reply proves nothing: the first one comes at once, even from a server
/// that fails at each event.
const HEALTHY: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Follows the stream from `position`, where it may be `opened` already, until it fails for good.
pub async fn follow(
    reader: &Reader,
    client: &Client,
    mut position: Offset,
    mut opened: Option<RawBatchCursor>,
) -> Result<()> {
    let mut openings = Openings::default();
    loop {
        let begun = Instant::now();
        let stream = match opened.take() {
            Some(cursor) => Ok(cursor),
            None => open(&reader.settings, client, &position, true).await,
        };
        let error = match stream {
            Ok(cursor) => match drain(reader, cursor, &mut position).await? {
                Some(error) => error,
                None => return Err(ended()),
            },
            Err(error) => error,
        };
        if is_lost_position(&error) && reader.settings.snapshot == SnapshotMode::WhenNeeded {
            // starting anew finds the position lost and takes the snapshot
            return Err(Error::transient("the change stream's position was lost")
                .caused_by(error.kind.to_string())
                .remedy("none is needed: the collections are read anew, as snapshot.mode says"));
        }
        match openings.pause_after(begun.elapsed()) {
            Some(pause) if is_resumable(&error) => {
                tracing::warn!(error = %error.kind, "change stream interrupted, opening it again");
                tokio::time::sleep(pause).await;
            }
            _ => return Err(classify("reading the change stream", error)),
        }
    }
}

/// Openings in a row of streams that did not last.
#[derive(Debug, Default)]
struct Openings(u32);

impl Openings {
    /// How long to wait after a stream that lasted so long; `None`: it is not worth another opening.
    fn pause_after(&mut self, lasted: Duration) -> Option<Duration> {
        self.0 = if lasted > HEALTHY { 1 } else { self.0 + 1 };
        (self.0 <= MOST_OPENINGS).then(|| FIRST_PAUSE * self.0)
    }
}

/// Passes batches on until the cursor fails (the error) or ends (`None`).
async fn drain(
    reader: &Reader,
    mut cursor: RawBatchCursor,
    position: &mut Offset,
) -> Result<Option<mongodb::error::Error>> {
    while let Some(batch) = cursor.next().await {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return Ok(Some(error)),
        };
        if let Some(token) = last_token(&batch)? {
            position.move_to_token(&token);
        }
        reader.send(Message::Events(batch)).await?;
    }
    Ok(None)
}

/// Opens the stream right after `position`. The driver sends the command before this returns.
pub async fn open(
    settings: &Settings,
    client: &Client,
    position: &Offset,
    images: bool,
) -> mongodb::error::Result<RawBatchCursor> {
    let pipeline = stages(settings, &start(position)?, images);
    let mut options = mongodb::options::AggregateOptions::default();
    options.batch_size = Some(BATCH_EVENTS);
    options.max_await_time = settings.max_await;
    match &settings.scope {
        Scope::Deployment => client.database("admin").aggregate(pipeline).with_options(options).batch().await,
        Scope::Database(name) => client.database(name).aggregate(pipeline).with_options(options).batch().await,
        Scope::Collection(database, name) => {
            let collection = client.database(database).collection::<Document>(name);
            collection.aggregate(pipeline).with_options(options).batch().await
        }
    }
}

/// Where the server's log stands now: a snapshot reads after it.
pub async fn current_position(settings: &Settings, client: &Client) -> Result<Offset> {
    let failed = |error| classify("opening the change stream", error);
    let mut cursor = open(settings, client, &Offset::default(), false).await.map_err(failed)?;
    let first = cursor.next().await.transpose().map_err(failed)?;
    if let Some(token) = first.as_ref().and_then(post_batch_token) {
        return Ok(Offset::at_token(token));
    }
    let hello = client.database("admin").run_command(doc! { "hello": 1 }).await.map_err(failed)?;
    let time = hello.get_timestamp("operationTime").map_err(|error| {
        Error::definite("the MongoDB server tells no position in its log")
            .remedy("use MongoDB 4.2 or newer")
            .caused_by(error)
    })?;
    Ok(Offset { sec: time.time as i32, ord: time.increment as i32, ..Offset::default() })
}

fn start(position: &Offset) -> mongodb::error::Result<Start> {
    if !position.token.is_empty() {
        let token = RawDocument::from_bytes(&position.token).and_then(Document::try_from);
        return token.map(Start::After).map_err(mongodb::error::Error::custom);
    }
    if position.sec != 0 {
        let time = bson::Timestamp { time: position.sec as u32, increment: position.ord as u32 };
        return Ok(Start::At(time));
    }
    Ok(Start::Now)
}

/// The batch's own token, or its last event's on servers that send none.
fn last_token(batch: &mongodb::raw_batch_cursor::RawBatch) -> Result<Option<Vec<u8>>> {
    if let Some(token) = post_batch_token(batch) {
        return Ok(Some(token.to_vec()));
    }
    let mut events = Batch::new(batch.clone())?;
    let mut last = None;
    while let Some(event) = events.next_document()? {
        last = find(event, b"_id").ok().flatten().and_then(|e| e.document()).map(<[u8]>::to_vec);
    }
    Ok(last)
}

fn ended() -> Error {
    Error::definite("the change stream has ended: the watched database or collection was dropped or renamed")
        .remedy("delete the connector's offset once capture.target exists again, or set capture.scope to deployment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_that_do_not_last_are_opened_only_so_often() {
        let (short, long) = (HEALTHY / 2, HEALTHY * 2);
        let mut openings = Openings::default();
        let pauses: Vec<_> = [short; 4].map(|lasted| openings.pause_after(lasted)).to_vec();
        assert_eq!(pauses, [Some(FIRST_PAUSE), Some(FIRST_PAUSE * 2), Some(FIRST_PAUSE * 3), None]);
        assert_eq!(
            [long, short].map(|lasted| openings.pause_after(lasted)),
            [Some(FIRST_PAUSE), Some(FIRST_PAUSE * 2)]
        );
    }
}
