//! Faults around the PostgreSQL connector: kill -9 of the worker, connections cut or silent, a server that crashes, a broker
//! that is away, a slot that is gone; while a snapshot, the log or an incremental snapshot is read. [`book`] holds what must
//! come out, whatever happens.

mod book;
mod fault;
mod report;
mod run;
mod stage;

pub use book::Sums;
pub use report::Report;
pub use run::{Options, run};
pub use stage::Windows;
