//! The cache folder: one folder per component and version, complete when its marker says so, written under a lock.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::component::{Component, KAFKA_JARS, Package};

const MARKER: &str = ".complete";

/// The top of the checkout that this rig was built from.
pub fn checkout() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// `$TAILRACE_CACHE`, or `.cache` at the top of the checkout.
fn root() -> PathBuf {
    std::env::var_os("TAILRACE_CACHE").map_or_else(|| checkout().join(".cache"), PathBuf::from)
}

/// The place of one component in the cache.
#[derive(Debug)]
pub struct Slot {
    component: Component,
    folder: PathBuf,
}

impl Slot {
    pub fn of(component: Component) -> Result<Self> {
        let root = root();
        std::fs::create_dir_all(&root)
            .with_context(|| format!("cannot create the cache {}: set TAILRACE_CACHE", root.display()))?;
        let root = root.canonicalize().with_context(|| format!("cannot resolve {}", root.display()))?;
        let folder = root.join(format!("{component}-{}", component.pin().version));
        Ok(Self { component, folder })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Archives and half-done work, kept between attempts.
    pub fn workshop(&self) -> PathBuf {
        self.folder.with_file_name(format!(".work-{}-{}", self.component, self.component.pin().version))
    }

    pub fn is_complete(&self) -> bool {
        std::fs::read_to_string(self.folder.join(MARKER)).is_ok_and(|marker| marker == self.marker())
    }

    pub fn write_marker(&self, folder: &Path) -> Result<()> {
        std::fs::write(folder.join(MARKER), self.marker())
            .with_context(|| format!("cannot write the marker of {}", self.component))
    }

    /// Waits until no other process provisions this component. Released when dropped.
    pub fn lock(&self) -> Result<File> {
        let path = self.folder.with_file_name(format!(".lock-{}", self.component));
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        Ok(file)
    }

    fn marker(&self) -> String {
        let pin = self.component.pin();
        let checksum = match pin.package {
            Package::Jars => super::archive::sha256_of_bytes(KAFKA_JARS.as_bytes()),
            Package::Archive(archive) => archive.sha256.to_owned(),
        };
        format!("{} {checksum}\n", pin.version)
    }
}
