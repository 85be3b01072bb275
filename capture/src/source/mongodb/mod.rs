//! MongoDB: a snapshot of the captured collections, then the change stream.
//!
//! A reader on its own thread pulls raw batches ahead (`reader`, with `snapshot` and `stream` as its two phases); the
//! task's thread turns each document into a record (`encode`) without building it.

mod batch;
pub mod config;
mod connect;
mod encode;
mod error;
mod filter;
mod keys;
mod open;
mod pipeline;
pub mod position;
mod reader;
mod snapshot;
mod stream;

pub use open::MongoSource;
