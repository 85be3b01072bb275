//! The changes of one open transaction, in the order of the log: the last ones in memory, those before in a file.

use super::replay::Replay;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Before each message: its length and the id of its subtransaction, four bytes each, and its place in the log.
pub const HEAD_BYTES: usize = 16;

pub struct Changes {
    /// Where the first one stands.
    begins: u64,
    memory: Vec<u8>,
    file: Option<File>,
    file_bytes: u64,
    /// Subtransactions whose changes do not count.
    aborted: HashSet<u32>,
    /// Whether a logical message is among them: the server says for which transaction it was written, not for which
    /// subtransaction.
    has_message: bool,
}

impl Changes {
    pub fn new(begins: u64) -> Self {
        Self { begins, memory: vec![], file: None, file_bytes: 0, aborted: HashSet::new(), has_message: false }
    }

    /// Keeps a message, which says behind its letter of which subtransaction it is; returns by how much this takes more
    /// memory, or nothing where the message is cut short.
    #[inline]
    pub fn push(&mut self, place: u64, message: &[u8]) -> Option<usize> {
        let (letter, rest) = message.split_first()?;
        let (xid, body) = rest.split_first_chunk::<4>()?;
        self.has_message |= *letter == b'M';
        let length = 1 + body.len();
        self.memory.extend_from_slice(&u32::try_from(length).ok()?.to_ne_bytes());
        self.memory.extend_from_slice(&u32::from_be_bytes(*xid).to_ne_bytes());
        self.memory.extend_from_slice(&place.to_ne_bytes());
        self.memory.push(*letter);
        self.memory.extend_from_slice(body);
        Some(HEAD_BYTES + length)
    }

    /// Leaves out what the subtransaction changed. `false`: it cannot be told what that is.
    pub fn abort(&mut self, subxid: u32) -> bool {
        self.aborted.insert(subxid);
        !self.has_message
    }

    pub fn memory_bytes(&self) -> usize {
        self.memory.len()
    }

    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// Moves what is in memory into the file. It has no name, so that nothing of it is left wherever the process ends.
    pub fn spill(&mut self, folder: &Path) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder)?),
        };
        file.write_all(&self.memory)?;
        self.file_bytes += self.memory.len() as u64;
        self.memory = vec![];
        Ok(())
    }

    /// Its commit has come.
    pub fn replay(self) -> io::Result<Replay> {
        Replay::new(self.begins, self.file.map(|file| (file, self.file_bytes)), self.memory, self.aborted)
    }
}
