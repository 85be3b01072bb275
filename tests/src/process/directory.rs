//! Folders of a rig: removed at the end, except the logs of a test that failed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::interrupt;

/// A folder for the data and logs of one rig.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    temporary: bool,
}

impl Directory {
    /// A new folder that goes away with this value.
    pub fn temporary(name: &str) -> Result<Self> {
        let path = tempfile::Builder::new()
            .prefix(&format!("tailrace-{name}-"))
            // PostgreSQL runs as another user and has to pass through
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .context("cannot create a temporary folder: check TMPDIR")?
            .keep();
        interrupt::add_directory(&path);
        Ok(Self { path, temporary: true })
    }

    /// A folder that stays, with what an earlier run left in it.
    pub fn fixed(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("cannot resolve {}", path.display()))?;
        Ok(Self { path, temporary: false })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn remove_all_but_logs(&self) {
        let Ok(entries) = std::fs::read_dir(&self.path) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                // the test has failed already, so a leftover is no news
                let _ = std::fs::remove_dir_all(&path);
            }
        }
        eprintln!("rig: logs are kept in {}", self.path.display());
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if !self.temporary {
            return;
        }
        interrupt::remove_directory(&self.path);
        if std::thread::panicking() {
            return self.remove_all_but_logs();
        }
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            eprintln!("rig: {} could not be removed: {error}", self.path.display());
        }
    }
}
