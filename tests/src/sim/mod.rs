//! Random schedules of failures through the core of `capture`, without threads, network or clock.
//!
//! A schedule is a source's log, a broker, an offset store and several incarnations of a task between them. It decides at
//! random what happens next: a change is read, a record is appended, acknowledged or refused, an offset is stored or not,
//! the process crashes or is stopped. After every step [`model`] checks what must always hold; at the end nothing may be
//! lost. The same seed gives the same schedule.

#[cfg(test)]
mod faulty;
mod log;
mod model;
mod random;
mod run;
mod schedule;

pub use random::Random;
pub use run::{Options, Outcome, run};
