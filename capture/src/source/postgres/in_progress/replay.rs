//! The changes of a transaction that has committed, one after the other.

use super::changes::HEAD_BYTES;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};

/// How much of the file is read at once.
const READ_BYTES: usize = 256 * 1024;

pub struct Replay {
    begins: u64,
    file: Option<File>,
    /// How much of it has not been read.
    left: u64,
    /// What stands behind the file.
    memory: Vec<u8>,
    buffer: Vec<u8>,
    at: usize,
    aborted: HashSet<u32>,
}

/// A message of the plugin as it comes without streaming.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub place: u64,
    pub message: &'a [u8],
}

struct Head {
    length: usize,
    xid: u32,
    place: u64,
}

impl Replay {
    pub(super) fn new(
        begins: u64,
        file: Option<(File, u64)>,
        memory: Vec<u8>,
        aborted: HashSet<u32>,
    ) -> io::Result<Self> {
        let (mut file, left) = file.map_or((None, 0), |(file, bytes)| (Some(file), bytes));
        if let Some(file) = &mut file {
            file.rewind()?;
        }
        Ok(Self { begins, file, left, memory, buffer: vec![], at: 0, aborted })
    }

    /// Where the first change stood, whatever became of it.
    pub fn begins(&self) -> u64 {
        self.begins
    }

    pub fn next(&mut self) -> io::Result<Option<Entry<'_>>> {
        let Some(head) = self.seek()? else { return Ok(None) };
        let begin = self.at + HEAD_BYTES;
        self.at = begin + head.length;
        Ok(Some(Entry { place: head.place, message: &self.buffer[begin..self.at] }))
    }

    /// To the next entry that counts, which lies in the buffer as a whole then.
    fn seek(&mut self) -> io::Result<Option<Head>> {
        loop {
            if !self.fill(HEAD_BYTES)? {
                return Ok(None);
            }
            let number = |at: usize| {
                let at = self.at + at;
                u32::from_ne_bytes([self.buffer[at], self.buffer[at + 1], self.buffer[at + 2], self.buffer[at + 3]])
            };
            let place = self.buffer[self.at + 8..self.at + HEAD_BYTES].try_into().map(u64::from_ne_bytes);
            let head = Head { length: number(0) as usize, xid: number(4), place: place.unwrap_or_default() };
            if !self.fill(HEAD_BYTES + head.length)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if !self.aborted.contains(&head.xid) {
                return Ok(Some(head));
            }
            self.at += HEAD_BYTES + head.length;
        }
    }

    /// Until so many bytes stand in the buffer from here on; `false` at the end of all.
    fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        while self.buffer.len() - self.at < wanted {
            let rest = self.buffer.len() - self.at;
            match &mut self.file {
                Some(file) if self.left > 0 => {
                    self.buffer.drain(..self.at);
                    self.at = 0;
                    let more = (wanted - rest).max(READ_BYTES).min(usize::try_from(self.left).unwrap_or(usize::MAX));
                    self.buffer.resize(rest + more, 0);
                    file.read_exact(&mut self.buffer[rest..])?;
                    self.left -= more as u64;
                }
                // an entry lies either in the file or in memory
                _ if rest > 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ if self.memory.is_empty() => return Ok(false),
                _ => {
                    self.file = None;
                    self.buffer = std::mem::take(&mut self.memory);
                    self.at = 0;
                }
            }
        }
        Ok(true)
    }
}
