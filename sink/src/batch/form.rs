//! Records -> the rows of one batch, until a limit is reached or a pending range is complete.

use std::collections::BTreeSet;
use std::time::Instant;

use bytes::Bytes;

use crate::config::Batch as Limits;
use crate::consume::Record;
use crate::decode::version::Watermark;
use crate::decode::{Bronze, Landed, Refusal, Status, event, user};
use crate::error::Result;
use crate::table::row_binary::RowBuffer;
use crate::table::{self, Shape, bronze};

/// How the records of one topic become rows.
#[derive(Debug, Clone, Copy)]
pub enum Landing {
    Users(user::Decoder),
    Events(event::Decoder),
}

impl Landing {
    pub fn bronze(&self) -> &'static Shape {
        match self {
            Landing::Users(_) => &bronze::WITH_BEFORE,
            Landing::Events(_) => &bronze::WITHOUT_BEFORE,
        }
    }

    pub fn silver(&self) -> &'static Shape {
        match self {
            Landing::Users(_) => &table::user::SILVER,
            Landing::Events(_) => &table::event::SILVER,
        }
    }
}

/// What was seen, for the operator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub records: u64,
    pub silver_rows: u64,
    pub tombstones: u64,
    pub skipped: u64,
    /// Updates whose document was gone.
    pub without_document: u64,
    /// Column values that a record did not have and that hold the column's default.
    pub defaulted: u64,
}

impl Counts {
    pub fn add(&mut self, other: &Counts) {
        self.records += other.records;
        self.silver_rows += other.silver_rows;
        self.tombstones += other.tombstones;
        self.skipped += other.skipped;
        self.without_document += other.without_document;
        self.defaulted += other.defaulted;
    }
}

/// A range of offsets ready to be sent.
#[derive(Debug)]
pub struct Batch {
    /// The range that names the batch. It begins where the one before ended, so records may be missing from it.
    pub first: i64,
    pub last: i64,
    /// Offset after the last record.
    pub end: i64,
    pub bronze: Bytes,
    /// `None` when no record of the range reaches silver.
    pub silver: Option<Bytes>,
    /// Before the first record and after the last one.
    pub watermark_before: Watermark,
    pub watermark_after: Watermark,
    pub counts: Counts,
}

/// Collects rows for one partition and keeps its buffers from batch to batch.
#[derive(Debug)]
pub struct Former {
    landing: Landing,
    limits: Limits,
    skip: BTreeSet<i64>,
    bronze: RowBuffer,
    silver: RowBuffer,
    range: Option<Range>,
    watermark: Watermark,
    counts: Counts,
}

#[derive(Debug, Clone, Copy)]
struct Range {
    last: i64,
    began: Instant,
    watermark_before: Watermark,
}

