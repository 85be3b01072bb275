//! Settings of the worker process: a Connect *distributed* properties file, unchanged, to typed settings.

mod keys;
mod listener;

pub use keys::{KEYS, PREFIXES};
pub use listener::Listener;

use super::key::{Map, Problem, Reader, check, refused};
use super::properties;
use super::provider::Providers;
use crate::error::{Error, Result};
use std::path::Path;
use std::time::Duration;

/// Which client settings a connector may override.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverridePolicy {
    All,
    None,
    /// Only who the client logs in as.
    Principal,
}

/// One of the three internal topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub name: String,
    /// -1 leaves it to the broker.
    pub partitions: i32,
    /// -1 leaves it to the broker.
    pub replication_factor: i32,
    /// Topic settings for its creation.
    pub config: Map,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub group_id: String,
    pub bootstrap_servers: String,
    pub config_topic: Topic,
    pub offset_topic: Topic,
    pub status_topic: Topic,
    pub offset_flush_interval: Duration,
    pub shutdown_timeout: Duration,
    pub listeners: Vec<Listener>,
    pub advertised_host: Option<String>,
    pub advertised_port: Option<u16>,
    pub override_policy: OverridePolicy,
    pub topic_tracking: bool,
    pub topic_reset: bool,
    /// `key.converter`, `value.converter.schemas.enable` and so on.
    pub converters: Map,
    pub providers: Providers,
    /// The whole file, resolved: what the Kafka clients choose from. Holds secrets.
    pub client: ClientSettings,
    /// Keys that no setting of the worker claims; those that no Kafka client knows either are worth a warning.
    pub unclaimed: Vec<String>,
}

/// Java client properties, not printable since passwords are among them.
#[derive(Clone, Default)]
pub struct ClientSettings(pub Map);

impl std::fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0.keys().collect::<Vec<_>>())
    }
}

/// Reads and checks the file. The error lists every problem.
pub fn load(path: &Path) -> Result<Settings> {
    let fail = |message: String| Error::definite(format!("worker configuration {}: {message}", path.display()));
    let bytes = std::fs::read(path)
        .map_err(|e| fail("cannot be read".into()).caused_by(e).remedy("check the path given to --config"))?;
    let raw = properties::parse(&properties::decode_latin1(&bytes)).map_err(|e| {
        fail(e.to_string()).remedy("see that the whole file is there, in the form of Java's properties")
    })?;
    Settings::from_map(&raw).map_err(|problems| refused(&format!("worker configuration {}", path.display()), &problems))
}

impl Settings {
    /// `raw` still holds placeholders; they are resolved here, once.
    pub fn from_map(raw: &Map) -> Result<Self, Vec<Problem>> {
        let providers = Providers::from_settings(raw)?;
        let map = providers.resolve_map(raw)?;
        let mut problems = vec![];
        check(KEYS, &map, &mut problems);
        // one message a key will do: it is connectors' whose messages are counted
        problems.dedup_by(|next, problem| next.key == problem.key);
        let reader = Reader::new(KEYS, &map);
        let listeners = listeners(&reader, &mut problems);
        let advertised_port = advertised_port(&reader, &mut problems);
        let topics = ["config", "offset", "status"].map(|role| topic(role, &reader, &map, &mut problems));
        if !problems.is_empty() {
            return Err(problems);
        }
        let [config_topic, offset_topic, status_topic] = topics;
        let text = |name: &str| reader.text(name).unwrap_or_default().to_owned();
        let millis = |name: &str| Duration::from_millis(reader.integer(name).max(0).unsigned_abs());
        Ok(Self {
            group_id: text("group.id"),
            bootstrap_servers: text("bootstrap.servers"),
            config_topic,
            offset_topic,
            status_topic,
            offset_flush_interval: millis("offset.flush.interval.ms"),
            shutdown_timeout: millis("task.shutdown.graceful.timeout.ms"),
            listeners,
            advertised_host: advertised_host(&reader),
            advertised_port,
            override_policy: override_policy(&reader),
            topic_tracking: reader.boolean("topic.tracking.enable"),
            topic_reset: reader.boolean("topic.tracking.allow.reset"),
            converters: map.iter().filter(|(k, _)| is_converter(k)).map(|(k, v)| (k.clone(), v.clone())).collect(),
            providers,
            unclaimed: map.keys().filter(|k| !is_claimed(k)).cloned().collect(),
            client: ClientSettings(map),
        })
    }
}

fn listeners(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Vec<Listener> {
    let mut found = vec![];
    for text in reader.list("listeners") {
        match Listener::parse(&text) {
            Ok(listener) => found.push(listener),
            Err(message) => {
                problems.push(Problem::new("listeners", format!("The 'listeners' value is invalid: {message}")))
            }
        }
    }
    if found.is_empty() && problems.iter().all(|p| p.key != "listeners") {
        problems.push(Problem::new("listeners", "The 'listeners' value is invalid: at least one listener is needed"));
    }
    found
}

fn topic(role: &str, reader: &Reader<'_>, map: &Map, problems: &mut Vec<Problem>) -> Topic {
    let prefix = format!("{role}.storage.");
    let own = ["topic", "partitions", "replication.factor", "cleanup.policy"];
    let config = map
        .iter()
        .filter_map(|(k, v)| Some((k.strip_prefix(&prefix)?, v)))
        .filter(|(k, _)| !own.contains(k))
        .map(|(k, v)| (k.to_owned(), v.clone()))
        .collect();
    let mut count = |key: String| {
        let number = reader.integer(&key);
        if number == 0 || number < -1 || number > i64::from(i32::MAX) {
            problems
                .push(Problem::new(&key, format!("The '{key}' value is invalid: -1 or a positive number is expected")));
        }
        i32::try_from(number).unwrap_or(-1)
    };
    // the config topic's order is its meaning: it never has more than one partition
    let partitions = if role == "config" { 1 } else { count(format!("{prefix}partitions")) };
    let replication_factor = count(format!("{prefix}replication.factor"));
    let name = reader.text(&format!("{prefix}topic")).unwrap_or_default().to_owned();
    Topic { name, partitions, replication_factor, config }
}

/// A placeholder that no provider could resolve stays literal, and would be a name that nobody can reach.
fn advertised_host(reader: &Reader<'_>) -> Option<String> {
    let host = reader.text("rest.advertised.host.name")?;
    if host.contains("${") {
        tracing::warn!(
            key = "rest.advertised.host.name",
            value = host,
            "placeholder is unresolved, using the host's own name"
        );
        return None;
    }
    Some(host.to_owned())
}

fn advertised_port(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Option<u16> {
    const NAME: &str = "rest.advertised.port";
    let number = reader.integer(NAME);
    let port = u16::try_from(number).ok();
    if port.is_none() {
        problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: a port is at most 65535")));
    }
    port.filter(|p| *p > 0)
}

fn override_policy(reader: &Reader<'_>) -> OverridePolicy {
    match reader.text("connector.client.config.override.policy") {
        Some(p) if p.eq_ignore_ascii_case("none") => OverridePolicy::None,
        Some(p) if p.eq_ignore_ascii_case("principal") => OverridePolicy::Principal,
        _ => OverridePolicy::All,
    }
}

fn is_converter(key: &str) -> bool {
    ["key.converter", "value.converter", "header.converter"].iter().any(|p| key.starts_with(p))
}

fn is_claimed(key: &str) -> bool {
    KEYS.iter().any(|k| k.name == key) || PREFIXES.iter().any(|p| key.starts_with(p))
}

#[cfg(test)]
mod tests;
