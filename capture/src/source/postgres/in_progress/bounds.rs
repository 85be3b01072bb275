//! What open transactions may take.

use std::path::PathBuf;

#[derive(Debug, Clone)]
pub struct Bounds {
    pub memory_bytes: usize,
    pub spill_bytes: u64,
    /// Where their files lie.
    pub folder: PathBuf,
}
