//! The live comparison with the real Debezium: one workload, two engines, two brokers, every byte.

mod alignment;
pub mod mask;
mod report;
mod run;
mod side;
pub mod span;
mod value;
mod workload;

pub use report::{Difference, Report};
pub use run::{Comparison, compare};
