//! What a process has written so far.

use std::path::Path;

use anyhow::{Context, Result};

pub fn length(path: &Path) -> usize {
    std::fs::metadata(path).map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX))
}

pub fn read_from(path: &Path, start: usize) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned())
}
