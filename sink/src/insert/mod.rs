//! ClickHouse over HTTP: statements, and inserts that are repeated until acknowledged.

mod failure;
pub mod retry;
mod settings;
mod warehouse;

pub use failure::classify;
pub use warehouse::{Warehouse, only};
