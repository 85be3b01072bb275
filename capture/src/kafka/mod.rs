//! Kafka: client properties, the producer, compacted topics as maps. Knows no database.

pub mod admin;
pub mod client;
pub mod log;
mod tail;
mod writer;
