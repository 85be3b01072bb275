//! The settings of the PostgreSQL connector.

pub mod disguise;
mod driver;
mod forms;
mod identity;
pub mod naming;
pub mod post_processors;
pub mod signal;
mod slot;
pub mod snapshot;

use super::budget::Budget;
use super::identity::Identities;
use super::in_progress::bounds::Bounds;
use super::key_columns::KeyColumns;
use super::slot::Autocreate;
use super::wire::address::Address;
use super::wire::startup::Login;
use super::wire::tls::{Files, Mode};
use crate::config::key::{Check, Importance, Key, Kind, Map, Problem, Reader};
use crate::config::secret::Secret;
use crate::source::filter::{Filter, patterns};
pub use forms::placeholder;
use regex::Regex;
use std::time::Duration;

const NATIVE_TLS: &str = "remove it: it has no meaning outside a JVM";

/// Settings of this source alone; those that all connectors share are in `config::connector`.
pub const KEYS: &[Key] = &[
    // ---- connection
    Key::required(
        "database.hostname",
        Kind::Text,
        "Host name or address of the server, or the folder of its Unix socket.",
    ),
    Key::new("database.port", Kind::Integer, "5432", "Port of the server.")
        .check(Check::Integer)
        .importance(Importance::High),
    Key::required(
        "database.user",
        Kind::Text,
        "Role to log in as; it needs LOGIN, REPLICATION and SELECT on the captured tables.",
    ),
    Key::optional("database.password", Kind::Password, "Password of the role.").importance(Importance::High),
    Key::required("database.dbname", Kind::Text, "Database to capture; also `source.db`."),
    Key::new(
        "database.sslmode",
        Kind::Enum(Mode::WORDS),
        "prefer",
        "Whether and how strictly the connection is encrypted.",
    ),
    Key::optional("database.sslcert", Kind::Text, "File of the client certificate, PEM or DER."),
    Key::optional(
        "database.sslkey",
        Kind::Text,
        "File of the client key: PKCS#8 as DER or PEM, or PKCS#12 (`.p12`, `.pfx`) with the certificate in it.",
    ),
    Key::optional("database.sslpassword", Kind::Password, "Password of the client key, where it is encrypted."),
    Key::optional(
        "database.sslrootcert",
        Kind::Text,
        "PEM file of the authority that signed the server's certificate.",
    ),
    Key::optional("database.sslfactory", Kind::Text, "JVM socket factory.").only(&[], NATIVE_TLS),
    Key::new("database.tcpKeepAlive", Kind::Boolean, "true", "TCP keep-alive probes.")
        .check(Check::Boolean),
    driver::KEEP_ALIVE,
    driver::APPLICATION_NAME,
    driver::CONNECT_TIMEOUT,
    driver::SOCKET_TIMEOUT,
    driver::OPTIONS,
    driver::SERVER_TYPE,
    driver::INITIAL_STATEMENTS,
    Key::new("database.query.timeout.ms", Kind::Integer, "600000", "Statement timeout of the client.")
        .no_effect("catalog questions are short; a snapshot must not be cut off"),
    Key::new(
        "read.only",
        Kind::Boolean,
        "false",
        "Incremental snapshots write no watermarks; signals come through a topic or a file then.",
    ),
    // ---- slot and publication
    Key::new("plugin.name", Kind::Enum(&["decoderbufs", "pgoutput"]), "decoderbufs", "Output plugin of the slot.")
        .only(&["pgoutput"], "set it to pgoutput; the decoderbufs plugin is not served"),
    Key::new("slot.name", Kind::Text, "debezium", "Name of the replication slot."),
    Key::new(
        "slot.drop.on.stop",
        Kind::Boolean,
        "false",
        "Drop the slot at an orderly stop; what changes meanwhile is lost.",
    ),
    slot::SEEK,
    slot::SYSTEM_CHECK,
    Key::optional("slot.stream.params", Kind::Text, "Further options of the plugin, `k=v;k=v`."),
    Key::new(
        "slot.max.retries",
        Kind::Integer,
        "6",
        "With slot.retry.delay.ms: for how many such delays a stream that does not start is tried without counting as a retry.",
    )
    .check(Check::Integer),
    Key::new("slot.retry.delay.ms", Kind::Long, "10000", "See slot.max.retries; the stream is tried more often.")
        .check(Check::Integer),
    slot::FAILOVER,
    slot::BUDGET,
    slot::POLICY,
    slot::STREAMING,
    slot::STREAMING_MEMORY,
    slot::SPILL_BYTES,
    slot::SPILL_FOLDER,
    Key::new("status.update.interval.ms", Kind::Positive, "10000", "How often the server hears from us."),
    Key::new("xmin.fetch.interval.ms", Kind::Long, "0", "How often `source.xmin` is read; 0: never.")
        .check(Check::NonNegativeLong),
    Key::new("publication.name", Kind::Text, "dbz_publication", "Name of the publication."),
    Key::new(
        "publication.autocreate.mode",
        Kind::Enum(&["disabled", "all_tables", "filtered"]),
        "all_tables",
        "How a missing publication is made.",
    ),
    Key::optional(
        identity::NAME,
        Kind::Text,
        "Replica identities to set at start, `table:DEFAULT`, FULL, NOTHING or `INDEX name`, with commas between; tables are patterns.",
    ),
    Key::new("flush.lsn.source", Kind::Boolean, "true", "Whether stored positions are confirmed to the slot.")
        .check(Check::Boolean),
    Key::new(
        "schema.refresh.mode",
        Kind::Enum(&["columns_diff", "columns_diff_exclude_unchanged_toast"]),
        "columns_diff",
        "Only for decoderbufs.",
    )
    .no_effect("pgoutput describes every relation itself"),
    Key::optional(
        "message.prefix.include.list",
        Kind::RegexList,
        "Prefixes of logical messages to capture; servers from 14 on.",
    ),
    Key::optional("message.prefix.exclude.list", Kind::RegexList, "Prefixes of logical messages to leave out."),
    // ---- what is captured, and in which shape
    naming::STRATEGY,
    naming::REGEX,
    naming::REPLACEMENT,
    naming::ENFORCE,
    naming::FIELD,
    naming::FIELD_REGEX,
    naming::FIELD_REPLACEMENT,
    Key::optional("schema.include.list", Kind::RegexList, "Schemas to capture.").importance(Importance::High),
    Key::optional("schema.exclude.list", Kind::RegexList, "Schemas to leave out."),
    Key::optional("table.include.list", Kind::RegexList, "Tables to capture, `schema.table`.")
        .importance(Importance::High),
    Key::optional("table.exclude.list", Kind::RegexList, "Tables to leave out."),
    Key::optional("column.include.list", Kind::RegexList, "Columns to capture, `schema.table.column`."),
    Key::optional("column.exclude.list", Kind::RegexList, "Columns to leave out; never removes a key."),
    Key::new(
        "table.ignore.builtin",
        Kind::Boolean,
        "true",
        "Leave tables out that extensions bring, which is any spatial_ref_sys. The system's own are never captured: no publication has them.",
    )
    .check(Check::Boolean),
    Key::optional(
        "message.key.columns",
        Kind::Text,
        "Columns that make the key in place of the primary key, `table:column,column;table:column`; tables and columns are patterns.",
    ),
    Key::new(
        "skip.messages.without.change",
        Kind::Boolean,
        "false",
        "Leave out updates that change no captured column; needs REPLICA IDENTITY FULL.",
    ),
    Key::new(
        "decimal.handling.mode",
        Kind::Enum(&["precise", "string", "double"]),
        "precise",
        "How numeric values are written.",
    ),
    Key::new(
        "time.precision.mode",
        Kind::Enum(&["adaptive", "adaptive_time_microseconds", "connect"]),
        "adaptive",
        "How dates and times are written.",
    ),
    Key::new(
        "binary.handling.mode",
        Kind::Enum(&["bytes", "base64", "base64-url-safe", "hex"]),
        "bytes",
        "How bytea is written.",
    ),
    Key::new("interval.handling.mode", Kind::Enum(&["numeric", "string"]), "numeric", "How intervals are written."),
    Key::new("hstore.handling.mode", Kind::Enum(&["json", "map"]), "json", "How hstore is written."),
    forms::MONEY_DIGITS,
    forms::HEADERS,
    Key::new("include.unknown.datatypes", Kind::Boolean, "false", "Write types without a mapping as bytes."),
    forms::PLACEHOLDER,
    Key::new(
        "schema.name.adjustment.mode",
        Kind::Enum(&["none", "avro", "avro_unicode"]),
        "none",
        "Makes the names of schemas valid for Avro: with underscores, or with the numbers of characters.",
    ),
    Key::new(
        "field.name.adjustment.mode",
        Kind::Enum(&["none", "avro", "avro_unicode"]),
        "none",
        "Makes the names of fields valid for Avro; two columns of a table may not get the same name.",
    ),
    Key::new("include.schema.comments", Kind::Boolean, "false", "Comments in schemas.")
        .check(Check::Boolean)
        .no_effect("Debezium writes none for PostgreSQL either"),
    disguise::CUT,
    disguise::MASK,
    disguise::HASH,
    disguise::HASH_V2,
    disguise::TELL,
    disguise::TELL_TYPES,
    Key::optional("converters", Kind::List, "Custom converters, JVM classes.")
        .only(&[], "a native engine runs no JVM class; remove it"),
    post_processors::NAMES,
    COMPATIBILITY,
    // ---- snapshot
    snapshot::MODE,
    snapshot::BASED_DATA,
    snapshot::BASED_SCHEMA,
    snapshot::BASED_START_STREAM,
    snapshot::BASED_ON_SCHEMA_ERROR,
    snapshot::BASED_ON_DATA_ERROR,
    snapshot::LOCKING_MODE,
    snapshot::LOCKING_MODE_CUSTOM_NAME,
    snapshot::QUERY_MODE,
    snapshot::QUERY_MODE_CUSTOM_NAME,
    snapshot::LOCK_TIMEOUT_MS,
    snapshot::INCLUDE_COLLECTION_LIST,
    snapshot::SELECT_STATEMENT_OVERRIDES,
    snapshot::DELAY_MS,
    snapshot::STREAMING_DELAY_MS,
    snapshot::FETCH_SIZE,
    snapshot::THREADS,
    snapshot::RANGE_ROWS,
    snapshot::RESUME,
    snapshot::TABLES_ORDER_BY_ROW_COUNT,
    snapshot::SCAN_ALL_COLUMNS_FORCE,
    Key::new(
        "provide.transaction.metadata",
        Kind::Boolean,
        "false",
        "Whether each event tells its place within its transaction, and a topic of its own when transactions begin and end.",
    ),
    Key::optional(
        "signal.data.collection",
        Kind::Text,
        "Table of three columns, `schema.table`, into which signals are inserted; captured as well.",
    ),
    signal::ENABLED,
    signal::POLL_INTERVAL,
    signal::FILE,
    signal::KAFKA_TOPIC,
    signal::KAFKA_SERVERS,
    signal::KAFKA_GROUP,
    signal::KAFKA_TIMEOUT,
    signal::KAFKA_COMMIT,
    signal::CONSUMER,
    Key::optional("notification.enabled.channels", Kind::List, "Where notifications go: sink, log."),
    Key::optional("notification.sink.topic.name", Kind::Text, "Topic of notifications; required with sink."),
    Key::new("incremental.snapshot.chunk.size", Kind::NonNegative, "1024", "Rows of a chunk."),
    Key::new("incremental.snapshot.allow.schema.changes", Kind::Boolean, "false", "Of other connectors.")
        .no_effect("each chunk takes the table as it is; Debezium's connector for PostgreSQL does not look at it either"),
    Key::new(
        "incremental.snapshot.watermarking.strategy",
        Kind::Enum(&["insert_insert", "insert_delete"]),
        "insert_insert",
        "Whether the second watermark of a chunk is a row of its own, or the first one is deleted.",
    ),
    Key::optional("heartbeat.action.query", Kind::Text, "SQL run before each heartbeat, on a connection of its own."),
    Key::new("log.position.check.enable", Kind::Boolean, "true", "Compare the stored offset with the slot at start.")
        .only(&[], "set it to true: the check protects from silent loss"),
];

