//! `capture tail`'s output: each record's value as one line, flushed when the source has nothing more.

use super::output::Output;
use crate::error::{Error, Result};
use crate::model::record::Record;
use std::io::Write;

pub struct StdoutOutput<W> {
    writer: W,
    /// Records are numbered from 0: those below this are written, those below `flushed` are through, those below `next` told.
    pending: u64,
    next: u64,
    flushed: u64,
    refusal: Option<Error>,
}

impl<W: Write> StdoutOutput<W> {
    pub fn new(writer: W) -> Self {
        Self { writer, pending: 0, next: 0, flushed: 0, refusal: None }
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
    Error::definite("cannot write to standard output")
        .caused_by(cause)
        .remedy("start it again with a reader that stays; it goes on behind what was printed")
}

impl<W: Write> Output for StdoutOutput<W> {
    fn send(&mut self, record: &Record<'_>, sequence: u64) -> Result<()> {
        self.line(record).map_err(gone)?;
        self.pending = sequence + 1;
        Ok(())
    }

    fn acknowledged(&mut self) -> Option<u64> {
        if self.flushed < self.pending {
            match self.writer.flush() {
                Ok(()) => self.flushed = self.pending,
                Err(cause) => self.refusal = Some(gone(cause)),
            }
        }
        (self.next < self.flushed).then(|| {
            self.next += 1;
            self.next - 1
        })
    }

    fn take_refusal(&mut self) -> Option<Error> {
        self.refusal.take()
    }

    async fn arrived(&mut self) {}

    fn abandon(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufWriter, ErrorKind};

    /// As a pipe whose reader has ended.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_cannot_be_flushed_end_the_task() {
        let mut output = StdoutOutput::new(BufWriter::new(Closed));
        output.send(&Record::new("t", None, Some(b"x")), 0).unwrap();
        assert_eq!(output.acknowledged(), None);
        let refusal = output.take_refusal().unwrap();
        assert!(!refusal.is_transient() && refusal.to_string().contains("standard output"));
    }

    #[test]
    fn records_are_acknowledged_once_they_are_flushed() {
        let mut output = StdoutOutput::new(vec![]);
        for sequence in 0..2 {
            output.send(&Record::new("t", None, Some(b"x")), sequence).unwrap();
        }
        assert_eq!([output.acknowledged(), output.acknowledged(), output.acknowledged()], [Some(0), Some(1), None]);
        assert_eq!(output.writer, b"x\nx\n");
    }
}
