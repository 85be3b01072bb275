//! Folders of a rig: removed at the end, except the logs of a test that failed. A rig that was killed cannot remove
//! its own; the next one does, since the lock in it is then free.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::interrupt;

const PREFIX: &str = "tailrace-";
const LOCK: &str = ".rig-lock";

/// A folder for the data and logs of one rig.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// Held by a temporary folder that is in use.
    lock: Option<File>,
}

impl Directory {
    /// A new folder that goes away with this value.
    pub fn temporary(name: &str) -> Result<Self> {
        sweep();
        let path = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{name}-"))
            // PostgreSQL runs as another user and has to pass through
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .context("cannot create a temporary folder: check TMPDIR")?
            .keep();
        interrupt::add_directory(&path);
        let lock = lock(&path)?;
        Ok(Self { path, lock: Some(lock) })
    }

    /// A folder that stays, with what an earlier run left in it.
    pub fn fixed(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("cannot resolve {}", path.display()))?;
        Ok(Self { path, lock: None })
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
        // without it the next rig leaves the logs alone
        let _ = std::fs::remove_file(self.path.join(LOCK));
        eprintln!("rig: logs are kept in {}", self.path.display());
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.lock.is_none() {
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

fn lock(folder: &Path) -> Result<File> {
    let (unfinished, finished) = (folder.join(".rig-lock-new"), folder.join(LOCK));
    let file = File::create(&unfinished).with_context(|| format!("cannot create {}", unfinished.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", unfinished.display()))?;
    // only a lock that is held may be seen under the name that others look for
    std::fs::rename(&unfinished, &finished).with_context(|| format!("cannot create {}", finished.display()))?;
    Ok(file)
}

/// Removes what killed rigs have left.
fn sweep() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        if File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok()) {
            // best effort: it may belong to another user
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
