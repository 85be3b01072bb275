//! Frames of one connection, borrowed from one buffer that is reused for every read.

use super::super::error::{self, ServerError};
use super::super::failures::Link;
use super::pace::Pace;
use crate::error::{Error, Result};
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// TCP, TLS over TCP, or a Unix socket.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

pub struct Connection {
    stream: Box<dyn Duplex>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Where it leads, for messages.
    target: String,
    pace: Pace,
    /// How long nothing may come while something is waited for; `None`: for ever.
    silence: Option<Duration>,
    /// The server's process at the other end; 0 until the login is over.
    process: i32,
}

/// Room for one read; the buffer grows only for a message that is longer.
const READ_BYTES: usize = 1 << 20;
const HEADER_BYTES: usize = 5;

impl Connection {
    pub fn new(stream: Box<dyn Duplex>, target: String, room_bytes: usize) -> Self {
        let buffer = vec![0; room_bytes.clamp(8 << 10, READ_BYTES)];
        Self { stream, buffer, start: 0, end: 0, target, pace: Pace::default(), silence: None, process: 0 }
    }

    pub fn with_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    pub(super) fn set_process(&mut self, process: i32) {
        self.process = process;
    }

    pub fn process(&self) -> i32 {
        self.process
    }

    pub(super) fn bear_silence(&mut self, silence: Option<Duration>) {
        self.silence = silence;
    }

    pub fn target(&self) -> &str {
        &self.target
    }

    /// The complete message that stands next in the buffer: its tag and where its body lies. It stays until
    /// [`Self::consume`].
    #[inline]
    pub fn peek(&self) -> Result<Option<(u8, Range<usize>)>> {
        let available = &self.buffer[self.start..self.end];
        if available.len() < HEADER_BYTES {
            return Ok(None);
        }
        let length = u32::from_be_bytes([available[1], available[2], available[3], available[4]]) as usize;
        if length < 4 {
            return Err(self.broken(format!("message {:?} declares {length} bytes", char::from(available[0]))));
        }
        if available.len() < 1 + length {
            return Ok(None);
        }
        Ok(Some((available[0], self.start + HEADER_BYTES..self.start + 1 + length)))
    }

    /// As [`Self::peek`], after dropping what the server tells anybody at any time: notices and changed parameters.
    #[inline]
    pub fn peek_past_notices(&mut self) -> Result<Option<(u8, Range<usize>)>> {
        loop {
            match self.peek()? {
                Some((b'N' | b'S' | b'A', range)) => self.consume(range.end),
                next => return Ok(next),
            }
        }
    }

    /// The bytes of a range that [`Self::peek`] gave.
    #[inline]
    pub fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// Drops the message whose body ends at `end`.
    #[inline]
    pub fn consume(&mut self, end: usize) {
        self.start = end;
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            if self.buffer.len() > READ_BYTES {
                self.shrink();
            }
        }
    }

    /// Reads once; returns the number of bytes that arrived.
    pub async fn fill(&mut self) -> Result<usize> {
        self.make_room();
        let reading = self.stream.read(&mut self.buffer[self.end..]);
        let read = match self.silence {
            None => reading.await,
            Some(silence) => match tokio::time::timeout(silence, reading).await {
                Ok(read) => read,
                Err(_) => return Err(self.silent(silence)),
            },
        };
        let count = read.map_err(|e| self.lost(e))?;
        if count == 0 {
            return Err(Link::Closed.error(format!("{} closed the connection", self.target)));
        }
        self.end += count;
        Ok(count)
    }

    /// As [`Self::fill`], at the pace that suits a log.
    pub async fn fill_from_log(&mut self) -> Result<()> {
        let pause = self.pace.pause(Instant::now());
        if !pause.is_zero() {
            // the task owns its thread; a timer of the runtime would be too coarse
            std::thread::sleep(pause);
        }
        let count = self.fill().await?;
        self.pace.has_read(count, Instant::now());
        Ok(())
    }

    /// One long message must not stay in memory for the life of the connection.
    #[cold]
    fn shrink(&mut self) {
        self.buffer.truncate(READ_BYTES);
        self.buffer.shrink_to_fit();
    }

    fn make_room(&mut self) {
        if self.start > 0 && (self.end == self.buffer.len() || self.start > self.buffer.len() / 2) {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            let length = self.buffer.len() * 2;
            self.buffer.resize(length, 0);
        }
    }

    /// The next message, waiting for it. An `ErrorResponse` becomes an error; notices and parameter changes are passed over.
    pub async fn message(&mut self) -> Result<(u8, Range<usize>)> {
        loop {
            match self.peek_past_notices()? {
                Some((b'E', range)) => return Err(self.server_error(range)),
                Some(message) => return Ok(message),
                None => {
                    self.fill().await?;
                }
            }
        }
    }

    /// What an `ErrorResponse` in the buffer says; it is consumed.
    pub fn server_error(&mut self, range: Range<usize>) -> Error {
        let error = ServerError::parse(&self.buffer[range.clone()]);
        self.consume(range.end);
        error::of_server(error, &self.target)
    }

    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        sent.await.map_err(|e| self.lost(e))
    }

    fn silent(&self, silence: Duration) -> Error {
        Link::Silent.error(format!("{} said nothing for {silence:?}", self.target))
    }

    pub fn lost(&self, cause: std::io::Error) -> Error {
        Link::Lost.error(format!("connection to {} lost", self.target)).caused_by(cause)
    }

    /// The other side does not speak the protocol we know.
    pub fn broken(&self, what: impl std::fmt::Display) -> Error {
        Link::NotPostgres.error(format!("unexpected answer of {}: {what}", self.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{DuplexStream, duplex};

    fn connected() -> (Connection, DuplexStream) {
        let (ours, theirs) = duplex(64 << 10);
        (Connection::new(Box::new(ours), "the server".into(), 0), theirs)
    }

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[tag][..], &(body.len() as u32 + 4).to_be_bytes(), body].concat()
    }

    #[tokio::test]
    async fn notices_within_the_log_are_passed_over() {
        let (mut connection, mut server) = connected();
        let bytes = [message(b'N', b"M\0"), message(b'S', b"TimeZone\0UTC\0"), message(b'd', b"log")].concat();
        server.write_all(&bytes).await.unwrap();
        while connection.peek_past_notices().unwrap().is_none() {
            connection.fill().await.unwrap();
        }
        let (tag, range) = connection.peek_past_notices().unwrap().unwrap();
        assert_eq!((tag, connection.bytes(range)), (b'd', &b"log"[..]));
    }

    #[tokio::test]
    async fn a_long_message_leaves_no_memory_behind() {
        let (mut connection, mut server) = connected();
        let long = message(b'd', &vec![7; 3 * READ_BYTES]);
        let length = long.len();
        let writing = tokio::spawn(async move { server.write_all(&long).await });
        let (_, range) = connection.message().await.unwrap();
        assert_eq!(range.len(), length - HEADER_BYTES);
        assert!(connection.buffer.len() > READ_BYTES);
        connection.consume(range.end);
        assert_eq!(connection.buffer.len(), READ_BYTES);
        writing.await.unwrap().unwrap();
    }
}
