//! Silver of the MongoDB collection `events`.

use super::row_binary::RowBuffer;
use super::shape::{INGESTED_AT, Shape, sent};
use crate::decode::event::EventRow;

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

pub fn write(buffer: &mut RowBuffer, row: &EventRow<'_>, version: u64) {
    buffer.text(row.id());
    buffer.i32(row.user_id);
    buffer.text(&row.event_type);
    buffer.u32(row.timestamp);
    buffer.text(&row.metadata);
    buffer.u64(version);
    buffer.u8(u8::from(row.is_deleted));
    buffer.end_row();
}
