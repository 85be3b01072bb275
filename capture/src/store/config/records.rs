//! The records of the config topic, both ways.

use super::Target;
use crate::store::java_map::JavaMap;
use serde_json::Value;

/// A key of the topic; other kinds exist and mean nothing to us.
pub enum Key<'a> {
    Connector(&'a str),
    Task(&'a str, u32),
    Commit(&'a str),
    Target(&'a str),
}

impl<'a> Key<'a> {
    pub fn parse(key: &'a str) -> Option<Self> {
        if let Some(name) = key.strip_prefix("target-state-") {
            return Some(Self::Target(name));
        }
        if let Some(name) = key.strip_prefix("connector-") {
            return Some(Self::Connector(name));
        }
        if let Some(name) = key.strip_prefix("commit-") {
            return Some(Self::Commit(name));
        }
        let (name, number) = key.strip_prefix("task-")?.rsplit_once('-')?;
        Some(Self::Task(name, number.parse().ok()?))
    }
}

/// Key and value of the record of a connector's configuration.
pub fn connector(name: &str, config: &JavaMap) -> (String, Vec<u8>) {
    (format!("connector-{name}"), with_properties(config))
}

pub fn task(name: &str, task: usize, config: &JavaMap) -> (String, Vec<u8>) {
    (format!("task-{name}-{task}"), with_properties(config))
}

pub fn tasks_commit(name: &str, count: usize) -> (String, Vec<u8>) {
    (format!("commit-{name}"), format!("{{\"tasks\":{count}}}").into_bytes())
}

/// Old workers know no STOPPED: they read `state`, which then says PAUSED.
pub fn target_state(name: &str, target: Target) -> (String, Vec<u8>) {
    let (old, new) = match target {
        Target::Started => ("STARTED", "STARTED"),
        Target::Paused => ("PAUSED", "PAUSED"),
        Target::Stopped => ("PAUSED", "STOPPED"),
    };
    (format!("target-state-{name}"), format!("{{\"state\":\"{old}\",\"state.v2\":\"{new}\"}}").into_bytes())
}

fn with_properties(config: &JavaMap) -> Vec<u8> {
    let mut out = b"{\"properties\":".to_vec();
    config.write_json(&mut out);
    out.push(b'}');
    out
}

/// The `properties` of a connector or task, in the order of the Java map that a Java worker would hold them in.
pub fn properties(value: &[u8]) -> Option<JavaMap> {
    #[derive(serde::Deserialize)]
    struct Record {
        properties: JavaMap,
    }
    serde_json::from_slice::<Record>(value).ok().map(|r| r.properties.hash_order())
}

pub fn parse_target(value: &[u8]) -> Option<Target> {
    let record: Value = serde_json::from_slice(value).ok()?;
    match record.get("state.v2").or_else(|| record.get("state"))?.as_str()? {
        "STARTED" => Some(Target::Started),
        "PAUSED" => Some(Target::Paused),
        "STOPPED" => Some(Target::Stopped),
        _ => None,
    }
}

pub fn task_count(value: &[u8]) -> Option<u32> {
    let record: Value = serde_json::from_slice(value).ok()?;
    u32::try_from(record.get("tasks")?.as_u64()?).ok()
}
