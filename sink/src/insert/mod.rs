//! ClickHouse over HTTP: statements, inserts, and whether the tables that stand there are the ones we write.

mod ensure;
mod failure;
mod settings;
mod warehouse;

pub use ensure::ensure;
pub use warehouse::{Warehouse, only};
