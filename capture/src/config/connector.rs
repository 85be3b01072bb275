//! The settings that every connector shares, and the checks that need the whole map.

use super::key::{self, Check, Key, Kind, Map, Problem};

const JVM_ONLY: &str = "concerns the Java runtime only";
const NOT_YET: &str = "leave it unset";

/// Settings of Kafka Connect and of Debezium's core.
pub const COMMON: &[Key] = &[
    Key::required("connector.class", Kind::Text, "The Java class name of the connector; selects the source."),
    Key::optional("name", Kind::Text, "The connector's name; the REST path's name wins."),
    Key::new("tasks.max", Kind::Positive, "1", "One task runs whatever the number.")
        .no_effect("a change log is read by one task"),
    Key::new("tasks.max.enforce", Kind::Boolean, "true", "").no_effect("a change log is read by one task"),
    Key::optional("key.converter", Kind::Text, "The converter of keys; the worker's where absent."),
    Key::new("key.converter.schemas.enable", Kind::Boolean, "true", "Whether keys carry their schema."),
    Key::optional("value.converter", Kind::Text, "The converter of values; the worker's where absent."),
    Key::new("value.converter.schemas.enable", Kind::Boolean, "true", "Whether values carry their schema."),
    Key::new("key.converter.schemas.cache.size", Kind::Positive, "1000", "").no_effect("schemas are built once"),
    Key::new("value.converter.schemas.cache.size", Kind::Positive, "1000", "").no_effect("schemas are built once"),
    Key::new("key.converter.replace.null.with.default", Kind::Boolean, "true", "Whether a null of a key is written as its field's default.").check(Check::Boolean),
    Key::new("value.converter.replace.null.with.default", Kind::Boolean, "true", "Whether a null of a value is written as its field's default.").check(Check::Boolean),
    Key::optional("header.converter", Kind::Text, "").no_effect("no record of these connectors carries headers"),
    Key::new("config.action.reload", Kind::Enum(&["none", "restart"]), "restart", "")
        .no_effect("secrets are read anew at each start of the task"),
    Key::optional("transforms", Kind::List, "Transforms, in order.").only(&[], "remove the transforms"),
    Key::optional("predicates", Kind::List, "Predicates of transforms.").only(&[], "remove the predicates"),
    Key::new("errors.tolerance", Kind::Enum(&["none", "all"]), "none", "What a failing record does to the task.")
        .only(&["none"], "set it to none"),
    Key::new("errors.retry.timeout", Kind::Integer, "0", "").no_effect("no transform or converter here can be retried"),
    Key::new("errors.retry.delay.max.ms", Kind::Integer, "60000", "")
        .no_effect("no transform or converter here can be retried"),
    Key::new("errors.log.enable", Kind::Boolean, "false", "").no_effect("a failing record always stops the task"),
    Key::new("errors.log.include.messages", Kind::Boolean, "false", "").no_effect("records are never logged"),
    Key::new(
        "errors.max.retries",
        Kind::Integer,
        "-1",
        "How often a transient failure is retried before the task fails; -1: without end. Records that arrive begin the count anew.",
    )
    .check(Check::Integer),
    Key::new(
        "retriable.restart.connector.wait.ms",
        Kind::Long,
        "10000",
        "Pause before each retry. Where it is not set, pauses grow from half a second to ten seconds.",
    )
    .check(Check::PositiveLong),
    Key::new("exactly.once.support", Kind::Enum(&["requested", "required"]), "requested", "")
        .only(&["requested"], "set it to requested"),
    Key::new("transaction.boundary", Kind::Enum(&["poll", "interval", "connector"]), "poll", "")
        .only(&["poll"], "set it to poll"),
    Key::optional("transaction.boundary.interval.ms", Kind::Positive, "").no_effect("there are no such transactions"),
    Key::optional("offsets.storage.topic", Kind::Text, "A topic of its own for offsets.").only(&[], NOT_YET),
    Key::required("topic.prefix", Kind::Text, "Name of the source: leads every topic, names the offset's partition."),
    Key::new("topic.delimiter", Kind::Text, ".", "Parts the topic's name."),
    Key::new(
        "topic.naming.strategy",
        Kind::Text,
        "io.debezium.schema.DefaultTopicNamingStrategy",
        "How topics are named.",
    )
    .only(&["io.debezium.schema.SchemaTopicNamingStrategy"], "only the default strategies are served"),
    Key::new("topic.cache.size", Kind::Positive, "10000", "").no_effect("names are kept with the plan of each table"),
    Key::new("topic.heartbeat.prefix", Kind::Text, "__debezium-heartbeat", "Leads the heartbeat topic's name."),
    Key::new("topic.transaction", Kind::Text, "transaction", "Ends the transaction topic's name."),
    Key::optional("topic.creation.groups", Kind::List, "Groups of topics with settings of their own.")
        .only(&[], "leave it unset: the broker creates topics by its own rules"),
    Key::new("tombstones.on.delete", Kind::Boolean, "true", "Whether a null record follows each delete.")
        .check(Check::Boolean),
    Key::new("skipped.operations", Kind::List, "t", "Changes left out: c, u, d, t, r, or none alone."),
    Key::new("heartbeat.interval.ms", Kind::NonNegative, "0", "Pause between heartbeat records; 0 sends none."),
    Key::optional("heartbeat.topics.prefix", Kind::Text, "").no_effect("the name comes from topic.heartbeat.prefix"),
    Key::new("max.batch.size", Kind::Positive, "2048", "").no_effect("memory is bounded in bytes"),
    Key::new("max.queue.size", Kind::Integer, "8192", "").no_effect("memory is bounded in bytes"),
    Key::new("max.queue.size.in.bytes", Kind::Long, "0", "")
        .check(Check::NonNegativeLong)
        .no_effect("the worker has one byte budget"),
    Key::new("poll.interval.ms", Kind::Long, "500", "")
        .check(Check::Positive)
        .no_effect("changes are read as they come"),
    Key::new("event.processing.failure.handling.mode", Kind::Enum(&["warn", "fail", "skip", "ignore"]), "fail", "")
        .only(&["fail"], "set it to fail"),
    Key::new("provide.transaction.metadata", Kind::Boolean, "false", "Transaction topic and blocks.")
        .only(&["false"], "set it to false"),
    Key::optional("transaction.metadata.factory", Kind::Text, "")
        .only(&["io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory"], "leave it unset"),
    Key::new("schema.name.adjustment.mode", Kind::Enum(&["none", "avro", "avro_unicode"]), "none", "")
        .only(&["none"], "set it to none"),
    Key::new("field.name.adjustment.mode", Kind::Enum(&["none", "avro", "avro_unicode"]), "none", "")
        .only(&["none"], "set it to none"),
    Key::optional("snapshot.mode.custom.name", Kind::Text, "").only(&[], "custom snapshotters are Java code"),
    Key::new("snapshot.delay.ms", Kind::Long, "0", "Pause before the snapshot.")
        .check(Check::NonNegativeLong)
        .only(&["0"], "set it to 0"),
    Key::new("streaming.delay.ms", Kind::Long, "0", "Pause before streaming.")
        .check(Check::NonNegativeLong)
        .only(&["0"], "set it to 0"),
    Key::new("snapshot.max.threads", Kind::Positive, "1", "Tables that are read at once.").only(&["1"], "set it to 1"),
    Key::new("incremental.snapshot.chunk.size", Kind::NonNegative, "1024", "").no_effect("there are no signals yet"),
    Key::new(
        "incremental.snapshot.watermarking.strategy",
        Kind::Enum(&["insert_insert", "insert_delete"]),
        "insert_insert",
        "",
    )
    .no_effect("there are no signals yet"),
    Key::optional("signal.data.collection", Kind::Text, "Where commands are written.").only(&[], NOT_YET),
    Key::new("signal.enabled.channels", Kind::List, "source", "Where commands come from.")
        .only(&["source"], "set it to source, or leave it unset"),
    Key::new("signal.poll.interval.ms", Kind::Long, "5000", "")
        .check(Check::Positive)
        .no_effect("there are no signals yet"),
    Key::optional("notification.enabled.channels", Kind::List, "").only(&[], NOT_YET),
    Key::optional("notification.sink.topic.name", Kind::Text, "").only(&[], NOT_YET),
    Key::optional("converters", Kind::List, "Converters of column types.").only(&[], "custom converters are Java code"),
    Key::optional("post.processors", Kind::List, "").only(&[], NOT_YET),
    Key::optional("custom.metric.tags", Kind::List, "").only(&[], NOT_YET),
    Key::optional("custom.retriable.exception", Kind::Text, "").no_effect(JVM_ONLY),
    Key::optional("internal.custom.retriable.exception", Kind::Text, "").no_effect(JVM_ONLY),
    Key::new("query.fetch.size", Kind::NonNegative, "0", "").no_effect("rows are streamed"),
];

