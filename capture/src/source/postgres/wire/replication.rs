//! Copy-both: the log comes in, status updates go out.

use super::codec::Connection;
use crate::error::Result;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a copy-both frame holds. The body of a change is borrowed.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    XLogData { start: u64, message: &'a [u8] },
    KeepAlive { end: u64, reply_requested: bool },
}

impl<'a> Frame<'a> {
    #[inline]
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        let number = |at: usize| body.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_be_bytes);
        match body.first()? {
            b'w' => Some(Frame::XLogData { start: number(1)?, message: body.get(25..)? }),
            b'k' => Some(Frame::KeepAlive { end: number(1)?, reply_requested: *body.get(17)? == 1 }),
            _ => None,
        }
    }
}

/// The parts of `START_REPLICATION`.
#[derive(Debug, Clone)]
pub struct Start<'a> {
    pub slot: &'a str,
    pub from: u64,
    /// Options of the plugin, in the order they are sent.
    pub options: &'a [(String, String)],
}

impl Connection {
    pub async fn start_replication(&mut self, start: &Start<'_>) -> Result<()> {
        let options: Vec<String> = start
            .options
            .iter()
            .map(|(name, value)| format!("{} {}", super::query::identifier(name), super::query::literal(value)))
            .collect();
        let sql = format!(
            "START_REPLICATION SLOT {} LOGICAL {:X}/{:X} ({})",
            super::query::identifier(start.slot),
            start.from >> 32,
            start.from & 0xffff_ffff,
            options.join(", ")
        );
        self.send_query(&sql).await?;
        let (tag, range) = self.message().await?;
        self.consume(range.end);
        if tag == b'W' { Ok(()) } else { Err(self.broken(format!("message {:?} instead of the log", char::from(tag)))) }
    }

    /// Tells how far we got: `received` was read, `flushed` is stored for good.
    pub async fn send_status(&mut self, received: u64, flushed: u64, asks: bool) -> Result<()> {
        let mut out = [0u8; 5 + 34];
        out[0] = b'd';
        out[1..5].copy_from_slice(&38u32.to_be_bytes());
        out[5] = b'r';
        out[6..14].copy_from_slice(&received.to_be_bytes());
        out[14..22].copy_from_slice(&flushed.to_be_bytes());
        out[22..30].copy_from_slice(&flushed.to_be_bytes());
        out[30..38].copy_from_slice(&microseconds_since_2000().to_be_bytes());
        out[38] = u8::from(asks);
        self.send(&out).await
    }

    /// Ends the connection as libpq does.
    pub async fn terminate(&mut self) {
        // the server notices a closed socket as well
        let _ = self.send(&[b'X', 0, 0, 0, 4]).await;
    }
}

/// Seconds between 1970 and PostgreSQL's epoch.
pub const EPOCH_2000_SECONDS: i64 = 946_684_800;

fn microseconds_since_2000() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since_1970.as_micros() as i64 - EPOCH_2000_SECONDS * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_apart() {
        let mut data = vec![b'w'];
        data.extend_from_slice(&7u64.to_be_bytes());
        data.extend_from_slice(&[0; 16]);
        data.push(b'B');
        assert_eq!(Frame::parse(&data), Some(Frame::XLogData { start: 7, message: b"B" }));
        let mut alive = vec![b'k'];
        alive.extend_from_slice(&9u64.to_be_bytes());
        alive.extend_from_slice(&[0; 8]);
        alive.push(1);
        assert_eq!(Frame::parse(&alive), Some(Frame::KeepAlive { end: 9, reply_requested: true }));
        assert_eq!(Frame::parse(&alive[..12]), None);
    }
}
