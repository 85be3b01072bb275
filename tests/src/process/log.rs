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

/// The last lines, indented, for the end of an error message.
pub fn tail(path: &Path, lines: usize) -> String {
    let text = read_from(path, 0).unwrap_or_else(|error| format!("{error:#}"));
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].iter().map(|line| format!("  {line}\n")).collect()
}
