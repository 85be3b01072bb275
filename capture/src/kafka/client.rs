//! Java client properties to librdkafka's: the names that Kafka's manual uses stay, whoever serves them.
//!
//! A setting is passed on, accepted without effect, or refused by name. A name that no Kafka client knows is returned for a
//! warning, as Kafka itself warns.

mod context;
mod jaas;
mod rules;
mod stores;
#[cfg(test)]
mod tests;

pub use context::Logged;

use crate::config::key::{Map, Problem};
use crate::config::worker::{OverridePolicy, Settings};
use crate::error::Error;
use rdkafka::error::KafkaError;
use rules::{Rule, rule};

/// Whose properties are translated: keys of another kind of client have no place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Producer,
    Consumer,
    /// The consumer of a connector's signals.
    Signals,
    Admin,
}

/// In front of a connector's settings for the consumer of its signals.
pub const SIGNALS: &str = "signal.consumer.";

/// librdkafka properties, and the names that nobody knows. Holds secrets.
#[derive(Default)]
pub struct Translated {
    pub properties: Map,
    pub unknown: Vec<String>,
}

/// Translates the client's properties `java`; every name in a problem gets `prefix`, as the user wrote it.
pub fn translate(java: &Map, role: Role, prefix: &str) -> Result<Translated, Vec<Problem>> {
    let mut out = Translated::default();
    let mut problems = vec![];
    for (name, value) in java {
        let named = || format!("{prefix}{name}");
        match rule(name, role) {
            None => out.unknown.push(named()),
            Some(Rule::NoEffect | Rule::Store) => {}
            Some(Rule::Pass(theirs)) => drop(out.properties.insert(theirs.to_owned(), value.trim().to_owned())),
            Some(Rule::Convert(theirs, convert)) => match convert(value.trim()) {
                Ok(text) => drop(out.properties.insert(theirs.to_owned(), text)),
                Err(message) => problems.push(Problem::new(named(), message)),
            },
            Some(Rule::Refuse(advice)) => {
                problems.push(Problem::new(named(), format!("'{}' is not served by this engine: {advice}", named())));
            }
        }
    }
    stores::translate(java, prefix, &mut out.properties, &mut problems);
    jaas::translate(java, prefix, &mut out.properties, &mut problems);
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Properties of the worker's own clients for the internal topics: the keys without a prefix.
pub fn internal(settings: &Settings, role: Role) -> Result<Map, Vec<Problem>> {
    let unprefixed: Map =
        settings.client.0.iter().filter(|(k, _)| is_shared(k)).map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut properties = translate(&unprefixed, role, "")?.properties;
    properties.insert("bootstrap.servers".into(), settings.bootstrap_servers.clone());
    if role == Role::Producer {
        producer_defaults(&mut properties);
        // a write that does not get through is reported and tried again by its writer
        properties.insert("message.timeout.ms".into(), "30000".into());
        properties.insert("linger.ms".into(), "0".into());
    }
    Ok(properties)
}

/// Properties of the producer of one task: built-in, then the worker's `producer.*`, then the connector's
/// `producer.override.*` as far as the policy lets it.
pub fn task_producer(settings: &Settings, connector: &Map, name: &str, task: u32) -> Result<Map, Vec<Problem>> {
    let worker = translate(&with_prefix(&settings.client.0, "producer."), Role::Producer, "producer.")?;
    let over = overrides(settings.override_policy, connector)?;
    let mut properties = Map::new();
    producer_defaults(&mut properties);
    properties.insert("bootstrap.servers".into(), settings.bootstrap_servers.clone());
    properties.insert("client.id".into(), format!("connector-producer-{name}-{task}"));
    properties.extend(worker.properties);
    properties.extend(over.properties);
    keep_consistent(&mut properties);
    Ok(properties)
}

/// Checks what a connector overrides, without the worker's part: for validation.
pub fn overrides(policy: OverridePolicy, connector: &Map) -> Result<Translated, Vec<Problem>> {
    let java = with_prefix(connector, "producer.override.");
    let refused: Vec<Problem> = java
        .keys()
        .filter(|k| !permits(policy, k))
        .map(|k| {
            let key = format!("producer.override.{k}");
            let message = format!(
                "The '{k}' is not allowed to be overridden in the connector configuration: connector.client.config.override.policy of the worker is {policy:?}"
            );
            Problem::new(key, message)
        })
        .collect();
    if !refused.is_empty() {
        return Err(refused);
    }
    translate(&java, Role::Producer, "producer.override.")
}

/// What a connector says of the consumer of its signals.
pub fn signal_consumer(connector: &Map) -> Result<Translated, Vec<Problem>> {
    translate(&with_prefix(connector, SIGNALS), Role::Signals, SIGNALS)
}

/// Names in the worker's file that neither the worker nor any Kafka client knows.
pub fn unknown_keys(settings: &Settings) -> Vec<String> {
    let mut unknown: Vec<String> = settings.unclaimed.iter().filter(|k| !is_shared(k)).cloned().collect();
    for (prefix, role) in [("producer.", Role::Producer), ("consumer.", Role::Consumer), ("admin.", Role::Admin)] {
        let names = with_prefix(&settings.client.0, prefix);
        unknown.extend(
            names.keys().filter(|k| rule(k, role).is_none() && *k != "listeners").map(|k| format!("{prefix}{k}")),
        );
    }
    unknown
}

fn permits(policy: OverridePolicy, key: &str) -> bool {
    match policy {
        OverridePolicy::All => true,
        OverridePolicy::None => false,
        OverridePolicy::Principal => matches!(key, "sasl.jaas.config" | "sasl.mechanism" | "security.protocol"),
    }
}

/// librdkafka refuses what the translation let through.
pub(super) fn unusable(error: KafkaError) -> Error {
    Error::definite("a kafka client cannot be made from the worker's settings")
        .caused_by(error)
        .remedy("correct the setting that the cause names in the worker's properties")
}

/// A key without prefix that every kind of client reads.
fn is_shared(key: &str) -> bool {
    rule(key, Role::Admin).is_some()
}

fn with_prefix(map: &Map, prefix: &str) -> Map {
    map.iter().filter_map(|(k, v)| Some((k.strip_prefix(prefix)?.to_owned(), v.clone()))).collect()
}

fn producer_defaults(properties: &mut Map) {
    let defaults = [
        ("acks", "all"),
        ("enable.idempotence", "true"),
        // Java's default partitioner: the same key must lie in the same partition whoever writes it
        ("partitioner", "murmur2_random"),
        // 0 is for ever: a record is given up only when the task is
        ("message.timeout.ms", "0"),
        ("message.max.bytes", "1048576"),
    ];
    properties.extend(defaults.map(|(k, v)| (k.to_owned(), v.to_owned())));
}

/// Idempotence needs acks=all; without it only one request at a time keeps the order, as in Kafka Connect.
fn keep_consistent(properties: &mut Map) {
    let acks_all = properties.get("acks").is_none_or(|a| a == "all" || a == "-1");
    if !acks_all {
        properties.insert("enable.idempotence".into(), "false".into());
    }
    let idempotent = properties.get("enable.idempotence").is_some_and(|v| v.eq_ignore_ascii_case("true"));
    if !idempotent {
        properties.entry("max.in.flight".into()).or_insert_with(|| "1".into());
    }
}
