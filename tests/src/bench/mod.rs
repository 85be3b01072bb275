//! Throughput side by side: one write-ahead log, one reader after the other, and no figure unless the records are equal.
//!
//! Every side has a replication slot of its own, made before the load, so that all of them drain the very same log. A rate
//! is records over the time between the first and the last record: by the broker's append times, or for readers without a
//! broker by the life of their process. CPU is user and system time of the reader, of PostgreSQL and of the broker.

mod compare;
mod cost;
pub mod latency;
mod load;
mod reader;
mod report;
mod run;
mod side;

pub use load::{LOADS, Load};
pub use report::Report;
pub use run::{Options, run};
