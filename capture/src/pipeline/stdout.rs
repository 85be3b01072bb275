//! `capture tail`'s output: each record's value as one line, flushed when the source has nothing more.

use super::output::Output;
use crate::error::{Error, Result};
use crate::model::record::Record;
use std::io::Write;

pub struct StdoutOutput<W> {
    writer: W,
    /// Written, not yet flushed.
    pending: u64,
    next: u64,
    flushed: u64,
}

impl<W: Write> StdoutOutput<W> {
    pub fn new(writer: W) -> Self {
        Self { writer, pending: 0, next: 0, flushed: 0 }
    }

    fn line(&mut self, record: &Record<'_>) -> std::io::Result<()> {
        if let Some(value) = record.value {
            self.writer.write_all(value)?;
            self.writer.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// The reader of our output has gone: nothing can be delivered any more.
fn gone(cause: std::io::Error) -> Error {
    Error::definite("cannot write to standard output").caused_by(cause)
}

impl<W: Write> Output for StdoutOutput<W> {
    fn send(&mut self, record: &Record<'_>, sequence: u64) -> Result<()> {
        self.line(record).map_err(gone)?;
        self.pending = sequence + 1;
        Ok(())
    }

    fn acknowledged(&mut self) -> Option<u64> {
        if self.flushed < self.pending && self.writer.flush().is_ok() {
            self.flushed = self.pending;
        }
        (self.next < self.flushed).then(|| {
            self.next += 1;
            self.next - 1
        })
    }

    fn take_refusal(&mut self) -> Option<Error> {
        None
    }

    async fn arrived(&mut self) {}

    fn abandon(&mut self) {}
}
