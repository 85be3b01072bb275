//! The demo: the users' whole pipeline on real components, from an empty folder to the gold table, checked at the end.

mod board;
mod deployment;
mod guide;
mod pipeline;
mod rows;
mod run;
mod seeds;
mod stack;
mod stage;

pub use run::{Demo, Stay};
pub use seeds::Instant;
