//! Tables of the MongoDB collection `events`.

use super::row_binary::RowBuffer;
use super::shape::{INGESTED_AT, Shape, sent};
use crate::consume::Record;
use crate::decode::Bronze;
use crate::decode::event::EventRow;

pub const BRONZE: Shape = Shape {
    columns: &[
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
    ],
    engine: "ReplacingMergeTree",
    order_by: "(_topic, _partition, _offset)",
};

pub const SILVER: Shape = Shape {
    columns: &[
        sent("_id", "String"),
        sent("user_id", "Int32"),
        sent("event_type", "String"),
        sent("timestamp", "DateTime"),
        sent("metadata", "String"),
        sent("_version", "UInt64"),
        sent("is_deleted", "UInt8"),
        INGESTED_AT,
    ],
    engine: "ReplacingMergeTree(_version, is_deleted)",
    order_by: "_id",
};

pub fn write_bronze(buffer: &mut RowBuffer, record: &Record<'_>, bronze: &Bronze<'_>, version: u64) {
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

pub fn write_silver(buffer: &mut RowBuffer, row: &EventRow<'_>, version: u64) {
    buffer.text(row.id());
    buffer.i32(row.user_id);
    buffer.text(&row.event_type);
    buffer.u32(row.timestamp);
    buffer.text(&row.metadata);
    buffer.u64(version);
    buffer.u8(u8::from(row.is_deleted));
    buffer.end_row();
}
