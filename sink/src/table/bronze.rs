//! The columns that both bronze tables share: the envelope's parts, and the record's own coordinates.

use super::row_binary::RowBuffer;
use super::shape::{Column, INGESTED_AT, Shape, sent};
use crate::consume::Record;
use crate::decode::Bronze;

const COLUMNS: &[Column] = &[
    sent("before", "String"),
    sent("after", "String"),
    sent("source", "String"),
    sent("op", "String"),
    sent("ts_ms", "UInt64"),
    sent("_topic", "LowCardinality(String)"),
    sent("_partition", "Int32"),
    sent("_offset", "Int64"),
    sent("_key", "String"),
    sent("_timestamp", "DateTime64(3, 'UTC')"),
    sent("_status", "LowCardinality(String)"),
    sent("_version", "UInt64"),
    INGESTED_AT,
];

/// For a source that sends old images.
pub const WITH_BEFORE: Shape = of(COLUMNS);

/// For MongoDB, whose `events_queue` never had that column.
pub const WITHOUT_BEFORE: Shape = of(COLUMNS.split_at(1).1);

const fn of(columns: &'static [Column]) -> Shape {
    Shape { columns, engine: "ReplacingMergeTree", order_by: "(_topic, _partition, _offset)" }
}

pub fn write_with_before(buffer: &mut RowBuffer, record: &Record<'_>, bronze: &Bronze<'_>, version: u64) {
    buffer.bytes(bronze.before);
    write(buffer, record, bronze, version);
}

pub fn write(buffer: &mut RowBuffer, record: &Record<'_>, bronze: &Bronze<'_>, version: u64) {
    buffer.bytes(&bronze.after);
    buffer.text(bronze.source);
    buffer.text(bronze.op);
    buffer.u64(bronze.ts_ms);
    buffer.text(record.topic);
    buffer.i32(record.partition);
    buffer.i64(record.offset);
    buffer.bytes(record.key.unwrap_or_default());
    buffer.i64(record.timestamp_ms);
    buffer.text(bronze.status.name());
    buffer.u64(version);
    buffer.end_row();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_tables_differ_in_the_old_image_only() {
        let names = |shape: &Shape| shape.columns.iter().map(|column| column.name).collect::<Vec<_>>();
        assert_eq!(names(&WITH_BEFORE)[0], "before");
        assert_eq!(names(&WITH_BEFORE)[1..], names(&WITHOUT_BEFORE));
    }
}
