//! A case as it lies in its folder: `case.json`, `before.sql`, and maybe `during.sql`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::script::Script;
use crate::provision::{PostgresVersion, checkout};

/// A slot's name has 63 characters at most, of which some are ours.
const LONGEST_NAME: usize = 55;

/// What `case.json` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    /// What is shown, in one sentence.
    about: String,
    /// Settings beside the usual ones; null removes a usual one.
    #[serde(default)]
    connector: BTreeMap<String, Option<String>>,
    /// Whether records carry their schemas.
    #[serde(default)]
    schemas: bool,
    #[serde(default = "default_servers")]
    servers: Vec<u32>,
    /// JSON pointers of fields of keys and values that two correct engines cannot share.
    #[serde(default)]
    mask: Vec<String>,
    #[serde(default)]
    mask_reason: String,
    /// Topics that are made beforehand, without their prefix, and how many partitions they have.
    #[serde(default)]
    partitions: BTreeMap<String, i32>,
    /// Topics of which only the set of masked records is compared, since their number depends on the clock.
    #[serde(default)]
    distinct: Vec<String>,
    /// The task is expected to fail; the first line of its trace is compared too.
    #[serde(default)]
    fails: bool,
    /// The connector is expected to be refused; the answers are compared.
    #[serde(default)]
    validate: bool,
    /// Whether the connector goes on to stream; `initial_only` does not.
    #[serde(default = "default_streams")]
    streams: bool,
    /// No other case may use its server meanwhile: what is shown depends on which transactions that has.
    #[serde(default)]
    alone: bool,
    /// What is known to differ, until that is mended.
    open: Option<String>,
}

fn default_servers() -> Vec<u32> {
    vec![PostgresVersion::default().major()]
}

fn default_streams() -> bool {
    true
}

/// How a case is expected to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Snapshot, then stream.
    Streams,
    /// Snapshot only.
    Snapshots,
    /// The task fails.
    Fails,
    /// The worker refuses the connector.
    Refused,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub about: String,
    pub connector: BTreeMap<String, Option<String>>,
    pub schemas: bool,
    pub servers: Vec<PostgresVersion>,
    pub mask: Vec<Vec<String>>,
    pub partitions: BTreeMap<String, i32>,
    pub distinct: Vec<String>,
    pub course: Course,
    pub alone: bool,
    pub open: Option<String>,
    pub before: Script,
    pub during: Script,
}

impl Case {
    fn read(folder: &Path) -> Result<Self> {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let fits = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() || c == '_';
        ensure!(
            !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(fits),
            "the name of a case has digits, lower case letters and underscores only, at most {LONGEST_NAME}"
        );
        let text = std::fs::read_to_string(folder.join("case.json")).context("case.json cannot be read")?;
        let description = serde_json::from_str(&text).context("case.json does not describe a case")?;
        let script = |file: &str| -> Result<Script> {
            let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            Script::parse(&text).with_context(|| file.to_owned())
        };
        Self::of(name, description, script("before.sql")?, script("during.sql")?)
    }

    fn of(name: String, description: Description, before: Script, during: Script) -> Result<Self> {
        let Description { about, connector, schemas, servers, mask, partitions, distinct, alone, open, .. } =
            description;
        ensure!(!about.trim().is_empty(), "`about` has to say what the case shows");
        ensure!(
            (mask.is_empty() && distinct.is_empty()) || !description.mask_reason.trim().is_empty(),
            "what is masked has to be justified: say why in `mask_reason`"
        );
        ensure!(mask.iter().all(|pointer| pointer.starts_with('/')), "`mask` holds JSON pointers, which start with /");
        ensure!(before.is_plain(), "before.sql runs before there is anything to stop or start");
        let course = match (description.validate, description.fails, description.streams) {
            (true, _, _) => Course::Refused,
            (_, true, _) => Course::Fails,
            (_, _, false) => Course::Snapshots,
            _ => Course::Streams,
        };
        let servers = servers.iter().map(|major| major.to_string().parse()).collect::<Result<_>>()?;
        let mask = mask.iter().map(|pointer| pointer[1..].split('/').map(str::to_owned).collect()).collect();
        Ok(Self {
            name,
            about,
            connector,
            schemas,
            servers,
            mask,
            partitions,
            distinct,
            course,
            alone,
            open,
            before,
            during,
        })
    }
}

/// Where the cases of PostgreSQL are kept.
pub fn folder() -> PathBuf {
    checkout().join("tests/cases/postgres")
}

/// One case, wherever its folder is.
pub fn read(folder: &Path) -> Result<Case> {
    Case::read(folder).with_context(|| format!("case {}", folder.display()))
}

/// Every case whose name contains one of the patterns, by name; all of them without a pattern.
pub fn load(patterns: &[String]) -> Result<Vec<Case>> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut folders: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.sort();
    let is_wanted = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        patterns.is_empty() || patterns.iter().any(|pattern| name.contains(pattern.as_str()))
    };
    folders.iter().filter(|path| is_wanted(path)).map(|path| read(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(json: &str) -> Result<Case> {
        Case::of("x".into(), serde_json::from_str(json)?, Script::default(), Script::default())
    }

    #[test]
    fn every_committed_case_can_be_read() {
        assert!(load(&[]).unwrap().len() >= 5);
    }

    #[test]
    fn a_short_description_has_the_usual_rest() {
        let case = case(r#"{"about": "a row"}"#).unwrap();
        assert_eq!((case.course, case.servers.as_slice()), (Course::Streams, [PostgresVersion::V15].as_slice()));
        assert!(!case.schemas && case.open.is_none());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (json, part) in [
            (r#"{"about": ""}"#, "about"),
            (r#"{"about": "a", "mask": ["/ts_ms"]}"#, "mask_reason"),
            (r#"{"about": "a", "mask": ["ts_ms"], "mask_reason": "b"}"#, "JSON pointers"),
            (r#"{"about": "a", "servers": [12]}"#, "PostgreSQL 12"),
            (r#"{"about": "a", "typo": 1}"#, "typo"),
        ] {
            let error = format!("{:#}", case(json).unwrap_err());
            assert!(error.contains(part), "{error}");
        }
    }
}
