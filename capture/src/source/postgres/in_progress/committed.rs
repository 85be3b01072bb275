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

/// The place of a message, and its bytes.
type Kept = (u64, Vec<u8>);

pub struct Committed {
    xid: u32,
    time_us: i64,
    /// Where it ends.
    at: u64,
    replay: Replay,
    begin: Begin,
    has_begun: bool,
}

/// When a server says without streaming that a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// At its first record in the log, also where no change follows: up to PostgreSQL 14.
    AtFirstRecord,
    /// With its first change.
    WithFirstChange,
}

impl Begin {
    pub fn of(server_version: u32) -> Self {
        if server_version >= 150_000 { Self::WithFirstChange } else { Self::AtFirstRecord }
    }
}

impl Committed {
    pub(super) fn new(xid: u32, time_us: i64, at: u64, (replay, begin): (Replay, Begin)) -> Self {
        Self { xid, time_us, at, replay, begin, has_begun: false }
    }

    /// What was kept of it, message by message.
    pub fn next_change(&mut self) -> Result<Option<Entry<'_>>> {
        self.replay.next().map_err(unread)
    }

    /// The relations that the server has described before the first change, whose place they do not have, and that change.
    fn up_to_the_first_change(&mut self) -> Result<(Vec<Kept>, Option<Kept>)> {
        let mut descriptions = vec![];
        while let Some(entry) = self.next_change()? {
            let kept = (entry.place, entry.message.to_vec());
            if kept.1.first() != Some(&b'R') {
                return Ok((descriptions, Some(kept)));
            }
            descriptions.push(kept);
        }
        Ok((descriptions, None))
    }

    /// Hands changes on while there is room, as if the server sent them now. `true`: that was the last one.
    pub async fn hand_on<C: Changes>(
        &mut self,
        stream: &mut Stream,
        (catalog, settings): (&mut Catalog, &Settings),
        changes: &mut C,
    ) -> Result<bool> {
        if !self.has_begun {
            let (descriptions, first) = self.up_to_the_first_change()?;
            let place = match (self.begin, &first) {
                (Begin::AtFirstRecord, _) => self.replay.begins(),
                (Begin::WithFirstChange, Some((place, _))) => *place,
                (Begin::WithFirstChange, None) => {
                    stream.idle_at(self.at, changes)?;
                    return Ok(true);
                }
            };
            let begin = Message::Begin { commit_time_us: self.time_us, xid: self.xid };
            stream.handle(place, &begin, changes)?;
            for (place, message) in descriptions.iter().chain(&first) {
                stream.apply(*place, message, (&mut *catalog, settings), changes).await?;
            }
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
