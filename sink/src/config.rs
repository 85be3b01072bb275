//! The configuration file: typed, every unknown key refused by name. Parsing opens nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::record_id::RecordId;
use crate::secret::Secret;

/// Overrides `clickhouse.password`, so that a Secret can be mounted as an environment variable.
pub const PASSWORD_VARIABLE: &str = "SINK_CLICKHOUSE_PASSWORD";

/// Properties of the Kafka client that the sink's promises rest on; a file may not change them.
const OWNED_PROPERTIES: &[&str] = &[
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "session.timeout.ms",
];

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub kafka: Kafka,
    pub clickhouse: ClickHouse,
    #[serde(default = "Stream::users")]
    pub users: Stream,
    #[serde(default = "Stream::events")]
    pub events: Stream,
    #[serde(default)]
    pub batch: Batch,
    #[serde(default)]
    pub policy: Policy,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kafka {
    pub bootstrap_servers: String,
    #[serde(default = "default_group")]
    pub group: String,
    /// A fixed member name: a restarted sink takes its partitions back at once instead of after the session timeout.
    pub instance_id: Option<String>,
    #[serde(default = "default_session_timeout_ms")]
    pub session_timeout_ms: u32,
    /// Further properties of librdkafka, such as `security.protocol`.
    #[serde(default)]
    pub properties: BTreeMap<String, Secret>,
    /// Properties whose value is a file's content, such as `sasl.password`.
    #[serde(default)]
    pub property_files: BTreeMap<String, PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClickHouse {
    pub url: String,
    #[serde(default = "default_name")]
    pub database: String,
    #[serde(default = "default_name")]
    pub user: String,
    #[serde(default)]
    pub password: Secret,
    pub password_file: Option<PathBuf>,
    /// How long one insert or query may take before it is tried again; well below Kafka's `max.poll.interval.ms`.
    #[serde(default = "default_insert_timeout_s")]
    pub insert_timeout_s: u64,
}

/// One topic and the tables it lands in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    pub topic: String,
    pub bronze: String,
    pub silver: String,
    /// Unit of a date that arrives as a bare number. For users the default is microseconds, as Debezium sends
    /// `timestamp` (`timestamp(3)` and connect mode: milliseconds); for events milliseconds, as in `$date`.
    pub timestamp_unit: Option<TimestampUnit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimestampUnit {
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// A batch ends at the first limit it reaches. All stay below one ClickHouse block, so that an insert is atomic.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Batch {
    pub max_rows: usize,
    pub max_bytes: usize,
    pub max_wait_ms: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// What a record that is not ours does.
    pub on_error: OnError,
    /// What a `TRUNCATE` event does.
    pub on_truncate: OnTruncate,
    /// Records to leave out of silver; bronze keeps their bytes.
    pub skip: Vec<RecordId>,
    /// Go on although records between bronze and the group's offset are missing.
    pub accept_gap: bool,
    /// How long a stop waits for running inserts.
    pub drain: Drain,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    #[default]
    Stop,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnTruncate {
    #[default]
    Stop,
    Ignore,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Drain {
    pub timeout_s: u64,
}

impl Default for Drain {
    /// Below Kubernetes' 30 s between SIGTERM and SIGKILL.
    fn default() -> Self {
        Self { timeout_s: 25 }
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self { max_rows: 50_000, max_bytes: 32 << 20, max_wait_ms: 1_000 }
    }
}

fn default_group() -> String {
    "tailrace-sink".into()
}

fn default_name() -> String {
    "default".into()
}

/// A killed sink's partitions are free after this long; brokers accept 6 s and more by default.
fn default_session_timeout_ms() -> u32 {
    10_000
}

fn default_insert_timeout_s() -> u64 {
    120
}

impl Stream {
    fn users() -> Self {
        Self::named("postgres.public.users", "users_queue", "users_silver")
    }

    fn events() -> Self {
        Self::named("mongo.commerce.events", "events_queue", "events_silver")
    }

    fn named(topic: &str, bronze: &str, silver: &str) -> Self {
        Self { topic: topic.into(), bronze: bronze.into(), silver: silver.into(), timestamp_unit: None }
    }
}

impl ClickHouse {
    fn check(&self) -> Result<()> {
        let url = &self.url;
        require(url.starts_with("http://"), "clickhouse.url", "must begin with http:// (TLS is not supported yet)")?;
        let authority = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
        require(!authority.contains('@'), "clickhouse.url", "must not hold a user; use clickhouse.user and .password")?;
        require(!authority.is_empty(), "clickhouse.url", "has no host")?;
        require(!url.contains('?'), "clickhouse.url", "must not hold parameters")?;
        require(is_identifier(&self.database), "clickhouse.database", "must be a plain identifier")?;
        require(!self.user.is_empty(), "clickhouse.user", "is empty")?;
        require((1..=200).contains(&self.insert_timeout_s), "clickhouse.insert_timeout_s", "must be 1 to 200")
    }
}

impl Batch {
    pub fn max_wait(self) -> Duration {
        Duration::from_millis(self.max_wait_ms)
    }
}

impl Drain {
    pub fn timeout(self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }
}

impl Config {
    pub fn read(path: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Error::definite(format!("cannot read the configuration file {}", path.display()))
                .caused_by(e)
                .remedy("Give --config the path of a readable file.")
        })?;
        Self::parse(&text, env)
    }

    pub fn parse(text: &str, env: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut config: Config = toml::from_str(text).map_err(|e| {
            // The message alone: the rendered form quotes the line, which may hold a password.
            let line = e.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Error::definite(format!("configuration, line {line}: {}", e.message()))
                .remedy("Compare the file with sink.example.toml, which shows every key.")
        })?;
        config.resolve_password(env)?;
        config.resolve_properties()?;
        config.check()?;
        Ok(config)
    }

    fn resolve_password(&mut self, env: impl Fn(&str) -> Option<String>) -> Result<()> {
        let clickhouse = &mut self.clickhouse;
        if let Some(password) = env(PASSWORD_VARIABLE) {
            clickhouse.password = Secret::new(password);
        } else if let Some(path) = &clickhouse.password_file {
            clickhouse.password = read_secret("clickhouse.password_file", path)?;
        }
        Ok(())
    }

    fn resolve_properties(&mut self) -> Result<()> {
        for (name, path) in &self.kafka.property_files {
            let secret = read_secret(&format!("kafka.property_files.{name}"), path)?;
            self.kafka.properties.insert(name.clone(), secret);
        }
        match self.kafka.properties.keys().find(|name| OWNED_PROPERTIES.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(Error::definite(format!("kafka.properties.{name} is set by the sink itself"))
                .remedy("Remove it; use the keys of [kafka] for addresses, group and session timeout.")),
        }
    }

    fn check(&self) -> Result<()> {
        require(!self.kafka.bootstrap_servers.trim().is_empty(), "kafka.bootstrap_servers", "is empty")?;
        require(!self.kafka.group.is_empty(), "kafka.group", "is empty")?;
        self.clickhouse.check()?;
        require(self.users.topic != self.events.topic, "events.topic", "must differ from users.topic")?;
        self.check_tables()?;
        require((1..=500_000).contains(&self.batch.max_rows), "batch.max_rows", "must be 1 to 500000")?;
        require((1..=128 << 20).contains(&self.batch.max_bytes), "batch.max_bytes", "must be 1 to 134217728")?;
        require((1..=60_000).contains(&self.batch.max_wait_ms), "batch.max_wait_ms", "must be 1 to 60000")?;
        require(self.policy.drain.timeout_s <= 3_600, "policy.drain.timeout_s", "must be 0 to 3600")?;
        for id in &self.policy.skip {
            let known = [&self.users.topic, &self.events.topic].contains(&&id.topic);
            require(known, "policy.skip", &format!("has {id}, whose topic is neither users.topic nor events.topic"))?;
        }
        Ok(())
    }

    fn check_tables(&self) -> Result<()> {
        let tables = [
            ("users.bronze", &self.users.bronze),
            ("users.silver", &self.users.silver),
            ("events.bronze", &self.events.bronze),
            ("events.silver", &self.events.silver),
        ];
        for (index, (key, table)) in tables.iter().enumerate() {
            require(is_identifier(table), key, "must be a plain identifier")?;
            let taken = tables[..index].iter().any(|(_, other)| other == table);
            require(!taken, key, "names a table that another key names too")?;
        }
        Ok(())
    }
}

fn read_secret(key: &str, path: &Path) -> Result<Secret> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::definite(format!("{key}: cannot read {}", path.display()))
            .caused_by(e)
            .remedy("Mount the secret at that path or change the key.")
    })?;
    // A file written by an editor or `echo` ends with a line break that is no part of the secret.
    Ok(Secret::new(text.trim_end_matches(['\n', '\r'])))
}

