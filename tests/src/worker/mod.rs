//! A Connect worker, Java's or ours: one properties file, one REST interface, one way to treat both.

mod properties;
mod running;

pub use properties::{Engine, WorkerBuilder};
pub use running::Worker;
