//! MongoDB documents and change events to Debezium's records.

mod encoder;
pub mod event;
pub mod plan;
mod schema;
mod source;

pub use encoder::Encoder;
pub use source::Source;
