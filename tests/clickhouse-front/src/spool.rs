//! Data of an INSERT on its way to the engine: a file that lives as long as the statement.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder of such files.
pub struct Spool {
    folder: PathBuf,
    next: AtomicU64,
}

impl Spool {
    /// Empties the folder: what is there was left by a process that was killed, since the engine's lock is ours.
    pub fn open(data: &Path) -> io::Result<Spool> {
        let folder = fs::canonicalize(data)?.join("front_inserts");
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&folder)?,
        }
        Ok(Spool { folder, next: AtomicU64::new(0) })
    }

    pub fn write(&self, data: &[u8]) -> io::Result<Spooled> {
        let path = self.folder.join(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        let spooled = Spooled { path };
        fs::write(&spooled.path, data)?;
        Ok(spooled)
    }
}

pub struct Spooled {
    path: PathBuf,
}

impl Spooled {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path.display(), %error, "insert file not removed");
        }
    }
}
