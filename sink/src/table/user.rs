//! Tables of the PostgreSQL table `users`.

use super::row_binary::RowBuffer;
use super::shape::{INGESTED_AT, Shape, sent};
use crate::consume::Record;
use crate::decode::Bronze;
use crate::decode::user::UserRow;

pub const BRONZE: Shape = Shape {
    columns: &[
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
    ],
    engine: "ReplacingMergeTree",
    order_by: "(_topic, _partition, _offset)",
};

pub const SILVER: Shape = Shape {
    columns: &[
        sent("user_id", "Int32"),
        sent("full_name", "String"),
        sent("email", "String"),
        sent("updated_at", "DateTime"),
        sent("_version", "UInt64"),
        sent("is_deleted", "UInt8"),
        INGESTED_AT,
    ],
    engine: "ReplacingMergeTree(_version, is_deleted)",
    order_by: "user_id",
};

pub fn write_bronze(buffer: &mut RowBuffer, record: &Record<'_>, bronze: &Bronze<'_>, version: u64) {
    buffer.bytes(bronze.before);
    super::event::write_bronze(buffer, record, bronze, version);
}

pub fn write_silver(buffer: &mut RowBuffer, row: &UserRow<'_>, version: u64) {
    buffer.i32(row.user_id);
    buffer.text(&row.full_name);
    buffer.text(&row.email);
    buffer.u32(row.updated_at);
    buffer.u64(version);
    buffer.u8(u8::from(row.is_deleted));
    buffer.end_row();
}
