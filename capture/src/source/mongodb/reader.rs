//! The reader: a thread of its own that asks the server for the next batch while the task encodes the last.

use super::config::{Settings, SnapshotMode};
use super::error::{classify, is_lost_position, not_a_replica_set};
use super::filter::Filter;
use super::position::{Offset, Stored};
use super::{connect, snapshot, stream};
use crate::error::{Error, Result};
use bson::doc;
use mongodb::Client;
use mongodb::raw_batch_cursor::{RawBatch, RawBatchCursor};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Replies that wait while one is encoded. Each may be large, and one is enough to keep the server busy.
const WAITING: usize = 1;
/// The driver's futures are deep in debug builds.
const STACK_BYTES: usize = if cfg!(debug_assertions) { 4 << 20 } else { 512 << 10 };

/// What the reader tells the task, in order.
pub enum Message {
    /// The server answered, the login and the position are good.
    Ready,
    /// A snapshot begins; streaming will go on from this position.
    SnapshotStart(Offset),
    Documents {
        database: String,
        collection: String,
        batch: RawBatch,
    },
    SnapshotEnd,
    Events(RawBatch),
    /// A mode that only takes a snapshot has nothing more to do.
    Finished,
    Failed(Error),
}

/// The task's end.
pub struct Handle {
    pub messages: mpsc::Receiver<Message>,
    cancel: CancellationToken,
}

impl Handle {
    pub fn spawn(settings: Settings, stored: Stored) -> Result<Self> {
        let (sender, messages) = mpsc::channel(WAITING);
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        std::thread::Builder::new()
            .name("mongodb-reader".into())
            .stack_size(STACK_BYTES)
            .spawn(move || run(settings, stored, sender, stop))
            .map_err(|e| Error::fatal("the reader's thread did not start").caused_by(e))?;
        Ok(Self { messages, cancel })
    }

    /// A reader that only says what a test sends.
    #[cfg(test)]
    pub fn scripted(messages: mpsc::Receiver<Message>) -> Self {
        Self { messages, cancel: CancellationToken::new() }
    }

    /// Ends the reader and waits until its cursors are closed.
    pub async fn stop(mut self) {
        self.cancel.cancel();
        while self.messages.recv().await.is_some() {}
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

fn run(settings: Settings, stored: Stored, sender: mpsc::Sender<Message>, stop: CancellationToken) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let report = Error::fatal("the reader's runtime did not start").caused_by(error);
            // nobody listens only if the task is gone already
            let _ = sender.blocking_send(Message::Failed(report));
            return;
        }
    };
    runtime.block_on(async {
        let mut reader = Reader { settings, sender, client: None };
        let failed = tokio::select! {
            ended = reader.read(stored) => ended.err(),
            () = stop.cancelled() => None,
        };
        if let Some(client) = reader.client.take() {
            const LONGEST_GOODBYE: std::time::Duration = std::time::Duration::from_secs(2);
            // cursors end by themselves on the server if this takes too long
            let _ = tokio::time::timeout(LONGEST_GOODBYE, client.shutdown()).await;
        }
        if let Some(error) = failed {
            let _ = reader.sender.send(Message::Failed(error)).await;
        }
    });
}

pub struct Reader {
    pub settings: Settings,
    sender: mpsc::Sender<Message>,
    client: Option<Client>,
}

impl Reader {
    async fn read(&mut self, stored: Stored) -> Result<()> {
        let client = connect::client(&self.settings.connection).await?;
        self.client = Some(client.clone());
        check_server(&client).await?;
        match self.start(&client, stored).await? {
            Some((position, opened)) => stream::follow(self, &client, position, opened).await,
            None => self.send(Message::Finished).await,
        }
    }

    /// Checks the stored position, or takes the snapshot where one is due. `None` where nothing is to be streamed.
    async fn start(&mut self, client: &Client, stored: Stored) -> Result<Option<(Offset, Option<RawBatchCursor>)>> {
        use SnapshotMode::{Always, Initial, InitialOnly, NoData, WhenNeeded};
        let mode = self.settings.snapshot;
        let checked = match (mode, stored) {
            (InitialOnly, Stored::At(_)) => {
                self.send(Message::Ready).await?;
                return Ok(None);
            }
            (NoData, Stored::Nothing) => Some((Offset::default(), None)),
            (NoData, Stored::Interrupted) => return Err(interrupted()),
            (Always, _) | (_, Stored::Nothing | Stored::Interrupted) => None,
            (Initial | NoData | WhenNeeded, Stored::At(offset)) => self.check_position(client, offset).await?,
        };
        self.send(Message::Ready).await?;
        if checked.is_some() {
            return Ok(checked);
        }
        let position = self.snapshot(client).await?;
        Ok((mode != InitialOnly).then_some((position, None)))
    }

    /// The stream at the stored position; `None` where that is lost and a snapshot may fill the gap.
    async fn check_position(
        &self,
        client: &Client,
        offset: Offset,
    ) -> Result<Option<(Offset, Option<RawBatchCursor>)>> {
        let may_snapshot = self.settings.snapshot == SnapshotMode::WhenNeeded;
        if offset.token.is_empty() && may_snapshot {
            return Ok(None);
        }
        match stream::open(&self.settings, client, &offset, true).await {
            Ok(opened) => Ok(Some((offset, Some(opened)))),
            Err(error) if is_lost_position(&error) && may_snapshot => {
                tracing::warn!(error = %error.kind, "position lost, taking a snapshot to fill the gap");
                Ok(None)
            }
            Err(error) => Err(classify("opening the change stream", error)),
        }
    }

    async fn snapshot(&mut self, client: &Client) -> Result<Offset> {
        let position = stream::current_position(&self.settings, client).await?;
        let filter = Filter::new(&self.settings)?;
        self.send(Message::SnapshotStart(position.clone())).await?;
        snapshot::scan(self, client, &filter).await?;
        self.send(Message::SnapshotEnd).await?;
        Ok(position)
    }

    /// Waits while the task is behind; fails only when the task is gone.
    pub async fn send(&self, message: Message) -> Result<()> {
        self.sender.send(message).await.map_err(|_| Error::transient("the task of this reader has ended"))
    }
}

/// A first command proves address and login; its reply tells whether there is a change log at all.
async fn check_server(client: &Client) -> Result<()> {
    let admin = client.database("admin");
    let hello = admin.run_command(doc! { "hello": 1 }).await.map_err(|error| classify("greeting the server", error))?;
    if !hello.contains_key("setName") && !hello.get_str("msg").is_ok_and(|text| text == "isdbgrid") {
        return Err(not_a_replica_set());
    }
    Ok(())
}

fn interrupted() -> Error {
    Error::definite("the connector previously stopped while taking a snapshot, but snapshot.mode now forbids snapshots")
        .remedy("set snapshot.mode to initial or when_needed, or delete the connector's offset to stream from now on")
}
