//! PostgreSQL rows to Debezium's records.

mod column;
mod default;
mod disguise;
mod encoder;
mod envelope;
mod header;
mod message;
mod naming;
mod ongoing;
mod options;
mod plan;
mod source;

pub use encoder::Encoder;
pub use options::Options;
pub use source::Source;
