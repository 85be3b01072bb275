//! PostgreSQL: logical replication by `pgoutput`, and the initial snapshot.
//!
//! [`reader::Reader`] is the journey: slot and publication, snapshot, stream; it hands [`change::Change`]s on.

pub mod action;
pub mod budget;
pub mod catalog;
pub mod change;
pub mod chunks;
pub mod config;
pub mod context;
pub mod declared;
pub mod decode;
pub mod error;
pub mod failures;
pub mod feedback;
pub mod identity;
pub mod in_progress;
mod java_keys;
mod key_columns;
pub mod oid;
pub mod on_demand;
pub mod pgoutput;
pub mod position;
pub mod reach;
pub mod reader;
pub mod relation;
mod relations;
pub mod reselector;
mod seen;
pub mod slot;
pub mod snapshot;
pub mod stream;
pub mod system;
pub mod types;
pub mod visibility;
pub mod wire;
mod xmin;
