//! The tables: their columns, the statements that follow from them, and their rows as RowBinary.
//!
//! Bronze takes the place of the Kafka-engine tables `users_queue` and `events_queue`. It keeps their names and
//! columns, so that a query on them still works, but is an ordinary table with one row per consumed record,
//! tombstones included, and the record's own coordinates. That makes it readable more than once, gives silver
//! something to be rebuilt from, and lets the sink compare its highest offset with the group's. Its order is the
//! record's place in Kafka, so that a record landed twice is one row under `FINAL`.
//!
//! Silver holds the newest row of each key. It is ordered by the key alone: a delete knows nothing else, and would
//! never meet a row that is also ordered by a column which the delete lacks.

pub mod bronze;
pub mod event;
pub mod row_binary;
mod shape;
pub mod user;

pub use shape::{Column, Shape};