pub const COMPATIBILITY: Key = Key::new(
    "tailrace.compatibility",
    Kind::Enum(&["debezium", "corrected"]),
    "debezium",
    "Whether values that Debezium gets wrong are written as Debezium writes them, or right; docs/compatibility.md lists them. \
     Not in Debezium.",
);

/// The settings, typed.
#[derive(Debug, Clone)]
pub struct Settings {
    pub login: Login,
    pub slot: String,
    pub publication: String,
    pub autocreate: Autocreate,
    pub status_interval: Duration,
    pub confirms: bool,
    pub snapshot: snapshot::Settings,
    pub schemas: Filter,
    pub tables: Filter,
    /// Whether tables of the system and of extensions are left out.
    pub ignores_builtin: bool,
    pub columns: Filter,
    pub snapshot_tables: Option<Vec<Regex>>,
    pub heartbeat_action: Option<String>,
    /// `schema.table`
    pub signal_table: Option<String>,
    pub key_columns: KeyColumns,
    /// Whether names in the log are misread as Debezium does.
    pub misreads_names: bool,
    /// Prefixes of logical messages.
    pub messages: Filter,
    /// At an orderly stop.
    pub drops_slot: bool,
    /// Of the plugin.
    pub stream_params: Vec<(String, String)>,
    /// How long a stream that does not start is no failure that counts.
    pub slot_patience: Duration,
    /// How often the slot's `catalog_xmin` is read.
    pub xmin_interval: Option<Duration>,
    pub identities: Identities,
    /// Whether the slot is to survive a failover.
    pub has_failover: bool,
    /// Whether the slot is moved to the stored position at start.
    pub seeks: bool,
    /// Whether offsets tell whose they are.
    pub checks_system: bool,
    /// For the log that the slot keeps.
    pub budget: Option<Budget>,
    /// Where open transactions are taken from the server.
    pub streaming: Option<Bounds>,
}

