//! From stored offsets to standby status: only what is durable is confirmed to the slot.

use super::position::Lsn;
use super::wire::codec::Connection;
use crate::error::Result;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Feedback {
    every: Duration,
    /// False with `flush.lsn.source=false`: the slot is then moved by somebody else.
    confirms: bool,
    received: Lsn,
    flushed: Lsn,
    sent: Lsn,
    last: Instant,
    /// Something is to be said at once.
    due: bool,
}

impl Feedback {
    pub fn new(every: Duration, confirms: bool) -> Self {
        let now = Instant::now();
        Self { every, confirms, received: Lsn(0), flushed: Lsn(0), sent: Lsn(0), last: now, due: true }
    }

    #[inline]
    pub fn received(&mut self, lsn: u64) {
        self.received = self.received.max(Lsn(lsn));
    }

    /// The offset store has acknowledged everything up to here.
    pub fn stored(&mut self, lsn: Lsn) {
        if self.confirms && lsn > self.flushed {
            self.flushed = lsn;
            self.due = true;
        }
    }

    /// The server asked for an answer.
    pub fn requested(&mut self) {
        self.due = true;
    }

    /// Sends a status where one is due.
    pub async fn send(&mut self, connection: &mut Connection) -> Result<()> {
        if !self.due && self.last.elapsed() < self.every {
            return Ok(());
        }
        let received = self.received.max(self.flushed);
        connection.send_status(received.0, self.flushed.0).await?;
        if self.flushed != self.sent {
            tracing::debug!(lsn = %self.flushed, "confirmed to the slot");
        }
        self.sent = self.flushed;
        self.last = Instant::now();
        self.due = false;
        Ok(())
    }
}
