//! A transaction whose commit has come, on its way to the stream.

use super::replay::{Entry, Replay};
use crate::error::{Error, Result};
use crate::source::postgres::catalog::Catalog;
use crate::source::postgres::change::Changes;
use crate::source::postgres::config::Settings;
use crate::source::postgres::pgoutput::Message;
use crate::source::postgres::stream::Stream;
use std::io;

/// After so many changes the task looks after its other duties.
const AT_ONCE: usize = 1024;

/// `server_version_num` of the first server that says nothing of a transaction without a change.
const FIRST_WITHOUT_EMPTY: u32 = 150_000;

pub struct Committed {
    xid: u32,
    time_us: i64,
    /// Where it ends.
    at: u64,
    replay: Replay,
    has_begun: bool,
}

impl Committed {
    pub(super) fn new(xid: u32, time_us: i64, at: u64, replay: Replay) -> Self {
        Self { xid, time_us, at, replay, has_begun: false }
    }

    /// What was kept of it, message by message.
    pub fn next_change(&mut self) -> Result<Option<Entry<'_>>> {
        self.replay.next().map_err(unread)
    }

    /// Hands changes on while there is room, as if the server sent them now. `true`: that was the last one.
    pub async fn hand_on<C: Changes>(
        &mut self,
        stream: &mut Stream,
        (catalog, settings): (&mut Catalog, &Settings),
        changes: &mut C,
    ) -> Result<bool> {
        if !self.has_begun {
            let is_empty = self.replay.is_at_end().map_err(unread)?;
            if is_empty && catalog.server_version().await? >= FIRST_WITHOUT_EMPTY {
                stream.idle_at(self.at, changes)?;
                return Ok(true);
            }
            let begin = Message::Begin { commit_time_us: self.time_us, xid: self.xid };
            stream.handle(self.replay.begins(), &begin, changes)?;
            self.has_begun = true;
        }
        for _ in 0..AT_ONCE {
            if changes.is_full() {
                return Ok(false);
            }
            let Some(entry) = self.next_change()? else {
                stream.handle(self.at, &Message::Commit, changes)?;
                return Ok(true);
            };
            stream.apply(entry.place, entry.message, (catalog, settings), changes).await?;
        }
        Ok(false)
    }
}

/// The transaction is sent again as a whole after a restart.
fn unread(cause: io::Error) -> Error {
    Error::definite(format!("the file of a transaction that was kept cannot be read: {cause}"))
        .caused_by(cause)
        .remedy("look after the disk of slot.streaming.spill.folder and restart the task; nothing is lost")
}