/// Names that carry a part of the user's: the consumer of each prefix checks what follows.
pub const OPEN_PREFIXES: &[&str] = &["producer.override."];

/// Settings below whose names the user's own names stand; the connector that has such a setting checks them.
const OPEN_BELOW: &[&str] = &["snapshot.select.statement.overrides"];

/// Beginnings of settings with a part of the user's within their names; the connector that has such a setting checks them.
const OPEN_WITHIN: &[&str] = &["column.mask.with.", "column.mask.hash.", "column.truncate.to.", "signal.consumer."];

/// The setting whose words have settings below them; the connector that has it checks them.
const NAMED_IN: &str = "post.processors";

/// Names that are refused whole, and the remedy.
pub const REFUSED_PREFIXES: &[(&str, &str)] = &[
    (
        "driver.",
        "remove it: it concerns the JDBC driver; ApplicationName, connectTimeout, socketTimeout, options, tcpKeepAlive and \
         targetServerType are served, and encryption is set by database.ssl*",
    ),
    ("transforms.", "remove it: transforms are not served by this version"),
    ("predicates.", "remove it: predicates are not served by this version"),
    ("topic.creation.", "remove it: the broker creates topics by its own rules; create those that need others by hand"),
    ("signal.kafka.", "remove it: the Kafka signal channel is not served by this version"),
    ("signal.consumer.", "remove it: the Kafka signal channel is not served by this version"),
    ("consumer.override.", "remove it: a source connector has no consumer"),
    ("admin.override.", "remove it: topics are created with the producer's settings"),
];