fn require(holds: bool, key: &str, problem: &str) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::definite(format!("configuration: {key} {problem}")).remedy(format!("Change {key} in the file.")))
}

fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "[kafka]\nbootstrap_servers = \"b:9092\"\n[clickhouse]\nurl = \"http://c:8123\"\n";

    fn parse(text: &str) -> Result<Config> {
        Config::parse(text, |_| None)
    }

    #[test]
    fn smallest_file_has_the_names_of_the_pipeline() {
        let config = parse(SMALLEST).unwrap();
        assert_eq!(config.users.topic, "postgres.public.users");
        assert_eq!(config.events.silver, "events_silver");
        assert_eq!(config.policy.on_error, OnError::Stop);
    }

    #[test]
    fn example_file_is_valid() {
        let text = include_str!("../sink.example.toml").replace("password_file", "# password_file");
        parse(&text).unwrap();
    }

    #[test]
    fn unknown_keys_are_named() {
        for (text, key) in [
            (format!("{SMALLEST}[batch]\nmax_row = 1\n"), "max_row"),
            (format!("{SMALLEST}[policy]\non_error = \"dlq\"\n"), "dlq"),
            (format!("{SMALLEST}[kafka.properties]\n\"group.id\" = \"x\"\n"), "group.id"),
            (format!("{SMALLEST}[users]\ntopic = \"t\"\nbronze = \"a b\"\nsilver = \"s\"\n"), "users.bronze"),
            (format!("{SMALLEST}[policy]\nskip = [\"topic/1\"]\n"), "topic/1"),
            (format!("{SMALLEST}[policy]\nskip = [\"other/0/1\"]\n"), "policy.skip has other/0/1"),
            (format!("{SMALLEST}[policy]\ndrain = {{ timeout_s = 9223372036854775807 }}\n"), "timeout_s"),
            (SMALLEST.replace("c:8123", "u:p@c:8123"), "clickhouse.url must not hold a user"),
            (SMALLEST.replace("c:8123", ""), "clickhouse.url has no host"),
        ] {
            let report = parse(&text).unwrap_err().report();
            assert!(report.contains(key), "{report}");
            assert!(report.contains("remedy: "), "{report}");
        }
    }

    #[test]
    fn truncated_file_is_refused_with_its_line() {
        let report = parse("[kafka]\nbootstrap_servers = \"b:90").unwrap_err().report();
        assert!(report.contains("line 2"), "{report}");
    }

    #[test]
    fn no_error_and_no_debug_text_shows_a_password() {
        let text = SMALLEST.replace("url", "password = \"hunter2\"\nurl");
        assert!(!format!("{:?}", parse(&text).unwrap()).contains("hunter2"));
        let broken = text.replace("\"hunter2\"", "\"hunter2");
        assert!(!parse(&broken).unwrap_err().report().contains("hunter2"));
        let wrong_type = SMALLEST.replace("url", "password = 4711\nurl");
        assert!(!parse(&wrong_type).unwrap_err().report().contains("4711"));
    }

    #[test]
    fn environment_wins_over_file_and_value() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, "from-file\n").unwrap();
        let text = SMALLEST.replace("url", &format!("password = \"x\"\npassword_file = {path:?}\nurl"));
        assert_eq!(parse(&text).unwrap().clickhouse.password.expose(), "from-file");
        let config = Config::parse(&text, |name| (name == PASSWORD_VARIABLE).then(|| "from-env".into())).unwrap();
        assert_eq!(config.clickhouse.password.expose(), "from-env");
    }
}
