//! The rig proved on the real components themselves.
// a test fails by panicking, its helpers too
#![allow(clippy::unwrap_used)]

mod databases;
mod kafka;
mod story;
mod supervision;