impl Former {
    /// `skip` holds the offsets of this partition that the operator leaves out of silver.
    pub fn new(landing: Landing, limits: Limits, skip: BTreeSet<i64>, watermark: Watermark) -> Self {
        Self {
            landing,
            limits,
            skip,
            bronze: RowBuffer::default(),
            silver: RowBuffer::default(),
            range: None,
            watermark,
            counts: Counts::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.range.is_none()
    }

    pub fn is_full(&self) -> bool {
        self.bronze.rows() >= self.limits.max_rows || self.bronze.len() + self.silver.len() >= self.limits.max_bytes
    }

    /// When the batch was begun; `None` while it is empty.
    pub fn began(&self) -> Option<Instant> {
        self.range.map(|range| range.began)
    }

    pub fn last(&self) -> Option<i64> {
        self.range.map(|range| range.last)
    }

    /// Adds a record's rows. A refused record leaves the batch as it was. `now` is the clock's reading.
    pub fn add(&mut self, record: &Record<'_>, now: Instant) -> Result<()> {
        let watermark_before = self.watermark;
        self.open_buffers();
        self.land(record).map_err(|refusal| refusal.at(record))?;
        match &mut self.range {
            Some(range) => range.last = record.offset,
            None => self.range = Some(Range { last: record.offset, began: now, watermark_before }),
        }
        self.counts.records += 1;
        Ok(())
    }

    /// The batch so far. Its name begins at `first` and ends with its own last record, or with `pending`, the end of
    /// the range that it rebuilds.
    pub fn finish(&mut self, first: i64, pending: Option<i64>) -> Option<Batch> {
        let range = self.range.take()?;
        let silver_rows = self.silver.rows();
        let silver = self.silver.finish();
        Some(Batch {
            first,
            last: pending.unwrap_or(range.last),
            end: range.last + 1,
            bronze: self.bronze.finish(),
            silver: (silver_rows > 0).then_some(silver),
            watermark_before: range.watermark_before,
            watermark_after: self.watermark,
            counts: std::mem::take(&mut self.counts),
        })
    }

    fn open_buffers(&mut self) {
        if self.bronze.is_empty() {
            self.landing.bronze().write_header(&mut self.bronze);
            self.landing.silver().write_header(&mut self.silver);
        }
    }

    fn land(&mut self, record: &Record<'_>) -> Result<(), Refusal> {
        if self.skip.contains(&record.offset) {
            self.write_bronze(record, &Bronze::skipped(record), 0);
            self.counts.skipped += 1;
            return Ok(());
        }
        match self.landing {
            Landing::Users(decoder) => self.write(record, &decoder.decode(record)?, table::user::write),
            Landing::Events(decoder) => self.write(record, &decoder.decode(record)?, table::event::write),
        }
        Ok(())
    }

    fn write<Row>(
        &mut self,
        record: &Record<'_>,
        landed: &Landed<'_, Row>,
        write_silver: impl Fn(&mut RowBuffer, &Row, u64),
    ) {
        let status = landed.bronze.status;
        let version = self.version(status, landed.version);
        self.write_bronze(record, &landed.bronze, version);
        if let Some(row) = &landed.silver {
            write_silver(&mut self.silver, row, version);
        }
        self.count(status, landed.defaulted);
    }

    /// A tombstone tells nothing about its source; every other record has a version.
    fn version(&mut self, status: Status, position: Option<u64>) -> u64 {
        if status == Status::Tombstone { 0 } else { self.watermark.version(position) }
    }

    fn write_bronze(&mut self, record: &Record<'_>, row: &Bronze<'_>, version: u64) {
        match self.landing {
            Landing::Users(_) => bronze::write_with_before(&mut self.bronze, record, row, version),
            Landing::Events(_) => bronze::write(&mut self.bronze, record, row, version),
        }
    }

    fn count(&mut self, status: Status, defaulted: u32) {
        self.counts.defaulted += u64::from(defaulted);
        match status {
            Status::Ok => self.counts.silver_rows += 1,
            Status::Tombstone => self.counts.tombstones += 1,
            Status::NoDocument => self.counts.without_document += 1,
            Status::Truncate | Status::Skipped => self.counts.skipped += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TimestampUnit;

    fn former(skip: &[i64]) -> Former {
        let landing = Landing::Events(event::Decoder { timestamp_unit: TimestampUnit::Milliseconds });
        Former::new(landing, Limits::default(), skip.iter().copied().collect(), Watermark::default())
    }

    fn add(former: &mut Former, offset: i64, value: Option<&str>) -> Result<()> {
        let key = br#"{"id":"7"}"#;
        let record = Record {
            topic: "t",
            partition: 0,
            offset,
            timestamp_ms: 0,
            key: Some(key),
            value: value.map(str::as_bytes),
        };
        former.add(&record, Instant::now())
    }

    fn event(op: &str, ts_ms: i64, ord: i32) -> String {
        format!(
            r#"{{"after":"{{\"_id\": 7}}","source":{{"connector":"mongodb","ts_ms":{ts_ms},"ord":{ord}}},"op":"{op}"}}"#
        )
    }

    #[test]
    fn a_batch_knows_its_range_and_its_watermarks() {
        let mut former = former(&[]);
        add(&mut former, 4, Some(&event("c", 9_000, 1))).unwrap();
        add(&mut former, 6, None).unwrap();
        let batch = former.finish(3, None).unwrap();
        assert_eq!((batch.first, batch.last, batch.end), (3, 6, 7));
        assert_eq!(batch.watermark_before, Watermark(0));
        assert_eq!(batch.watermark_after, Watermark(9 << 32 | 1));
        assert_eq!((batch.counts.records, batch.counts.tombstones, batch.counts.silver_rows), (2, 1, 1));
        assert!(former.finish(7, None).is_none());
    }

    #[test]
    fn a_refused_record_leaves_the_batch_as_it_was() {
        let mut former = former(&[]);
        add(&mut former, 4, Some(&event("c", 9_000, 1))).unwrap();
        let bytes = former.bronze.len();
        add(&mut former, 5, Some("not ours")).unwrap_err();
        assert_eq!((former.bronze.len(), former.last()), (bytes, Some(4)));
    }

    #[test]
    fn a_skipped_record_is_bronze_only() {
        let mut former = former(&[5]);
        add(&mut former, 5, Some("not ours")).unwrap();
        let batch = former.finish(5, None).unwrap();
        assert!(batch.silver.is_none());
        assert_eq!(batch.counts.skipped, 1);
        assert!(batch.bronze.windows(8).any(|window| window == b"not ours"));
    }

    #[test]
    fn rebuilding_a_range_gives_the_same_bytes() {
        let build = || {
            let mut former = former(&[]);
            add(&mut former, 1, Some(&event("r", 0, -1))).unwrap();
            add(&mut former, 2, Some(&event("u", 3_000, 2))).unwrap();
            add(&mut former, 3, Some(&event("r", 0, -1))).unwrap();
            former.finish(1, Some(9)).unwrap()
        };
        let (one, two) = (build(), build());
        assert_eq!((one.first, one.last, one.end), (1, 9, 4));
        assert_eq!((one.bronze, one.silver), (two.bronze, two.silver));
    }
}
