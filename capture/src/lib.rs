//! Databases to Kafka, as Debezium on Kafka Connect would write it.
//!
//! The journey of one change, a stop per folder:
//!
//! ```text
//! wire bytes -> direct plan -> record bytes -> producer -> ledger -> stored offset -> feedback to the source
//! ```
//!
//! * [`source`] reads a database's log and its snapshot: `source::postgres`, `source::mongodb`.
//! * [`direct`] turns one row's wire bytes into one record's bytes by a plan compiled once per relation.
//! * [`convert`] holds the texts of foreign formats: BSON as the Java driver's JSON, numbers as Java prints them.
//! * [`core`] is the state machine that decides when to read, store and confirm; it does no I/O.
//! * [`kafka`] sends records and settles acknowledgements; [`store`] keeps configs, offsets and status.
//! * [`pipeline`] is one task: it alone knows both the source and Kafka.
//! * [`worker`] and [`rest`] are the Connect worker around the tasks.
//!
//! Imports follow the data: `model` uses nobody, sources never see Kafka, Kafka never sees a database.

pub mod cli;
pub mod config;
pub mod convert;
pub mod core;
pub mod direct;
pub mod error;
pub mod kafka;
pub mod model;
pub mod pipeline;
pub mod rest;
pub mod source;
pub mod store;
pub mod telemetry;
pub mod worker;
