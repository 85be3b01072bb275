//! The PostgreSQL protocol, version 3: framing, login, plain SQL and copy-both. Knows nothing about changes.

pub mod address;
mod client_key;
pub mod codec;
pub mod copy;
mod dial;
mod pace;
pub mod query;
pub mod replication;
pub mod session;
pub mod startup;
pub mod tls;