/// What the converters are told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Converters {
    /// Whether keys carry their schema.
    pub key_schemas: bool,
    pub value_schemas: bool,
    /// Whether a null stays one where its field has a default.
    pub keeps_key_nulls: bool,
    pub keeps_value_nulls: bool,
}

impl Converters {
    /// What a connector's settings and the worker's say together.
    pub fn of(connector: &Map, worker: &Map) -> Self {
        let is_on = |converter: &str, what: &str| has(converter, what, connector, worker);
        Self {
            key_schemas: is_on("key.converter", "schemas.enable"),
            value_schemas: is_on("value.converter", "schemas.enable"),
            keeps_key_nulls: !is_on("key.converter", "replace.null.with.default"),
            keeps_value_nulls: !is_on("value.converter", "replace.null.with.default"),
        }
    }

    pub fn with_schemas(key_schemas: bool, value_schemas: bool) -> Self {
        Self { key_schemas, value_schemas, ..Self::default() }
    }
}

/// A connector that names its own converter brings that converter's settings; otherwise the worker's hold.
fn has(converter: &str, what: &str, connector: &Map, worker: &Map) -> bool {
    let from = if connector.contains_key(converter) { connector } else { worker };
    from.get(&format!("{converter}.{what}")).is_none_or(|v| !v.trim().eq_ignore_ascii_case("false"))
}

/// All that is wrong with `map`, for a connector whose own settings are `own`.
pub fn check(own: &[Key], map: &Map) -> Vec<Problem> {
    let mut problems = vec![];
    // a connector may say more about a common setting than the common list does
    let common: Vec<Key> = COMMON.iter().filter(|c| own.iter().all(|k| k.name != c.name)).copied().collect();
    key::check(&common, map, &mut problems);
    key::check(own, map, &mut problems);
    for (name, value) in map {
        if value.contains('\0') {
            problems.push(Problem::new(name, format!("The '{name}' value is invalid: take the zero byte out")));
        }
        if !own.iter().chain(COMMON).any(|k| k.name == name) {
            problems.extend(unknown(own, map, name));
        }
    }
    check_topics(map, &mut problems);
    check_skipped(map, &mut problems);
    check_queue(map, &mut problems);
    problems
}

/// Our own list with the common one behind it, for [`key::Reader`].
pub fn with_common(own: &[Key]) -> Vec<Key> {
    own.iter().chain(COMMON).copied().collect()
}

fn is_below_name(name: &str, key: &str) -> bool {
    name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'))
}

fn unknown(own: &[Key], map: &Map, name: &str) -> Option<Problem> {
    if OPEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    if OPEN_BELOW.iter().any(|key| is_below_name(name, key) && own.iter().any(|k| k.name == *key)) {
        return None;
    }
    let is_within = |start: &&&str| name.starts_with(**start) && own.iter().any(|k| k.name.starts_with(**start));
    if OPEN_WITHIN.iter().any(|start| is_within(&start)) {
        return None;
    }
    let processors = map.get(NAMED_IN).map(|list| key::split_list(list)).unwrap_or_default();
    if processors.iter().any(|processor| is_below_name(name, processor)) && own.iter().any(|k| k.name == NAMED_IN) {
        return None;
    }
    if let Some((_, remedy)) = REFUSED_PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix)) {
        return Some(Problem::new(name, format!("'{name}' is not served: {remedy}")));
    }
    let nearest = own.iter().chain(COMMON).map(|k| (distance(name, k.name), k.name)).min();
    let hint = match nearest {
        Some((far, known)) if far <= 1 + name.len() / 4 => format!("did you mean '{known}'?"),
        _ => "remove it".to_owned(),
    };
    Some(Problem::new(name, format!("'{name}' is not a setting of this connector: {hint}")))
}

