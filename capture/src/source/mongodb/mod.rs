//! MongoDB: a snapshot of the captured collections, then the change stream.
//!
//! [`reader`] pulls raw batches ahead on a thread of its own, with `snapshot` and `stream` as its two phases.

pub mod batch;
pub mod config;
mod connect;
mod error;
pub mod filter;
mod keys;
mod pipeline;
pub mod position;
pub mod reader;
mod snapshot;
mod stream;
