//! Kafka: client properties, the producer, compacted topics as maps. Knows no database.

pub mod producer;
