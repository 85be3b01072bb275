//! The rig proved on the real components themselves, and the behaviour of our programs on them.
// a test fails by panicking, its helpers too
#![allow(clippy::unwrap_used)]

mod bad_input;
mod chaos;
mod databases;
mod kafka;
mod rest;
mod story;
mod supervision;
mod tail;
mod takeover;
