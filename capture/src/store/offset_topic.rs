//! The offset topic: where each source partition resumes, as Kafka Connect's framework stores it.
//!
//! A key is `["connector",{partition}]`. Keys written by another worker may order the partition's members differently, so
//! they are matched by value; the latest record wins, wherever it lies.

use super::offset::OffsetStore;
use crate::error::{Error, Result};
use crate::kafka::log::{Apply, Entry, Log, Pending, READ_BACK_TIMEOUT};
use crate::model::json_text;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Clone)]
struct Stored {
    offset: String,
    partition: i32,
    timestamp_ms: i64,
}

/// Latest offset by connector and partition; `serde_json` sorts members, so equal maps have equal text.
#[derive(Debug, Default)]
pub struct Offsets(BTreeMap<(String, String), Stored>);

impl Offsets {
    /// The stored offset as JSON text.
    pub fn get(&self, connector: &str, partition: &str) -> Option<&str> {
        let partition = canonical(partition.as_bytes())?;
        self.0.get(&(connector.to_owned(), partition)).map(|s| s.offset.as_str())
    }
}

impl Apply for Offsets {
    fn apply(&mut self, entry: &Entry<'_>) {
        let Some(key) = entry.key.and_then(parse_key) else {
            return tracing::error!(offset = entry.offset, "offset record has a key of another form, left out");
        };
        let timestamp_ms = entry.timestamp_ms.unwrap_or(0);
        // within a partition its order counts, whatever the clocks said; across partitions only they can
        let is_older = |known: &Stored| known.partition != entry.partition && known.timestamp_ms > timestamp_ms;
        if self.0.get(&key).is_some_and(is_older) {
            return;
        }
        // "null" is what a converter without schemas writes for an offset that was reset
        match entry.value.filter(|v| *v != b"null") {
            None => drop(self.0.remove(&key)),
            Some(value) => {
                let offset = String::from_utf8_lossy(value).into_owned();
                self.0.insert(key, Stored { offset, partition: entry.partition, timestamp_ms });
            }
        }
    }
}

fn parse_key(key: &[u8]) -> Option<(String, String)> {
    let parsed: Value = serde_json::from_slice(key).ok()?;
    let [Value::String(connector), partition @ Value::Object(_)] = parsed.as_array()?.as_slice() else { return None };
    Some((connector.clone(), partition.to_string()))
}

fn canonical(json: &[u8]) -> Option<String> {
    serde_json::from_slice::<Value>(json).ok().map(|v| v.to_string())
}

/// The key as Java's converter writes it: no spaces, the partition's members in the given order.
fn key_bytes(connector: &str, partition: &str) -> Vec<u8> {
    let mut out = vec![b'['];
    json_text::write(&mut out, connector.as_bytes());
    out.push(b',');
    out.extend_from_slice(partition.as_bytes());
    out.push(b']');
    out
}

/// The offset of one source partition of one connector, in the topic.
pub struct PartitionOffset {
    log: Arc<Log<Offsets>>,
    connector: String,
    partition: String,
    key: Vec<u8>,
    writing: Option<Pending>,
    /// When the write was acknowledged; [`PartitionOffset::load`] must show it before it counts as finished.
    acknowledged: Option<Instant>,
}

impl PartitionOffset {
    /// `partition` is its JSON text as the source writes it.
    pub fn new(log: Arc<Log<Offsets>>, connector: &str, partition: &str) -> Result<Self> {
        if canonical(partition.as_bytes()).is_none() {
            return Err(Error::fatal(format!("source partition of connector {connector} is not JSON")));
        }
        let key = key_bytes(connector, partition);
        Ok(Self {
            log,
            connector: connector.to_owned(),
            partition: partition.to_owned(),
            key,
            writing: None,
            acknowledged: None,
        })
    }
}

impl OffsetStore for PartitionOffset {
    fn load(&mut self) -> Result<Option<String>> {
        Ok(self.log.view().get(&self.connector, &self.partition).map(str::to_owned))
    }

    fn begin(&mut self, offset: &[u8]) {
        self.writing = Some(self.log.send(&self.key, Some(offset)));
        self.acknowledged = None;
    }

