//! The settings of signals, notifications and incremental snapshots, typed.

use super::KEYS;
use crate::config::key::{Check, Importance, Key, Kind, Map, Problem, Reader};
use std::time::Duration;

pub const ENABLED: Key = Key::new(CHANNELS, Kind::List, "source", "Where signals come from: source, kafka, file.");
pub const POLL_INTERVAL: Key =
    Key::new("signal.poll.interval.ms", Kind::Long, "5000", "How often the signal file and topic are looked into.")
        .check(Check::Positive);
pub const FILE: Key =
    Key::new("signal.file", Kind::Text, "file-signals.txt", "File of signals, one JSON object a line.")
        .importance(Importance::High);
pub const KAFKA_TOPIC: Key = Key::optional(
    "signal.kafka.topic",
    Kind::Text,
    "Topic of signals, of which partition 0 is read: JSON objects under the `topic.prefix` as their key; PREFIX-signal without it.",
)
.importance(Importance::High);
pub const KAFKA_SERVERS: Key =
    Key::optional(SERVERS, Kind::Text, "Brokers of the topic of signals; required with the channel kafka.")
        .importance(Importance::High);
pub const KAFKA_GROUP: Key = Key::new(
    "signal.kafka.groupId",
    Kind::Text,
    "kafka-signal",
    "Group under which the position in the topic of signals is kept, from an orderly stop to the next start.",
)
.importance(Importance::Low);
pub const KAFKA_TIMEOUT: Key =
    Key::new("signal.kafka.poll.timeout.ms", Kind::NonNegative, "0", "How long a look into the topic waits.")
        .importance(Importance::Low)
        .no_effect("signals are fetched while nobody waits for them");
pub const KAFKA_COMMIT: Key = Key::new(
    "signal.kafka.consumer.offset.commit.enabled",
    Kind::Boolean,
    "false",
    "Where the topic of signals is read from without a committed position: from its beginning, or from its end.",
);
pub const CONSUMER: Key = Key::optional(
    "signal.consumer.NAME",
    Kind::Text,
    "Settings of the consumer of signals under their names in Kafka's manual.",
)
.importance(Importance::Low);

#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether inserts into the signal table are obeyed.
    pub source: bool,
    pub file: Option<String>,
    pub kafka: Option<Kafka>,
    pub poll_interval: Duration,
    pub chunk_rows: usize,
    /// `insert_delete`: the first watermark is taken back, and there is no second one.
    pub deletes_watermarks: bool,
    pub notice_topic: Option<String>,
    pub logs_notices: bool,
    /// Nothing is written: the server's view of transactions takes the place of watermarks.
    pub is_read_only: bool,
}

/// Where signals come from a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kafka {
    pub topic: String,
    /// `None`: the settings of the consumer name them.
    pub servers: Option<String>,
    pub group: String,
    /// Whether a group without a position begins at the topic's beginning.
    pub from_beginning: bool,
}

impl Kafka {
    fn parse(reader: &Reader<'_>) -> Self {
        let text = |name: &str| reader.text(name).map(str::to_owned);
        let prefix = reader.map.get("topic.prefix").map(|prefix| prefix.trim()).unwrap_or_default();
        Self {
            topic: text(KAFKA_TOPIC.name).unwrap_or_else(|| format!("{prefix}-signal")),
            servers: text(SERVERS),
            group: text(KAFKA_GROUP.name).unwrap_or_default(),
            from_beginning: reader.boolean(KAFKA_COMMIT.name),
        }
    }
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
            kafka: has(CHANNELS, "kafka").then(|| Kafka::parse(&reader)),
            poll_interval: Duration::from_millis(reader.integer("signal.poll.interval.ms").unsigned_abs()),
            chunk_rows: reader.integer("incremental.snapshot.chunk.size").unsigned_abs() as usize,
            deletes_watermarks: text("incremental.snapshot.watermarking.strategy")
                .is_some_and(|word| word.eq_ignore_ascii_case("insert_delete")),
            notice_topic: text(TOPIC).filter(|_| has(NOTIFICATIONS, "sink")),
            logs_notices: has(NOTIFICATIONS, "log"),
            is_read_only: reader.boolean("read.only"),
        }
    }
}

const CHANNELS: &str = "signal.enabled.channels";
const SERVERS: &str = "signal.kafka.bootstrap.servers";
const NOTIFICATIONS: &str = "notification.enabled.channels";
const TOPIC: &str = "notification.sink.topic.name";

pub fn check(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    for (list, served) in [(CHANNELS, ["source", "kafka", "file"].as_slice()), (NOTIFICATIONS, &["sink", "log"])] {
        for channel in reader.list(list).iter().filter(|channel| !served.contains(&channel.as_str())) {
            let advice = format!("'{list}' = '{channel}' is not served by this version: use {}", served.join(" or "));
            problems.push(Problem::new(list, advice));
        }
    }
    let consumer_names_servers = reader.map.contains_key("signal.consumer.bootstrap.servers");
    let reads_topic = reader.list(CHANNELS).iter().any(|channel| channel == "kafka");
    if reads_topic && reader.text(SERVERS).is_none() && !consumer_names_servers {
        let message = format!("'{SERVERS}' is missing: the channel kafka needs the brokers of its topic");
        problems.push(Problem::new(SERVERS, message));
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
            [(CHANNELS, "source,kafka,jmx"), (NOTIFICATIONS, "jmx, sink")].map(|(k, v)| (k.into(), v.into())).into();
        let mut problems = vec![];
        check(&Reader::new(KEYS, &map), &mut problems);
        let keys: Vec<&str> = problems.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, [CHANNELS, NOTIFICATIONS, SERVERS, TOPIC]);
        assert!(problems[0].message.contains("jmx") && problems[1].message.contains("jmx"));
    }
}
