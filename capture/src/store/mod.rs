//! Where configs, offsets and status are kept: compacted topics for the worker, a file for `capture tail`.

pub mod file;
pub mod offset;
