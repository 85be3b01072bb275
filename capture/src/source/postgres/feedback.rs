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
    /// After how long without a word the connection counts as dead; none where the server itself never gives up.
    patience: Option<Duration>,
    silent_since: Option<Instant>,
    /// The next status asks for an answer.
    asks: bool,
}

impl Feedback {
    pub fn new(every: Duration, confirms: bool) -> Self {
        let now = Instant::now();
        Self {
            every,
            confirms,
            received: Lsn(0),
            flushed: Lsn(0),
            sent: Lsn(0),
            last: now,
            due: true,
            patience: None,
            silent_since: None,
            asks: false,
        }
    }

    /// A server that hears nothing ends the stream after this time, zero for never. We wait twice as long, so that a server
    /// that is busy with a large transaction is not taken for dead.
    pub fn server_gives_up_after(&mut self, timeout: Duration) {
        self.patience = Some(2 * timeout).filter(|patience| !patience.is_zero());
    }

    /// Bytes have come.
    pub fn heard(&mut self) {
        self.silent_since = None;
        self.asks = false;
    }

    /// None have come, though we waited for them. A connection may be dead without either end knowing: where it is silent for
    /// long the server is asked for a word. Gives how long it has been silent, once it counts as dead.
    pub fn unheard(&mut self) -> Option<Duration> {
        let patience = self.patience?;
        let silence = self.silent_since.get_or_insert_with(Instant::now).elapsed();
        if silence > patience / 2 && !self.asks {
            self.asks = true;
            self.due = true;
        }
        Some(silence).filter(|silence| *silence > patience)
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
        connection.send_status(received.0, self.flushed.0, self.asks).await?;
        if self.flushed != self.sent {
            tracing::debug!(lsn = %self.flushed, "confirmed to the slot");
        }
        self.sent = self.flushed;
        self.last = Instant::now();
        self.due = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_connection_is_asked_and_then_given_up() {
        let mut feedback = Feedback::new(Duration::from_secs(10), true);
        assert_eq!(feedback.unheard(), None, "nobody has said for how long");
        feedback.server_gives_up_after(Duration::from_secs(5));
        assert_eq!(feedback.unheard(), None);
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds));
        (feedback.silent_since, feedback.due) = (ago(6), false);
        assert_eq!(feedback.unheard(), None);
        assert!(feedback.asks && feedback.due);
        feedback.silent_since = ago(11);
        assert!(feedback.unheard() > Some(Duration::from_secs(10)));
        feedback.heard();
        assert_eq!(feedback.unheard(), None);
        assert!(!feedback.asks);
        feedback.server_gives_up_after(Duration::ZERO);
        feedback.silent_since = ago(1000);
        assert_eq!(feedback.unheard(), None, "the server never gives up either");
    }
}
