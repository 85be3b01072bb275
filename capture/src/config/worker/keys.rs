//! Every setting of the worker's properties file that is not a Kafka client's.

use crate::config::key::{Key, Kind};

const ONE_WORKER: &str = "one worker per group is served, so there is no membership to configure";
const CLIENT: &str = "read by the Kafka client";
const NO_PLUGINS: &str = "connectors are built in: there is no plugin path to scan";
const NO_JMX: &str = "this engine has no JMX registry";

const JSON: &[&str] = &["org.apache.kafka.connect.json.JsonConverter"];
const JSON_ADVICE: &str = "set org.apache.kafka.connect.json.JsonConverter";

/// Families of keys, by prefix, that others read: Kafka clients, providers, converters, internal topics.
pub const PREFIXES: &[&str] = &[
    "producer.",
    "consumer.",
    "admin.",
    "config.providers.",
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "config.storage.",
    "offset.storage.",
    "status.storage.",
    "metrics.",
    "prometheus.metrics.reporter.",
];

pub const KEYS: &[Key] = &[
    Key::new("bootstrap.servers", Kind::List, "localhost:9092", "Brokers to ask first, as host:port."),
    Key::required("group.id", Kind::Text, "The name that workers of one cluster share."),
    Key::required("key.converter", Kind::Text, "Converter of record keys.").only(JSON, JSON_ADVICE),
    Key::required("value.converter", Kind::Text, "Converter of record values.").only(JSON, JSON_ADVICE),
    Key::new(
        "header.converter",
        Kind::Text,
        "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        "Converter of record headers.",
    )
    .only(&[], "leave it at its default"),
    Key::required("config.storage.topic", Kind::Text, "Compacted topic that holds connector configurations."),
    Key::new(
        "config.storage.replication.factor",
        Kind::Integer,
        "3",
        "Replicas of that topic; -1 leaves it to the broker.",
    ),
    Key::required("offset.storage.topic", Kind::Text, "Compacted topic that holds source offsets."),
    Key::new("offset.storage.partitions", Kind::Integer, "25", "Partitions of that topic; -1 leaves it to the broker."),
    Key::new(
        "offset.storage.replication.factor",
        Kind::Integer,
        "3",
        "Replicas of that topic; -1 leaves it to the broker.",
    ),
    Key::required("status.storage.topic", Kind::Text, "Compacted topic that holds states of connectors and tasks."),
    Key::new("status.storage.partitions", Kind::Integer, "5", "Partitions of that topic; -1 leaves it to the broker."),
    Key::new(
        "status.storage.replication.factor",
        Kind::Integer,
        "3",
        "Replicas of that topic; -1 leaves it to the broker.",
    ),
    Key::new("offset.flush.interval.ms", Kind::Positive, "60000", "How often a task's offset is stored."),
    Key::new("offset.flush.timeout.ms", Kind::Positive, "5000", "Longest wait for a stored offset.")
        .no_effect("an offset is stored while the task goes on, so nothing waits for it"),
    Key::new(
        "task.shutdown.graceful.timeout.ms",
        Kind::NonNegative,
        "5000",
        "How long all tasks may take to end orderly.",
    ),
    Key::new("listeners", Kind::List, "http://:8083", "Where the REST API listens."),
    Key::optional("rest.advertised.host.name", Kind::Text, "Host name that identifies this worker to others."),
    Key::optional("rest.advertised.port", Kind::Positive, "Port that identifies this worker to others."),
    Key::optional("rest.advertised.listener", Kind::Enum(&["http", "https"]), "Protocol that others use.")
        .only(&["http"], "only http listeners are served"),
    Key::optional("admin.listeners", Kind::List, "Listeners of their own for /admin.")
        .only(&[], "remove it; /admin is not served"),
    Key::new("access.control.allow.origin", Kind::Text, "", "Cross-origin access.").only(&[], "remove it"),
    Key::new("access.control.allow.methods", Kind::Text, "", "Cross-origin methods.").only(&[], "remove it"),
    Key::new("response.http.headers.config", Kind::Text, "", "Extra response headers.").only(&[], "remove it"),
    Key::new("rest.extension.classes", Kind::List, "", "Java REST extensions.")
        .only(&[], "remove it: Java classes cannot be loaded"),
    Key::new("config.providers", Kind::List, "", "Names of the providers that placeholders may use."),
    Key::new(
        "connector.client.config.override.policy",
        Kind::Enum(&["All", "None", "Principal"]),
        "All",
        "Which producer.override.* settings a connector may bring.",
    ),
    Key::new(
        "exactly.once.source.support",
        Kind::Enum(&["disabled", "preparing", "enabled"]),
        "disabled",
        "Exactly-once delivery.",
    )
    .only(&[], "set it to disabled; delivery is at least once"),
    Key::new("topic.tracking.enable", Kind::Boolean, "true", "Whether GET /connectors/X/topics is answered."),
    Key::new(
        "topic.tracking.allow.reset",
        Kind::Boolean,
        "true",
        "Whether the list of a connector's topics may be reset.",
    ),
    Key::new("topic.creation.enable", Kind::Boolean, "true", "Topic creation by rules of a connector.")
        .no_effect("a connector that brings topic.creation.* rules is refused by itself"),
    Key::optional("plugin.path", Kind::List, "Folders of Java plugins.").no_effect(NO_PLUGINS),
    Key::optional("plugin.discovery", Kind::Text, "How Java plugins are found.").no_effect(NO_PLUGINS),
    Key::new("connect.protocol", Kind::Enum(&["eager", "compatible", "sessioned"]), "sessioned", "Group protocol.")
        .no_effect(ONE_WORKER),
    Key::optional("session.timeout.ms", Kind::Positive, "Group session.").no_effect(ONE_WORKER),
    Key::optional("heartbeat.interval.ms", Kind::Positive, "Group heartbeat.").no_effect(ONE_WORKER),
    Key::optional("rebalance.timeout.ms", Kind::Positive, "Group rebalance.").no_effect(ONE_WORKER),
    Key::optional("scheduled.rebalance.max.delay.ms", Kind::NonNegative, "Delay before a lost worker's tasks move.")
        .no_effect(ONE_WORKER),
    Key::optional("worker.sync.timeout.ms", Kind::NonNegative, "Catching up with the group.").no_effect(ONE_WORKER),
    Key::optional("worker.unsync.backoff.ms", Kind::NonNegative, "Pause after failing to catch up.")
        .no_effect(ONE_WORKER),
    Key::optional("inter.worker.key.generation.algorithm", Kind::Text, "Signing between workers.")
        .no_effect(ONE_WORKER),
    Key::optional("inter.worker.key.size", Kind::Integer, "Signing between workers.").no_effect(ONE_WORKER),
    Key::optional("inter.worker.key.ttl.ms", Kind::Positive, "Signing between workers.").no_effect(ONE_WORKER),
    Key::optional("inter.worker.signature.algorithm", Kind::Text, "Signing between workers.").no_effect(ONE_WORKER),
    Key::optional("inter.worker.verification.algorithms", Kind::List, "Signing between workers.").no_effect(ONE_WORKER),
    Key::optional("metric.reporters", Kind::List, "Java metric reporters.").no_effect(NO_JMX),
    Key::optional("auto.include.jmx.reporter", Kind::Boolean, "Java metric reporters.").no_effect(NO_JMX),
    Key::optional("request.timeout.ms", Kind::Positive, "Longest wait for a broker's answer.").no_effect(CLIENT),
];
