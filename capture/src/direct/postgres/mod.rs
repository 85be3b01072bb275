//! PostgreSQL rows to Debezium's records.

mod column;
mod default;
mod encoder;
mod envelope;
mod options;
mod plan;
mod source;
mod writer;

pub use encoder::Encoder;
pub use options::Options;
pub use source::Source;
