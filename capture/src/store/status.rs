//! The status topic: states of connectors and tasks, and the topics that connectors have written to.

use crate::kafka::log::{Apply, Entry};
use crate::model::json_text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whose state a record tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Connector(String),
    Task(String, u32),
}

/// A state as `/status` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED or RESTARTING.
    pub state: String,
    pub trace: Option<String>,
    pub worker_id: String,
    /// Grows when another worker takes over.
    pub generation: i64,
}

impl Subject {
    pub fn key(&self) -> String {
        match self {
            Self::Connector(name) => format!("status-connector-{name}"),
            Self::Task(name, task) => format!("status-task-{name}-{task}"),
        }
    }

    fn parse(key: &str) -> Option<Self> {
        if let Some(name) = key.strip_prefix("status-connector-") {
            return Some(Self::Connector(name.to_owned()));
        }
        let (name, task) = key.strip_prefix("status-task-")?.rsplit_once('-')?;
        Some(Self::Task(name.to_owned(), task.parse().ok()?))
    }
}

impl Status {
    /// `{"state":..,"trace":..,"worker_id":..,"generation":..}` in Java's order of members.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = b"{\"state\":".to_vec();
        json_text::write(&mut out, self.state.as_bytes());
        out.extend_from_slice(b",\"trace\":");
        match &self.trace {
            Some(trace) => json_text::write(&mut out, trace.as_bytes()),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"worker_id\":");
        json_text::write(&mut out, self.worker_id.as_bytes());
        out.extend_from_slice(format!(",\"generation\":{}}}", self.generation).as_bytes());
        out
    }

    fn parse(value: &[u8]) -> Option<Self> {
        let record: Value = serde_json::from_slice(value).ok()?;
        Some(Self {
            state: record.get("state")?.as_str()?.to_owned(),
            trace: record.get("trace").and_then(Value::as_str).map(str::to_owned),
            worker_id: record.get("worker_id")?.as_str()?.to_owned(),
            generation: record.get("generation")?.as_i64()?,
        })
    }
}

/// Everything the topic says.
#[derive(Debug, Default)]
pub struct Statuses {
    connectors: BTreeMap<String, Status>,
    tasks: BTreeMap<String, BTreeMap<u32, Status>>,
    /// By connector.
    topics: BTreeMap<String, BTreeSet<String>>,
    highest_generation: i64,
}

impl Statuses {
    pub fn connector(&self, name: &str) -> Option<&Status> {
        self.connectors.get(name)
    }

    pub fn task(&self, name: &str, task: u32) -> Option<&Status> {
        self.tasks.get(name)?.get(&task)
    }

    /// In the order of their numbers.
    pub fn tasks(&self, name: &str) -> Vec<(u32, Status)> {
        self.tasks.get(name).into_iter().flatten().map(|(n, s)| (*n, s.clone())).collect()
    }

    pub fn topics(&self, name: &str) -> Vec<String> {
        self.topics.get(name).into_iter().flatten().cloned().collect()
    }

    /// Connectors that the topic still tells of, though they may be gone.
    pub fn connector_names(&self) -> BTreeSet<String> {
        self.connectors.keys().chain(self.tasks.keys()).chain(self.topics.keys()).cloned().collect()
    }

    pub fn highest_generation(&self) -> i64 {
        self.highest_generation
    }

    fn set(&mut self, subject: Subject, status: Option<Status>) {
        if let Some(status) = &status {
            self.highest_generation = self.highest_generation.max(status.generation);
        }
        match (subject, status) {
            (Subject::Connector(name), Some(status)) => drop(self.connectors.insert(name, status)),
            (Subject::Connector(name), None) => drop(self.connectors.remove(&name)),
            (Subject::Task(name, task), Some(status)) => drop(self.tasks.entry(name).or_default().insert(task, status)),
            (Subject::Task(name, task), None) => {
                if let Some(tasks) = self.tasks.get_mut(&name) {
                    tasks.remove(&task);
                    if tasks.is_empty() {
                        self.tasks.remove(&name);
                    }
                }
            }
        }
    }

    fn set_topic(&mut self, key: &str, present: bool) {
        let Some((topic, connector)) = key.split_once(":connector-") else { return };
        let topics = self.topics.entry(connector.to_owned()).or_default();
        if present {
            topics.insert(topic.to_owned());
        } else {
            topics.remove(topic);
        }
        if topics.is_empty() {
            self.topics.remove(connector);
        }
    }
}

/// Key of the record that says that a connector writes to a topic.
pub fn topic_key(topic: &str, connector: &str) -> String {
    format!("status-topic-{topic}:connector-{connector}")
}

impl Apply for Statuses {
    fn apply(&mut self, entry: &Entry<'_>) {
        let Some(key) = entry.key.and_then(|k| std::str::from_utf8(k).ok()) else {
            return tracing::error!(offset = entry.offset, "status record has no readable key, left out");
        };
        if let Some(rest) = key.strip_prefix("status-topic-") {
            return self.set_topic(rest, entry.value.is_some());
        }
        let Some(subject) = Subject::parse(key) else {
            return tracing::error!(key, offset = entry.offset, "status record has a key of another form, left out");
        };
        match entry.value.map(Status::parse) {
            None => self.set(subject, None),
            Some(Some(status)) => self.set(subject, Some(status)),
            Some(None) => tracing::error!(key, offset = entry.offset, "status record cannot be read, left out"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(statuses: &mut Statuses, key: &str, value: Option<&[u8]>) {
        statuses.apply(&Entry { partition: 0, offset: 0, timestamp_ms: None, key: Some(key.as_bytes()), value });
    }

    #[test]
    fn records_are_javas_and_read_back() {
        let running = Status { state: "RUNNING".into(), trace: None, worker_id: "h:8083".into(), generation: 7 };
        let text = br#"{"state":"RUNNING","trace":null,"worker_id":"h:8083","generation":7}"#;
        assert_eq!(running.to_json(), text);
        let failed = Status { state: "FAILED".into(), trace: Some("a\n\"b\"".into()), ..running.clone() };
        let mut statuses = Statuses::default();
        apply(&mut statuses, &Subject::Connector("a-b".into()).key(), Some(text));
        apply(&mut statuses, &Subject::Task("a-b".into(), 3).key(), Some(&failed.to_json()));
        assert_eq!(statuses.connector("a-b"), Some(&running));
        assert_eq!(statuses.tasks("a-b"), [(3, failed)]);
        assert_eq!(statuses.highest_generation(), 7);
        apply(&mut statuses, "status-task-a-b-3", None);
        apply(&mut statuses, "status-connector-a-b", None);
        assert!(statuses.connector_names().is_empty());
    }

    #[test]
    fn topics_of_a_connector() {
        let mut statuses = Statuses::default();
        let record = br#"{"topic":{"name":"p.t","connector":"pg","task":0,"discoverTimestamp":1}}"#;
        apply(&mut statuses, &topic_key("p.t", "pg"), Some(record));
        assert_eq!(statuses.topics("pg"), ["p.t"]);
        apply(&mut statuses, &topic_key("p.t", "pg"), None);
        assert!(statuses.topics("pg").is_empty());
    }

    #[test]
    fn unreadable_records_are_left_out() {
        let mut statuses = Statuses::default();
        for (key, value) in
            [("status-connector-a", "x"), ("status-task-a", "{}"), ("other", "{}"), ("status-task-a-0", "{}")]
        {
            apply(&mut statuses, key, Some(value.as_bytes()));
        }
        assert!(statuses.connector_names().is_empty());
    }
}
