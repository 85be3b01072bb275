//! What the plugin says of an open transaction, beside its changes.

use crate::source::postgres::wire::replication::EPOCH_2000_SECONDS;

/// Names are those of the manual, where each begins with "Stream".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// Changes of this transaction follow, up to `Stop`.
    Start {
        xid: u32,
        /// Whether these are its first.
        is_first: bool,
    },
    Stop,
    Commit {
        xid: u32,
        /// Microseconds since 1970.
        commit_time_us: i64,
    },
    /// Of a subtransaction, or of the whole where both ids are the same.
    Abort {
        xid: u32,
        subxid: u32,
    },
}

impl Message {
    /// `None`: it is another kind of message. `Err`: it is cut short.
    #[inline]
    pub fn parse(bytes: &[u8]) -> Option<Result<Self, &'static str>> {
        let read = match bytes.first()? {
            b'S' => start,
            b'E' => |_: &[u8]| Some(Self::Stop),
            b'c' => commit,
            b'A' => abort,
            _ => return None,
        };
        Some(read(&bytes[1..]).ok_or("what it says of an open transaction is cut short"))
    }
}

fn u32_at(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn start(body: &[u8]) -> Option<Message> {
    Some(Message::Start { xid: u32_at(body, 0)?, is_first: *body.get(4)? == 1 })
}

/// Flags and two places of the log stand between the id and the time.
fn commit(body: &[u8]) -> Option<Message> {
    let time: [u8; 8] = body.get(21..29)?.try_into().ok()?;
    let commit_time_us = i64::from_be_bytes(time).wrapping_add(EPOCH_2000_SECONDS * 1_000_000);
    Some(Message::Commit { xid: u32_at(body, 0)?, commit_time_us })
}

fn abort(body: &[u8]) -> Option<Message> {
    Some(Message::Abort { xid: u32_at(body, 0)?, subxid: u32_at(body, 4)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_from_the_others_and_from_a_change() {
        assert_eq!(Message::parse(b"S\0\0\0\x07\x01"), Some(Ok(Message::Start { xid: 7, is_first: true })));
        assert_eq!(Message::parse(b"E"), Some(Ok(Message::Stop)));
        assert_eq!(Message::parse(b"A\0\0\0\x07\0\0\0\x08"), Some(Ok(Message::Abort { xid: 7, subxid: 8 })));
        let mut commit = vec![b'c', 0, 0, 0, 7, 0];
        commit.extend_from_slice(&[0; 16]);
        commit.extend_from_slice(&5i64.to_be_bytes());
        let commit_time_us = EPOCH_2000_SECONDS * 1_000_000 + 5;
        assert_eq!(Message::parse(&commit), Some(Ok(Message::Commit { xid: 7, commit_time_us })));
        assert_eq!(Message::parse(b"I\0\0\0\x07"), None);
        for end in 1..commit.len() {
            assert!(matches!(Message::parse(&commit[..end]), Some(Err(_))), "{end} bytes");
        }
    }
}
