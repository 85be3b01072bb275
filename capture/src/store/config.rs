//! The config topic: connectors, their tasks and their target states, as a Java worker writes them.

mod records;
#[cfg(test)]
mod tests;

pub use records::{connector, parse_target, target_state, task, tasks_commit};

use super::java_map::JavaMap;
use crate::kafka::log::{Apply, Entry};
use records::Key;
use std::collections::BTreeMap;

/// What a connector is wanted to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Target {
    #[default]
    Started,
    Paused,
    Stopped,
}

/// One connector as the topic has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// As written, with placeholders, in the order of a Java worker's answer.
    pub config: JavaMap,
    pub target: Target,
    /// Offset of the record that holds `config`: a larger one is a newer configuration.
    pub revision: i64,
}

/// The tasks last committed for a connector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tasks {
    pub configs: Vec<JavaMap>,
    /// False where a commit named more tasks than were written: they must be written again.
    pub consistent: bool,
}

/// Everything the topic says.
#[derive(Debug, Default)]
pub struct Configs {
    connectors: BTreeMap<String, Connector>,
    targets: BTreeMap<String, Target>,
    tasks: BTreeMap<String, Tasks>,
    /// Task records count only once a commit record follows.
    uncommitted: BTreeMap<String, BTreeMap<u32, JavaMap>>,
}

impl Configs {
    pub fn names(&self) -> Vec<String> {
        self.connectors.keys().cloned().collect()
    }

    pub fn connector(&self, name: &str) -> Option<&Connector> {
        self.connectors.get(name)
    }

    pub fn connectors(&self) -> &BTreeMap<String, Connector> {
        &self.connectors
    }

    pub fn tasks(&self, name: &str) -> Option<&Tasks> {
        self.tasks.get(name).filter(|_| self.connectors.contains_key(name))
    }

    fn set_connector(&mut self, name: &str, value: Option<&[u8]>, offset: i64) {
        let Some(value) = value else {
            self.connectors.remove(name);
            self.uncommitted.remove(name);
            self.tasks.remove(name);
            self.targets.remove(name);
            return;
        };
        match records::properties(value) {
            Some(config) => {
                let target = self.targets.get(name).copied().unwrap_or_default();
                self.connectors.insert(name.to_owned(), Connector { config, target, revision: offset });
            }
            None => {
                tracing::error!(connector = name, offset, "config record is not a connector configuration, left out")
            }
        }
    }

    fn set_target(&mut self, name: &str, value: Option<&[u8]>, offset: i64) {
        let target = match value.map(records::parse_target) {
            None => Target::Started,
            Some(Some(target)) => target,
            Some(None) => {
                return tracing::error!(connector = name, offset, "config record is not a target state, left out");
            }
        };
        self.targets.insert(name.to_owned(), target);
        if let Some(connector) = self.connectors.get_mut(name) {
            connector.target = target;
        }
    }

    fn commit_tasks(&mut self, name: &str, value: Option<&[u8]>, offset: i64) {
        let Some(count) = value.and_then(records::task_count) else {
            return tracing::error!(connector = name, offset, "config record is not a commit of tasks, left out");
        };
        let written = self.uncommitted.remove(name).unwrap_or_default();
        // like Java: new records replace old ones one by one, and a commit cuts or reveals a gap
        let mut known: BTreeMap<u32, JavaMap> = BTreeMap::new();
        if let Some(old) = self.tasks.remove(name) {
            known.extend((0..).zip(old.configs));
        }
        known.extend(written);
        let configs: Vec<JavaMap> = (0..count).map_while(|i| known.remove(&i)).collect();
        let consistent = configs.len() == count as usize;
        self.tasks.insert(name.to_owned(), Tasks { configs, consistent });
    }
}

impl Apply for Configs {
    fn apply(&mut self, entry: &Entry<'_>) {
        let Some(key) = entry.key.and_then(|k| std::str::from_utf8(k).ok()) else {
            return tracing::error!(offset = entry.offset, "config record has no readable key, left out");
        };
        match Key::parse(key) {
            Some(Key::Connector(name)) => self.set_connector(name, entry.value, entry.offset),
            Some(Key::Target(name)) => self.set_target(name, entry.value, entry.offset),
            Some(Key::Commit(name)) => self.commit_tasks(name, entry.value, entry.offset),
            Some(Key::Task(name, task)) => {
                let Some(config) = entry.value.and_then(records::properties) else {
                    return tracing::error!(key, offset = entry.offset, "config record is not a task's, left out");
                };
                self.uncommitted.entry(name.to_owned()).or_default().insert(task, config);
            }
            // restarts, session keys, fencing and log levels are between Java workers of one group
            None => tracing::debug!(key, "config record of another kind passed over"),
        }
    }
}
