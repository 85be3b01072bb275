//! Kafka: client properties, the producer, compacted topics as maps. Knows no database.

pub mod admin;
pub mod client;
mod entry;
pub mod inbox;
pub mod log;
pub mod producer;
mod tail;
mod writer;
