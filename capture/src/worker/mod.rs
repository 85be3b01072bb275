//! The Connect worker: which connectors are wanted, which tasks run, and what is told about them.
//!
//! `herder` decides without I/O, `supervisor` carries out, `changes` is what the REST API may ask for, `run` is the process.

mod builtin;
mod changes;
mod connectors;
mod files;
mod herder;
mod run;
mod shared;
mod supervisor;
mod task;

pub use builtin::Builtin;
pub use changes::{Put, Refusal};
pub use connectors::{Connectors, Plugin, RunningTask};
pub use files::read as read_connector_file;
pub use run::{Arguments, run, stop_signal};
pub use shared::{Health, Worker};
