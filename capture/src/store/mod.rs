//! Where configs, offsets and status are kept: compacted topics for the worker, a file for `capture tail`.
//!
//! The three topics hold what a Java worker's hold, in its formats, so that either can take over from the other.

pub mod config;
pub mod file;
pub mod java_map;
pub mod offset;
pub mod offset_topic;
pub mod status;
pub mod topics;
