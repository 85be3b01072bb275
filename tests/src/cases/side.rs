//! One side of one case while it is played: its connector, its slot, and what it has sent so far.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::names::{Names, Role};
use super::stage::Side;
use crate::kafka::Reader;
use crate::{Answer, Message};

pub struct Actor<'a> {
    pub role: Role,
    side: &'a Side,
    names: &'a Names,
    config: Value,
    /// The file of signals, which the connector reads where it is set so.
    signals: PathBuf,
    reader: Reader,
}

impl<'a> Actor<'a> {
    pub fn new(role: Role, side: &'a Side, names: &'a Names, config: Value) -> Result<Self> {
        let signals = side.folder.join(format!("{}-{}.signals", names.id(), role.name()));
        let text = config.to_string();
        let text = text.replace("{signals}", &signals.to_string_lossy()).replace("{broker}", &side.kafka.bootstrap());
        let config = serde_json::from_str(&text).context("a name does not fit into the settings")?;
        Ok(Self { role, side, names, config, signals, reader: side.kafka.reader()? })
    }

    /// A new line in the file of signals, if there is one.
    pub fn signal_by_file(&self, object: &str) -> Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.signals)?;
        let object = self.names.fill(object, self.role);
        Ok(file.write_all(format!("{object}\n").as_bytes())?)
    }

    /// A new record of the topic of signals.
    pub fn signal_by_topic(&self, object: &str) -> Result<()> {
        let (topic, object) = (format!("{}-signal", self.names.id()), self.names.fill(object, self.role));
        self.side.kafka.send(&topic, Some(self.names.id().as_bytes()), Some(object.as_bytes()))
    }

    /// How many records a topic holds, whose name is without its prefix.
    pub fn count(&self, topic: &str) -> Result<usize> {
        let topic = format!("{}.{topic}", self.names.id());
        if self.topics()?.contains(&topic) { self.reader.count(&topic) } else { Ok(0) }
    }

    pub fn slot(&self) -> &str {
        self.config["slot.name"].as_str().unwrap_or("debezium")
    }

    pub fn prepare_topic(&self, name: &str, partitions: i32) -> Result<()> {
        self.side.kafka.create_topic(name, partitions, &[])
    }

    /// Hands the connector to the worker, whatever that answers.
    pub fn offer(&self) -> Result<Answer> {
        let body = json!({"name": self.names.id(), "config": self.config});
        self.side.worker.call("POST", "/connectors", Some(&body))
    }

    pub fn create(&self) -> Result<()> {
        self.side.worker.create(self.names.id(), &self.config)
    }

    pub fn stop(&self) -> Result<()> {
        self.order("PUT", "stop")
    }

    pub fn resume(&self) -> Result<()> {
        self.order("PUT", "resume")
    }

    fn order(&self, method: &str, verb: &str) -> Result<()> {
        let path = format!("/connectors/{}/{verb}", self.names.id());
        let answer = self.side.worker.call(method, &path, None)?;
        anyhow::ensure!(answer.status < 300, "{method} {path}: the worker answered {}: {}", answer.status, answer.text);
        Ok(())
    }

    /// Removes the connector; a case that never made one has none.
    pub fn delete(&self) -> Result<()> {
        self.side.worker.call("DELETE", &format!("/connectors/{}", self.names.id()), None).map(drop)
    }

    /// An error if the task has failed, with the first line of its trace.
    pub fn check(&self) -> Result<()> {
        match self.failure() {
            Some(trace) => anyhow::bail!("the task failed: {trace}"),
            None => Ok(()),
        }
    }

    /// The first line of a failed task's trace, without the names that only this side has.
    pub fn failure(&self) -> Option<String> {
        let status = self.side.worker.status(self.names.id()).ok()?;
        let part = [&status["tasks"][0], &status["connector"]].into_iter().find(|part| part["state"] == "FAILED")?;
        let trace = part["trace"].as_str().unwrap_or_default();
        Some(self.names.forget(trace.lines().next().unwrap_or_default(), self.role))
    }

    /// Whether the connector has no task any more.
    pub fn is_stopped(&self) -> bool {
        let Ok(status) = self.side.worker.status(self.names.id()) else { return false };
        status["connector"]["state"] == "STOPPED" && status["tasks"].as_array().is_none_or(Vec::is_empty)
    }

    pub fn topics(&self) -> Result<Vec<String>> {
        Ok(self.reader.topics()?.into_iter().filter(|topic| self.names.owns(topic)).collect())
    }

    /// How many records each topic of the case holds.
    pub fn counts(&self) -> Result<BTreeMap<String, usize>> {
        self.topics()?.into_iter().map(|topic| Ok((topic.clone(), self.reader.count(&topic)?))).collect()
    }

    /// How many changes of the runner's own table have arrived.
    pub fn sentinels(&self) -> Result<usize> {
        let topics = self.topics()?.into_iter().filter(|topic| self.names.is_sentinel(topic));
        topics.map(|topic| self.reader.count(&topic)).sum()
    }

    pub fn read(&self, topic: &str) -> Result<Vec<Message>> {
        self.reader.read(topic)
    }

    /// The last offset that is stored under each key of the connector.
    pub fn offsets(&self) -> Result<BTreeMap<String, Value>> {
        let mine = format!("[\"{}\",", self.names.id());
        let mut offsets = BTreeMap::new();
        for message in self.reader.read(&self.side.offsets_topic())? {
            let key = message.key_text();
            if key.starts_with(&mine) {
                offsets.insert(key, message.json().context("an offset is no JSON")?);
            }
        }
        Ok(offsets)
    }
}
