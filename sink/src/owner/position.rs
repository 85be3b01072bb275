//! Where an owner is in its records, and how they fill a batch.

use std::time::Instant;

use crate::batch::{Batch, Former};
use crate::consume::Chunk;
use crate::error::{Error, Result};

/// Where the owner is in its records.
pub struct Position {
    pub former: Former,
    /// Where the group stands, and with it the first offset of the batch under way.
    next: i64,
    pub generation: u64,
    /// Last offset of an announced range that is to be repeated.
    pub pending: Option<i64>,
    chunk: Option<Chunk>,
    next_index: usize,
    /// A record that is not ours, found behind records that still have to land.
    refused: Option<Error>,
}

pub enum Step {
    /// The batch has all that it is to have.
    Complete,
    /// More records are needed.
    Hungry,
}

impl Position {
    pub fn new(former: Former, next: i64, generation: u64, pending: Option<i64>) -> Self {
        Self { former, next, generation, pending, chunk: None, next_index: 0, refused: None }
    }

    pub fn refill(&mut self, chunk: Chunk) {
        self.chunk = Some(chunk);
        self.next_index = 0;
    }

    /// Moves records into the batch until it is complete or none is left.
    pub fn take_records(&mut self) -> Result<Step> {
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        let now = Instant::now();
        while let Some(record) = self.chunk.as_ref().and_then(|chunk| chunk.record(self.next_index)) {
            if self.pending.is_some_and(|last| record.offset > last) {
                // Compaction removed the range's end. If nothing of it is left, there is nothing to repeat.
                if !self.former.is_empty() {
                    return Ok(Step::Complete);
                }
                self.pending = None;
            }
            let offset = record.offset;
            if let Err(refused) = self.former.add(&record, now) {
                // What stands before it lands first, unless an announced range cannot be rebuilt.
                if self.former.is_empty() || self.pending.is_some() {
                    return Err(refused);
                }
                self.refused = Some(refused);
                return Ok(Step::Complete);
            }
            self.next_index += 1;
            let complete = match self.pending {
                Some(last) => offset >= last,
                None => self.former.is_full(),
            };
            if complete {
                return Ok(Step::Complete);
            }
        }
        Ok(Step::Hungry)
    }

    /// The batch so far; the next one begins where it ends.
    pub fn finish(&mut self) -> Option<Batch> {
        let batch = self.former.finish(self.next, self.pending)?;
        self.next = batch.end;
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;
    use rdkafka::message::OwnedMessage;

    use super::*;
    use crate::batch::Landing;
    use crate::config::{Batch as Limits, TimestampUnit};
    use crate::decode::event;
    use crate::decode::version::Watermark;

    fn position(next: i64, pending: Option<i64>) -> Position {
        let landing = Landing::Events(event::Decoder { timestamp_unit: TimestampUnit::Milliseconds });
        let former = Former::new(landing, Limits::default(), [].into(), Watermark::default());
        Position::new(former, next, 7, pending)
    }

    /// Tombstones, or records that are not ours, at these offsets.
    fn chunk(offsets: &[i64], value: Option<&str>) -> Chunk {
        let mut chunk = Chunk::new("t".into(), 0);
        for offset in offsets {
            let value = value.map(|text| text.as_bytes().to_vec());
            chunk.push(&OwnedMessage::new(value, None, "t".into(), Timestamp::NotAvailable, 0, *offset, None));
        }
        chunk
    }

    #[test]
    fn a_batch_begins_where_the_one_before_ended() {
        let mut position = position(3, None);
        position.refill(chunk(&[5, 6], None));
        assert!(matches!(position.take_records().unwrap(), Step::Hungry));
        let batch = position.finish().unwrap();
        assert_eq!((batch.first, batch.last, batch.end), (3, 6, 7));
        position.refill(chunk(&[9], None));
        position.take_records().unwrap();
        let batch = position.finish().unwrap();
        assert_eq!((batch.first, batch.last, batch.end), (7, 9, 10));
    }

    #[test]
    fn an_announced_range_keeps_its_name_and_ends_at_its_last_record() {
        let mut position = position(3, Some(8));
        position.refill(chunk(&[4, 6, 12], None));
        assert!(matches!(position.take_records().unwrap(), Step::Complete));
        let batch = position.finish().unwrap();
        assert_eq!((batch.first, batch.last, batch.end, batch.counts.records), (3, 8, 7, 2));
        position.pending = None;
        position.take_records().unwrap();
        let batch = position.finish().unwrap();
        assert_eq!((batch.first, batch.last), (7, 12));
    }

    #[test]
    fn a_refused_record_lets_what_stands_before_it_land() {
        let mut position = position(3, None);
        position.refill(chunk(&[3], None));
        position.take_records().unwrap();
        position.refill(chunk(&[4], Some("not ours")));
        assert!(matches!(position.take_records().unwrap(), Step::Complete));
        assert_eq!(position.finish().unwrap().end, 4);
        assert!(position.take_records().is_err());
    }
}
