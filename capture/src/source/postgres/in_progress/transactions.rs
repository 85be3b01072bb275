//! All open transactions, within bounds of memory and disk.

use super::bounds::Bounds;
use super::changes::Changes;
use super::committed::{Begin, Committed};
use super::message::Message;
use crate::error::{Error, Result};
use crate::source::postgres::position::Lsn;
use std::collections::HashMap;
use std::io;

pub struct Transactions {
    bounds: Bounds,
    begin: Begin,
    open: HashMap<u32, Changes>,
    /// The one whose changes come in.
    current: Option<u32>,
    memory_bytes: usize,
    spilled_bytes: u64,
}

/// What becomes of a message.
pub enum Taken<'a> {
    /// It was about a transaction that is still open.
    Kept,
    /// It is not about an open transaction.
    Ordinary(&'a [u8]),
    Committed(Box<Committed>),
    /// The server has sent what cannot be told apart: it is to be asked for the log without streaming.
    Ambiguous,
}

impl Transactions {
    /// Refuses a folder in which no file can be made.
    pub fn new(bounds: Bounds, begin: Begin) -> Result<Self> {
        let transactions =
            Self { bounds, begin, open: HashMap::new(), current: None, memory_bytes: 0, spilled_bytes: 0 };
        match tempfile::tempfile_in(&transactions.bounds.folder) {
            Ok(_) => Ok(transactions),
            Err(cause) => Err(transactions.unwritten(cause)),
        }
    }

    /// `place` is where the message stands in the log.
    #[inline]
    pub fn take<'a>(&mut self, place: u64, bytes: &'a [u8]) -> Result<Taken<'a>> {
        match Message::parse(bytes) {
            None if self.current.is_some() => self.keep(place, bytes),
            None => Ok(Taken::Ordinary(bytes)),
            Some(message) => {
                let message = message.map_err(|what| broken(place, what))?;
                self.obey(place, message)
            }
        }
    }

    #[inline]
    fn keep<'a>(&mut self, place: u64, bytes: &'a [u8]) -> Result<Taken<'a>> {
        // names of types and origins are not looked at, and an origin is the one message without a transaction's id
        if matches!(bytes.first(), Some(b'Y' | b'O')) {
            return Ok(Taken::Kept);
        }
        let changes = self.current.and_then(|xid| self.open.get_mut(&xid));
        let more = changes.and_then(|changes| changes.push(place, bytes));
        self.memory_bytes += more.ok_or_else(|| broken(place, "a change of an open transaction is cut short"))?;
        if self.memory_bytes > self.bounds.memory_bytes {
            self.spill()?;
        }
        Ok(Taken::Kept)
    }

    fn obey<'a>(&mut self, place: u64, message: Message) -> Result<Taken<'a>> {
        let is_inside = self.current.is_some();
        match message {
            Message::Start { .. } | Message::Commit { .. } | Message::Abort { .. } if is_inside => {
                return Err(broken(place, "the changes of an open transaction have no end"));
            }
            Message::Start { xid, is_first } => {
                if is_first {
                    self.drop(xid);
                    self.open.insert(xid, Changes::new(place));
                } else if !self.open.contains_key(&xid) {
                    return Err(broken(place, "an open transaction goes on that has not begun"));
                }
                self.current = Some(xid);
            }
            Message::Stop if !is_inside => return Err(broken(place, "the end of changes that did not begin")),
            Message::Stop => self.current = None,
            Message::Commit { xid, commit_time_us } => {
                let changes = self.take_out(xid).ok_or_else(|| broken(place, "a commit of what has not begun"))?;
                let replay = changes.replay().map_err(|cause| self.unwritten(cause))?;
                return Ok(Taken::Committed(Box::new(Committed::new(
                    xid,
                    commit_time_us,
                    place,
                    (replay, self.begin),
                ))));
            }
            Message::Abort { xid, subxid } if xid == subxid => self.drop(xid),
            Message::Abort { xid, subxid } => {
                if self.open.get_mut(&xid).is_some_and(|changes| !changes.abort(subxid)) {
                    return Ok(Taken::Ambiguous);
                }
            }
        }
        Ok(Taken::Kept)
    }

    fn drop(&mut self, xid: u32) {
        self.take_out(xid);
    }

    fn take_out(&mut self, xid: u32) -> Option<Changes> {
        let changes = self.open.remove(&xid)?;
        self.memory_bytes -= changes.memory_bytes();
        self.spilled_bytes -= changes.file_bytes();
        Some(changes)
    }

    /// Moves the transaction that takes most memory into its file.
    #[cold]
    fn spill(&mut self) -> Result<()> {
        let Some((xid, changes)) = self.open.iter_mut().max_by_key(|(_, changes)| changes.memory_bytes()) else {
            return Ok(());
        };
        let bytes = changes.memory_bytes();
        let total = self.spilled_bytes + bytes as u64;
        if total > self.bounds.spill_bytes {
            return Err(Error::definite(format!(
                "open transactions take {total} bytes in {}, more than slot.streaming.spill.bytes, {}",
                self.bounds.folder.display(),
                self.bounds.spill_bytes
            ))
            .remedy(REMEDY));
        }
        let is_first = changes.file_bytes() == 0;
        if let Err(cause) = changes.spill(&self.bounds.folder) {
            return Err(self.unwritten(cause));
        }
        if is_first {
            tracing::info!(xid, folder = %self.bounds.folder.display(), "an open transaction is kept in a file");
        }
        self.memory_bytes -= bytes;
        self.spilled_bytes = total;
        Ok(())
    }

    fn unwritten(&self, cause: io::Error) -> Error {
        let folder = self.bounds.folder.display();
        Error::definite(format!("the changes of an open transaction cannot be kept in {folder}: {cause}"))
            .caused_by(cause)
            .remedy(REMEDY)
    }
}

const REMEDY: &str = "make room in the folder, set slot.streaming.spill.folder or slot.streaming.spill.bytes, or set \
                      slot.streaming.enabled to false, so that the server keeps open transactions; nothing is lost";

#[cold]
fn broken(place: u64, what: &str) -> Error {
    Error::definite(format!("the log at {}: {what}", Lsn(place)))
        .remedy("set slot.streaming.enabled to false, and report it")
}

#[cfg(test)]
#[path = "transactions_tests.rs"]
mod tests;
