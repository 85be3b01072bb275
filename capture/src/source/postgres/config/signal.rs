//! The settings of signals, notifications and incremental snapshots, typed.

use super::KEYS;
use crate::config::key::{Map, Problem, Reader};
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether inserts into the signal table are obeyed.
    pub source: bool,
    pub file: Option<String>,
    pub poll_interval: Duration,
    pub chunk_rows: usize,
    /// `insert_delete`: the first watermark is taken back, and there is no second one.
    pub deletes_watermarks: bool,
    pub notice_topic: Option<String>,
    pub logs_notices: bool,
}

impl Settings {
    /// Reads a map that [`check`] has accepted.
    pub fn parse(map: &Map) -> Self {
        let reader = Reader::new(KEYS, map);
        let has = |list: &str, word: &str| reader.list(list).iter().any(|channel| channel == word);
        let text = |name: &str| reader.text(name).map(str::to_owned);
        Self {
            source: has(CHANNELS, "source"),
            file: text("signal.file").filter(|_| has(CHANNELS, "file")),
            poll_interval: Duration::from_millis(reader.integer("signal.poll.interval.ms").unsigned_abs()),
            chunk_rows: reader.integer("incremental.snapshot.chunk.size").unsigned_abs() as usize,
            deletes_watermarks: text("incremental.snapshot.watermarking.strategy")
                .is_some_and(|word| word.eq_ignore_ascii_case("insert_delete")),
            notice_topic: text(TOPIC).filter(|_| has(NOTIFICATIONS, "sink")),
            logs_notices: has(NOTIFICATIONS, "log"),
        }
    }
}

const CHANNELS: &str = "signal.enabled.channels";
const NOTIFICATIONS: &str = "notification.enabled.channels";
const TOPIC: &str = "notification.sink.topic.name";

pub fn check(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    for (list, served) in [(CHANNELS, ["source", "file"]), (NOTIFICATIONS, ["sink", "log"])] {
        for channel in reader.list(list).iter().filter(|channel| !served.contains(&channel.as_str())) {
            let advice = format!("'{list}' = '{channel}' is not served by this version: use {}", served.join(" or "));
            problems.push(Problem::new(list, advice));
        }
    }
    if reader.list(NOTIFICATIONS).iter().any(|channel| channel == "sink") && reader.text(TOPIC).is_none() {
        let message = format!(
            "The '{TOPIC}' value is invalid: Notification topic name must be provided when kafka notification channel is enabled"
        );
        problems.push(Problem::new(TOPIC, message));
    }
    if reader.integer("incremental.snapshot.chunk.size") == 0 {
        let name = "incremental.snapshot.chunk.size";
        problems.push(Problem::new(name, format!("'{name}' = '0' is not served: a chunk holds at least one row")));
    }
    if reader.text("signal.data.collection").is_some_and(|name| !name.contains('.')) {
        let message = "'signal.data.collection' must be schema.table: put the schema before the table's name";
        problems.push(Problem::new("signal.data.collection", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_that_are_not_served_are_named() {
        let map: Map =
            [(CHANNELS, "source,kafka"), (NOTIFICATIONS, "jmx, sink")].map(|(k, v)| (k.into(), v.into())).into();
        let mut problems = vec![];
        check(&Reader::new(KEYS, &map), &mut problems);
        let keys: Vec<&str> = problems.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, [CHANNELS, NOTIFICATIONS, TOPIC]);
        assert!(problems[0].message.contains("kafka") && problems[1].message.contains("jmx"));
    }
}
