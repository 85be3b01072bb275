//! The rig proved on the real components themselves, behaviours of the programs on them, and the rules of this tree.
// a test fails by panicking, its helpers too
#![allow(clippy::unwrap_used)]

mod bad_input;
mod cases;
mod catalog;
mod chaos;
mod connections;
mod corrected;
mod databases;
mod kafka;
mod on_demand;
mod rest;
mod resume;
mod shipped;
mod signals;
mod story;
mod streaming;
mod supervision;
mod systems;
mod tail;
mod takeover;
mod tidy;