    fn finished(&mut self) -> Option<Result<()>> {
        let outcome = self.writing.as_ref()?.poll()?;
        if let Ok(position) = outcome {
            // the source is told of the offset next: a restart must not find an older one
            let since = self.acknowledged.get_or_insert_with(Instant::now);
            if !self.log.shows(position) && since.elapsed() < READ_BACK_TIMEOUT {
                return None;
            }
        }
        self.writing = None;
        Some(outcome.map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(offsets: &mut Offsets, (key, partition): (&str, i32), value: Option<&str>, timestamp_ms: i64) {
        let entry = Entry {
            partition,
            offset: 0,
            timestamp_ms: Some(timestamp_ms),
            key: Some(key.as_bytes()),
            value: value.map(str::as_bytes),
        };
        offsets.apply(&entry);
    }

    #[test]
    fn keys_have_javas_bytes() {
        assert_eq!(key_bytes("pg", r#"{"server":"postgres"}"#), br#"["pg",{"server":"postgres"}]"#);
    }

    #[test]
    fn keys_match_by_value_and_the_latest_wins() {
        let mut offsets = Offsets::default();
        let (ours, theirs) = (r#"["pg",{"a":"1","b":2}]"#, r#"["pg", {"b": 2, "a": "1"}]"#);
        apply(&mut offsets, (ours, 0), Some(r#"{"lsn":1}"#), 10);
        apply(&mut offsets, (theirs, 1), Some(r#"{"lsn":2}"#), 20);
        apply(&mut offsets, (ours, 0), Some(r#"{"lsn":0}"#), 5);
        assert_eq!(offsets.get("pg", r#"{"b":2,"a":"1"}"#), Some(r#"{"lsn":2}"#));
        assert_eq!(offsets.get("other", r#"{"b":2,"a":"1"}"#), None);
        apply(&mut offsets, (ours, 0), None, 30);
        assert_eq!(offsets.get("pg", r#"{"b":2,"a":"1"}"#), None);
    }

    #[test]
    fn a_clock_that_steps_back_hides_nothing_within_a_partition() {
        let mut offsets = Offsets::default();
        apply(&mut offsets, (r#"["pg",{"a":1}]"#, 3), Some(r#"{"lsn":1}"#), 100);
        apply(&mut offsets, (r#"["pg",{"a":1}]"#, 3), Some(r#"{"lsn":2}"#), 90);
        assert_eq!(offsets.get("pg", r#"{"a":1}"#), Some(r#"{"lsn":2}"#));
    }

    #[test]
    fn foreign_records_are_left_out() {
        let mut offsets = Offsets::default();
        for key in ["", "x", "[]", r#"["a"]"#, r#"["a",1]"#, r#"[1,{}]"#] {
            apply(&mut offsets, (key, 0), Some("{}"), 1);
        }
        assert!(offsets.0.is_empty());
    }

    #[test]
    fn a_finished_write_is_what_the_next_start_loads() {
        let cluster = rdkafka::mocking::MockCluster::new(1).unwrap();
        cluster.create_topic("o", 5, 1).unwrap();
        let map = |key: &str, value: &str| {
            crate::config::key::Map::from([
                ("bootstrap.servers".to_owned(), cluster.bootstrap_servers()),
                (key.to_owned(), value.to_owned()),
            ])
        };
        let writer = crate::kafka::log::Writer::new(&map("acks", "all")).unwrap();
        let log = Arc::new(Log::open(&map("group.id", "g"), writer, "o", 5, Offsets::default()).unwrap());
        let mut store = PartitionOffset::new(log, "pg", r#"{"server":"a"}"#).unwrap();
        for lsn in 0..20 {
            let offset = format!(r#"{{"lsn":{lsn}}}"#);
            store.begin(offset.as_bytes());
            let outcome = loop {
                match store.finished() {
                    Some(outcome) => break outcome,
                    None => std::thread::yield_now(),
                }
            };
            outcome.unwrap();
            assert_eq!(store.load().unwrap().as_deref(), Some(offset.as_str()));
        }
    }
}
