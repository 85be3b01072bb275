//! Where our own programs are: in `target/release`, or in `$TAILRACE_BIN_DIR`.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::provision::checkout;

/// The path of a program of ours, which has to be built already.
pub fn binary(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("TAILRACE_BIN_DIR");
    let folder = folder.map_or_else(|| checkout().join("target/release"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        bail!("{} is not built: run `make build`, or set TAILRACE_BIN_DIR", path.display());
    }
    Ok(path)
}
