//! Kafka to ClickHouse: lands change events in bronze and silver tables, each event effectively once.
//!
//! The journey of one record, in the order of the folders:
//! [`consume`] polls the broker and hands each partition's records to its owner; [`decode`] reads a Debezium
//! envelope into a row and its version; [`table`] knows the tables, their columns and a row's bytes; [`batch`] gathers
//! rows and names the batch; [`insert`] sends it until ClickHouse has acknowledged it; [`commit`] writes the intent
//! before and the progress after. A folder uses only those before it. [`owner`] is the one task per partition that runs
//! these steps, [`run`] is the process around them.
//!
//! Not promised: that several tables or partitions become visible at once, and that reads without `FINAL` stay
//! exact once a table's deduplication window has passed.

pub mod batch;
pub mod cli;
pub mod commit;
pub mod config;
pub mod consume;
pub mod decode;
pub mod error;
pub mod insert;
pub mod owner;
pub mod record_id;
pub mod retry;
pub mod run;
pub mod secret;
pub mod table;