/// Parts of topics' names.
fn check_topics(map: &Map, problems: &mut Vec<Problem>) {
    for name in ["topic.prefix", "topic.delimiter", "topic.heartbeat.prefix", "topic.transaction"] {
        let Some(part) = map.get(name).map(|part| part.trim()).filter(|part| !part.is_empty()) else { continue };
        if !part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
            let text = format!(
                "The '{name}' value is invalid: {part} has invalid format (only the underscore, hyphen, dot and \
                 alphanumeric characters are allowed)"
            );
            problems.push(Problem::new(name, text));
        }
    }
}

/// The queue has no effect here, but what Debezium refuses is refused.
fn check_queue(map: &Map, problems: &mut Vec<Problem>) {
    const NAME: &str = "max.queue.size";
    let number = |name: &str, default: i64| match map.get(name).map(|value| value.trim()) {
        None | Some("") => Some(default),
        Some(value) => value.parse::<i64>().ok(),
    };
    let (Some(queue), Some(batch)) = (number(NAME, 8_192), number("max.batch.size", 2_048)) else { return };
    let mut refuse = |why: &str| problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: {why}")));
    if queue <= 0 {
        refuse("A positive queue size is required");
    }
    if queue <= batch {
        refuse("Must be larger than the maximum batch size");
    }
}

fn check_skipped(map: &Map, problems: &mut Vec<Problem>) {
    const NAME: &str = "skipped.operations";
    let words = key::split_list(map.get(NAME).map_or("", |v| v));
    let message = if words.iter().any(|w| w == "none") && words.len() > 1 {
        "'none' cannot be specified with other skipped operation types"
    } else if words.iter().any(|w| !matches!(w.as_str(), "none" | "c" | "u" | "d" | "t" | "r")) {
        "Invalid operation"
    } else {
        return;
    };
    problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: {message}")));
}

/// Edit distance: how many characters differ.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut map: Map = [("connector.class", "c"), ("topic.prefix", "p")].map(|(k, v)| (k.into(), v.into())).into();
        map.extend(pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())));
        check(&[], &map).iter().map(|p| p.to_string()).collect()
    }

    #[test]
    fn unknown_names_come_with_the_nearest_known() {
        assert_eq!(problems(&[("tombstones.on.delte", "true")]).len(), 1);
        assert!(problems(&[("tombstones.on.delte", "true")])[0].ends_with("did you mean 'tombstones.on.delete'?"));
        assert!(problems(&[("zzz", "1")])[0].ends_with("remove it"));
        for refused in ["transforms.x.type", "topic.creation.default.partitions"] {
            let found = problems(&[(refused, "y")]);
            assert!(found.len() == 1 && found[0].contains("not served"), "{found:?}");
        }
    }

    #[test]
    fn a_connectors_own_converter_wins() {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Map>();
        let worker = map(&[("key.converter", "J"), ("key.converter.schemas.enable", "false")]);
        assert_eq!(Converters::of(&map(&[]), &worker), Converters::with_schemas(false, true));
        assert!(Converters::of(&map(&[("key.converter", "J")]), &worker).key_schemas);
        // without a converter of its own the connector's sub-setting is not read, as in Kafka Connect
        assert!(!Converters::of(&map(&[("key.converter.schemas.enable", "true")]), &worker).key_schemas);
    }

    #[test]
    fn a_queue_is_larger_than_a_batch() {
        assert_eq!(problems(&[("max.queue.size", "10"), ("max.batch.size", "9")]), [""; 0]);
        assert!(problems(&[("max.queue.size", "10"), ("max.batch.size", "10")])[0].ends_with("maximum batch size"));
        assert_eq!(problems(&[("max.queue.size", "-1")]).len(), 2);
    }

    #[test]
    fn known_names_pass_and_bad_prefixes_do_not() {
        assert_eq!(problems(&[("producer.override.linger.ms", "5"), ("max.batch.size", "2000")]), [""; 0]);
        for part in ["topic.prefix", "topic.delimiter", "topic.heartbeat.prefix", "topic.transaction"] {
            assert_eq!(problems(&[(part, "a b")]).len(), 1);
        }
        assert_eq!(problems(&[("skipped.operations", "none,d")]).len(), 1);
        assert!(problems(&[("topic.delimiter", "\0")])[0].contains("zero byte"));
    }
}
