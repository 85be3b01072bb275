//! Silver of the PostgreSQL table `users`.

use super::row_binary::RowBuffer;
use super::shape::{INGESTED_AT, Shape, sent};
use crate::decode::user::UserRow;

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

pub fn write(buffer: &mut RowBuffer, row: &UserRow<'_>, version: u64) {
    buffer.i32(row.user_id);
    buffer.text(&row.full_name);
    buffer.text(&row.email);
    buffer.u32(row.updated_at);
    buffer.u64(version);
    buffer.u8(u8::from(row.is_deleted));
    buffer.end_row();
}
