//! MongoDB: one document, or one change event, to the bytes of one record.

pub mod event;
pub mod plan;
mod schema;
