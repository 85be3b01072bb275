//! Offsets in a file, for `capture tail`: written beside, synced, then renamed over the old one.

use super::offset::OffsetStore;
use crate::error::{Error, Result};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

pub struct FileStore {
    path: PathBuf,
    /// The source partition as JSON text: one file may serve several sources.
    partition: String,
    outcome: Option<Result<()>>,
}

type Content = BTreeMap<String, Box<RawValue>>;

impl FileStore {
    pub fn new(path: impl Into<PathBuf>, partition: &str) -> Self {
        Self { path: path.into(), partition: partition.to_owned(), outcome: None }
    }

    fn read(&self) -> Result<Content> {
        match fs::read_to_string(&self.path) {
            Ok(text) => serde_json::from_str(&text).map_err(|e| {
                Error::definite(format!("offset file {} is damaged", self.path.display()))
                    .caused_by(e)
                    .remedy("restore it, or delete it to take a new snapshot")
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Content::new()),
            Err(e) => Err(self.unusable(e)),
        }
    }

    fn write(&self, offset: &[u8]) -> Result<()> {
        let mut content = self.read()?;
        let text = String::from_utf8_lossy(offset).into_owned();
        let raw = RawValue::from_string(text).map_err(not_json)?;
        content.insert(self.partition.clone(), raw);
        let bytes = serde_json::to_vec_pretty(&content).map_err(not_json)?;
        replace(&self.path, &bytes).map_err(|e| self.unusable(e))
    }

    fn unusable(&self, cause: std::io::Error) -> Error {
        Error::definite(format!("cannot use offset file {}", self.path.display()))
            .caused_by(cause)
            .remedy("choose a file that can be written with --offsets")
    }
}

fn not_json(cause: serde_json::Error) -> Error {
    Error::fatal("an offset is not JSON").caused_by(cause).remedy("report it with the connector's settings")
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // the new name is durable only with its folder, and the database is told of the offset next
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

impl OffsetStore for FileStore {
    fn load(&mut self) -> Result<Option<String>> {
        Ok(self.read()?.get(&self.partition).map(|raw| raw.get().to_owned()))
    }

    fn begin(&mut self, offset: &[u8]) {
        self.outcome = Some(self.write(offset));
    }

    fn finished(&mut self) -> Option<Result<()>> {
        self.outcome.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_survive_and_partitions_do_not_mix() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets.json");
        let mut one = FileStore::new(&path, r#"{"server":"a"}"#);
        assert_eq!(one.load().unwrap(), None);
        one.begin(br#"{"lsn":1}"#);
        one.finished().unwrap().unwrap();
        let mut other = FileStore::new(&path, r#"{"server":"b"}"#);
        other.begin(br#"{"lsn":2}"#);
        other.finished().unwrap().unwrap();
        assert_eq!(FileStore::new(&path, r#"{"server":"a"}"#).load().unwrap().unwrap(), r#"{"lsn":1}"#);
    }

    #[test]
    fn any_name_will_do_and_neighbours_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let neighbour = folder.path().join("offsets.new");
        fs::write(&neighbour, "{}").unwrap();
        let mut store = FileStore::new(folder.path().join("offsets.json"), "p");
        store.begin(b"{}");
        store.finished().unwrap().unwrap();
        assert_eq!(fs::read_to_string(&neighbour).unwrap(), "{}");
    }

    #[test]
    fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets.json");
        fs::write(&path, "{\"x\":").unwrap();
        let error = FileStore::new(&path, "p").load().unwrap_err();
        assert!(error.report().contains("offsets.json is damaged"));
    }
}