impl Settings {
    /// Reads a map that the lists of keys have already accepted; what concerns several keys is checked here.
    pub fn parse(map: &Map) -> Result<Self, Vec<Problem>> {
        let reader = Reader::new(KEYS, map);
        let mut problems = Vec::new();
        let mut filter = |include, exclude| {
            Filter::parse((include, reader.text(include)), (exclude, reader.text(exclude))).unwrap_or_else(|p| {
                problems.push(p);
                Filter::default()
            })
        };
        let schemas = filter("schema.include.list", "schema.exclude.list");
        let tables = filter("table.include.list", "table.exclude.list");
        let columns = filter("column.include.list", "column.exclude.list");
        let messages = filter("message.prefix.include.list", "message.prefix.exclude.list");
        problems.iter_mut().filter(|p| p.key == "message.prefix.exclude.list").for_each(|problem| {
            // the name under which Debezium's text knows the other list
            problem.message = problem.message.replace("\"message.", "\"logical_decoding_message.");
        });
        let snapshot_tables = snapshot_tables(&reader, &mut problems);
        let snapshot = snapshot::Settings::parse(&reader, &mut problems);
        signal::check(&reader, &mut problems);
        disguise::check(map, &mut problems);
        naming::check(map, &mut problems);
        post_processors::check(map, &mut problems);
        let key_columns = key_columns(&reader, &mut problems);
        let stream_params = driver::stream_params(&reader, &mut problems);
        let identities = identity::identities(&reader, &mut problems);
        check_names(&reader, &mut problems);
        forms::check(&reader, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let status_interval = Duration::from_millis(reader.integer("status.update.interval.ms").unsigned_abs());
        Ok(Self {
            login: login(&reader),
            slot: reader.text("slot.name").unwrap_or_default().to_owned(),
            publication: reader.text("publication.name").unwrap_or_default().to_owned(),
            autocreate: autocreate(&reader),
            status_interval,
            confirms: reader.boolean("flush.lsn.source"),
            snapshot,
            schemas,
            tables,
            ignores_builtin: reader.boolean("table.ignore.builtin"),
            columns,
            snapshot_tables,
            signal_table: reader.text("signal.data.collection").map(str::to_owned),
            heartbeat_action: reader.text("heartbeat.action.query").map(str::to_owned),
            key_columns,
            misreads_names: !reader.text(COMPATIBILITY.name).is_some_and(|word| word.eq_ignore_ascii_case("corrected")),
            messages,
            drops_slot: reader.boolean("slot.drop.on.stop"),
            stream_params,
            slot_patience: slot_patience(&reader),
            xmin_interval: match reader.integer("xmin.fetch.interval.ms").unsigned_abs() {
                0 => None,
                millis => Some(Duration::from_millis(millis)),
            },
            identities,
            has_failover: reader.boolean(slot::FAILOVER.name),
            seeks: reader.boolean(slot::SEEK.name),
            checks_system: reader.boolean(slot::SYSTEM_CHECK.name),
            budget: slot::budget(&reader, status_interval),
            streaming: slot::streaming(&reader),
        })
    }

    /// Whether a table's changes are captured.
    pub fn captures(&self, schema: &str, table: &str) -> bool {
        let name = format!("{schema}.{table}");
        let is_wanted = self.schemas.accepts(schema) && self.tables.accepts(&name);
        let is_left_out = self.ignores_builtin && is_builtin(schema, table);
        (is_wanted && !is_left_out) || self.signal_table.as_ref() == Some(&name)
    }
}

fn is_builtin(schema: &str, table: &str) -> bool {
    let is_of_system = matches!(schema.to_lowercase().as_str(), "pg_catalog" | "information_schema");
    is_of_system || schema.starts_with("pg_temp") || table.to_lowercase() == "spatial_ref_sys"
}

/// `None`: no list, so all that are captured.
fn snapshot_tables(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Option<Vec<Regex>> {
    const NAME: &str = "snapshot.include.collection.list";
    let list = patterns(reader.text(NAME)?);
    list.map_err(|e| problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: {e}")))).ok()
}

fn key_columns(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> KeyColumns {
    const NAME: &str = "message.key.columns";
    reader.text(NAME).map_or(Ok(KeyColumns::default()), KeyColumns::parse).unwrap_or_else(|why| {
        problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: {why}")));
        KeyColumns::default()
    })
}

fn check_names(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    let invalid = |key: &str, why: String| Problem::new(key, format!("The '{key}' value is invalid: {why}"));
    let slot = reader.text("slot.name").unwrap_or_default();
    let fits = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() || c == '_';
    if slot.is_empty() || slot.len() > 63 || !slot.chars().all(fits) {
        problems.push(invalid(
            "slot.name",
            "Valid replication slot name must contain only digits, lowercase characters and underscores with length <= 63"
                .into(),
        ));
    }
    let host = reader.text("database.hostname").unwrap_or_default();
    if !host.is_empty() && Address::parse_list(host, 0).is_none() {
        let why = format!(
            "{host} has invalid format (only the underscore, hyphen, dot and alphanumeric characters are allowed)"
        );
        problems.push(invalid("database.hostname", why));
    }
    if u16::try_from(reader.integer("database.port")).map_or(true, |port| port == 0) {
        problems.push(invalid("database.port", "a port is at least 1 and at most 65535".into()));
    }
}

fn login(reader: &Reader<'_>) -> Login {
    let owned = |name: &str| reader.text(name).map(str::to_owned);
    Login {
        addresses: Address::parse_list(
            reader.text("database.hostname").unwrap_or_default(),
            reader.integer("database.port") as u16,
        )
        .unwrap_or_default(),
        user: owned("database.user").unwrap_or_default(),
        // a password may begin or end with a space: it is taken as it stands
        password: Secret::new(reader.map.get("database.password").cloned().unwrap_or_default()),
        database: owned("database.dbname").unwrap_or_default(),
        ssl_mode: reader.text("database.sslmode").and_then(Mode::parse).unwrap_or(Mode::Prefer),
        ssl_files: Files {
            root: owned("database.sslrootcert"),
            certificate: owned("database.sslcert"),
            key: owned("database.sslkey"),
            password: Secret::new(reader.map.get("database.sslpassword").cloned().unwrap_or_default()),
        },
        session: driver::session(reader),
    }
}

fn slot_patience(reader: &Reader<'_>) -> Duration {
    let count = |name: &str| u64::try_from(reader.integer(name)).unwrap_or(0);
    Duration::from_millis(count("slot.retry.delay.ms").saturating_mul(count("slot.max.retries")))
}

fn autocreate(reader: &Reader<'_>) -> Autocreate {
    match reader.text("publication.autocreate.mode").map(str::to_ascii_lowercase).as_deref() {
        Some("disabled") => Autocreate::Disabled,
        Some("filtered") => Autocreate::Filtered,
        _ => Autocreate::AllTables,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Map {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn a_password_keeps_its_spaces_and_is_never_printed() {
        let settings = Settings::parse(&map(&[("database.password", " s3cret ")])).unwrap();
        assert_eq!(settings.login.password.expose(), " s3cret ");
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn names_are_checked() {
        let problems = Settings::parse(&map(&[("slot.name", "Bad-Name"), ("database.hostname", "a b")])).unwrap_err();
        let keys: Vec<&str> = problems.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["slot.name", "database.hostname"]);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_no_missing_list() {
        // by itself it is valid; anchored, its comment swallows what closes the group
        let problems = Settings::parse(&map(&[("snapshot.include.collection.list", "(?x)a#b")])).unwrap_err();
        assert_eq!(problems[0].key, "snapshot.include.collection.list");
    }

    #[test]
    fn system_schemas_are_never_captured() {
        let settings = Settings::parse(&map(&[("table.include.list", "public.users")])).unwrap();
        assert!(settings.captures("public", "users"));
        assert!(!settings.captures("public", "orders") && !settings.captures("pg_catalog", "users"));
    }

    #[test]
    fn what_extensions_bring_is_captured_where_it_is_wanted() {
        let captures = |ignores: &str| {
            let settings = Settings::parse(&map(&[("table.ignore.builtin", ignores)])).unwrap();
            settings.captures("s", "Spatial_ref_sys")
        };
        assert!(captures("false") && !captures("true"));
    }
}
