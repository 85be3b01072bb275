//! The settings of the snapshot.

use crate::config::key::{Check, Key, Kind, Problem, Reader};
use std::time::Duration;

/// The setting below whose name each table's own statement stands.
pub const OVERRIDES: &str = "snapshot.select.statement.overrides";

const MODES: &[&str] =
    &["always", "initial", "initial_only", "no_data", "never", "when_needed", "configuration_based", "custom"];

pub const MODE: Key = Key::new("snapshot.mode", Kind::Enum(MODES), "initial", "When existing rows are read.").only(
    &["always", "initial_only", "no_data", "never", "when_needed", "configuration_based"],
    "use another mode: custom ones are Java code",
);
pub const BASED_DATA: Key = Key::new(
    "snapshot.mode.configuration.based.snapshot.data",
    Kind::Boolean,
    "false",
    "Of configuration_based: whether each start reads the tables.",
);
pub const BASED_SCHEMA: Key =
    Key::new("snapshot.mode.configuration.based.snapshot.schema", Kind::Boolean, "false", "Of configuration_based.")
        .no_effect("PostgreSQL's connector keeps no history of schemas");
pub const BASED_START_STREAM: Key = Key::new(
    "snapshot.mode.configuration.based.start.stream",
    Kind::Boolean,
    "false",
    "Of configuration_based: whether the log is read.",
);
pub const BASED_ON_SCHEMA_ERROR: Key = Key::new(
    "snapshot.mode.configuration.based.snapshot.on.schema.error",
    Kind::Boolean,
    "false",
    "Of configuration_based: a start without a stored offset is an error.",
);
pub const BASED_ON_DATA_ERROR: Key = Key::new(
    "snapshot.mode.configuration.based.snapshot.on.data.error",
    Kind::Boolean,
    "false",
    "Of configuration_based.",
)
.no_effect("with snapshot.data each start reads the tables anyway; without it a lost slot stops the task");
pub const LOCKING_MODE: Key = Key::new(
    "snapshot.locking.mode",
    Kind::Enum(&["shared", "none", "custom"]),
    "none",
    "Table locks during the snapshot.",
)
.only(&["shared"], "use shared or none: custom locks are Java code");
pub const LOCKING_MODE_CUSTOM_NAME: Key =
    Key::optional("snapshot.locking.mode.custom.name", Kind::Text, "").only(&[], "custom locks are Java code");
pub const QUERY_MODE: Key = Key::new(
    "snapshot.query.mode",
    Kind::Enum(&["select_all", "custom"]),
    "select_all",
    "How snapshot queries are built.",
)
.only(&[], "use select_all: custom queries are Java code");
pub const QUERY_MODE_CUSTOM_NAME: Key =
    Key::optional("snapshot.query.mode.custom.name", Kind::Text, "").only(&[], "custom queries are Java code");
pub const LOCK_TIMEOUT_MS: Key =
    Key::new("snapshot.lock.timeout.ms", Kind::Long, "10000", "How long to wait for each lock of shared.");
pub const INCLUDE_COLLECTION_LIST: Key =
    Key::optional("snapshot.include.collection.list", Kind::RegexList, "Tables whose rows the snapshot reads.");
pub const SELECT_STATEMENT_OVERRIDES: Key = Key::optional(
    "snapshot.select.statement.overrides",
    Kind::List,
    "Tables with a SELECT of their own, which stands under this name with the table's behind it.",
);
pub const DELAY_MS: Key =
    Key::new("snapshot.delay.ms", Kind::Long, "0", "Pause before the snapshot.").check(Check::NonNegativeLong);
pub const STREAMING_DELAY_MS: Key =
    Key::new("streaming.delay.ms", Kind::Long, "0", "Pause between a snapshot and the log.")
        .check(Check::NonNegativeLong);
pub const FETCH_SIZE: Key =
    Key::new("snapshot.fetch.size", Kind::NonNegative, "10240", "Rows a fetch.").no_effect("rows are streamed by COPY");
pub const TABLES_ORDER_BY_ROW_COUNT: Key = Key::new(
    "snapshot.tables.order.by.row.count",
    Kind::Enum(&["ascending", "descending", "disabled"]),
    "disabled",
    "Order of tables.",
)
.no_effect("Debezium has no row counts for PostgreSQL either");
pub const SCAN_ALL_COLUMNS_FORCE: Key =
    Key::new("snapshot.scan.all.columns.force", Kind::Boolean, "false", "How metadata is read.")
        .no_effect("metadata is read in one query");
pub const THREADS: Key = Key::new(
    "snapshot.max.threads",
    Kind::Positive,
    "1",
    "Connections that read at once, tables and ranges of them; all share one view. With one, rows come in the order in which \
     Debezium reads them.",
);
pub const RANGE_ROWS: Key = Key::new(
    "snapshot.range.rows",
    Kind::Long,
    "500000",
    "About how many rows of a table are one part of it, by its key; for several threads, and for snapshot.resume. Not in Debezium.",
)
.check(Check::Positive);
pub const RESUME: Key = Key::new(
    "snapshot.resume",
    Kind::Boolean,
    "false",
    "Whether a restart goes on with the parts of tables that an unfinished snapshot has not read, in place of a new snapshot. \
     Rows come in the order of the key. Not in Debezium.",
)
.check(Check::Boolean);

/// When rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// Where no finished snapshot is stored.
    Unfinished,
    Never,
}

/// What a snapshot mode means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub when: When,
    /// Whether the log is read afterwards.
    pub streams: bool,
    /// Whether a snapshot fills the gap that a lost slot leaves.
    pub fills_gaps: bool,
    /// `snapshot.on.schema.error`: it wants an offset to go on from.
    pub wants_offset: bool,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub policy: Policy,
    /// `None`: tables are not locked.
    pub lock_timeout_ms: Option<u64>,
    /// Statements by `schema.table`.
    pub overrides: Vec<(String, String)>,
    pub delay: Duration,
    /// Between a snapshot and the log.
    pub streaming_delay: Duration,
    /// Connections that read at once.
    pub threads: usize,
    /// Of a part of a table.
    pub range_rows: u64,
    /// Whether a restart goes on where a snapshot broke off.
    pub resumes: bool,
}

impl Settings {
    pub fn parse(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Self {
        let millis = |name: &str| reader.integer(name).unsigned_abs();
        let is_shared = reader.text("snapshot.locking.mode").is_some_and(|mode| mode.eq_ignore_ascii_case("shared"));
        Self {
            policy: policy(reader),
            lock_timeout_ms: is_shared.then(|| millis("snapshot.lock.timeout.ms")),
            overrides: overrides(reader, problems),
            delay: Duration::from_millis(millis("snapshot.delay.ms")),
            streaming_delay: Duration::from_millis(millis("streaming.delay.ms")),
            threads: usize::try_from(reader.integer(THREADS.name)).unwrap_or(1),
            range_rows: reader.integer(RANGE_ROWS.name).unsigned_abs(),
            resumes: resumes(reader, problems),
        }
    }

    /// Whether tables are read in parts, and so in the order of their keys.
    pub fn cuts_tables(&self) -> bool {
        self.threads > 1 || self.resumes
    }

    pub fn override_of(&self, table: &str) -> Option<&str> {
        self.overrides.iter().find(|(name, _)| name == table).map(|(_, statement)| statement.as_str())
    }
}

fn resumes(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> bool {
    let resumes = reader.boolean(RESUME.name);
    if resumes && !policy(reader).streams {
        let why = format!(
            "'{}' needs the log, which evens out what changes between two views: set it to false, or choose a \
             snapshot.mode that streams",
            RESUME.name
        );
        problems.push(Problem::new(RESUME.name, why));
    }
    resumes
}

fn policy(reader: &Reader<'_>) -> Policy {
    let mode = reader.text("snapshot.mode").map(str::to_ascii_lowercase).unwrap_or_default();
    let usual = Policy { when: When::Unfinished, streams: true, fills_gaps: false, wants_offset: false };
    match mode.as_str() {
        "always" => Policy { when: When::Always, fills_gaps: true, ..usual },
        "initial_only" => Policy { streams: false, ..usual },
        "no_data" | "never" => Policy { when: When::Never, ..usual },
        "when_needed" => Policy { fills_gaps: true, ..usual },
        "configuration_based" => configured(reader),
        _ => usual,
    }
}

fn configured(reader: &Reader<'_>) -> Policy {
    let says = |name: &str| reader.boolean(&format!("snapshot.mode.configuration.based.{name}"));
    let reads = says("snapshot.data");
    Policy {
        when: if reads { When::Always } else { When::Never },
        streams: says("start.stream"),
        // every start reads the tables anyway, or none does, and then nothing fills a gap
        fills_gaps: reads,
        wants_offset: says("snapshot.on.schema.error"),
    }
}

fn overrides(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let tables = reader.list(OVERRIDES);
    for name in reader.map.keys() {
        let Some(table) = name.strip_prefix(OVERRIDES).and_then(|rest| rest.strip_prefix('.')) else { continue };
        if !tables.iter().any(|listed| listed == table) {
            let advice =
                format!("'{name}' stands for no table of '{OVERRIDES}': add {table} to that list, or remove it");
            problems.push(Problem::new(name, advice));
        }
    }
    let statement = |table: &String| {
        let statement = reader.map.get(&format!("{OVERRIDES}.{table}"))?.trim().trim_end_matches(';').to_owned();
        Some((table.clone(), statement))
    };
    tables.iter().filter_map(statement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::key::Map;
    use crate::source::postgres::config::KEYS;

    fn parse(pairs: &[(&str, &str)]) -> (Settings, Vec<Problem>) {
        let map: Map = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let mut problems = vec![];
        (Settings::parse(&Reader::new(KEYS, &map), &mut problems), problems)
    }

    #[test]
    fn statements_are_found_by_table() {
        let (settings, problems) = parse(&[
            (OVERRIDES, "public.a, public.b"),
            ("snapshot.select.statement.overrides.public.a", "SELECT * FROM a WHERE id > 1;"),
            ("snapshot.select.statement.overrides.public.c", "SELECT 1"),
        ]);
        assert_eq!(settings.override_of("public.a"), Some("SELECT * FROM a WHERE id > 1"));
        assert_eq!(settings.override_of("public.b"), None);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].key.ends_with("public.c"));
    }

    #[test]
    fn what_resumes_needs_the_log() {
        let resume = ("snapshot.resume", "true");
        let (settings, problems) = parse(&[resume]);
        assert!(settings.cuts_tables() && problems.is_empty());
        let (_, problems) = parse(&[resume, ("snapshot.mode", "initial_only")]);
        assert_eq!(problems[0].key, "snapshot.resume");
    }

    #[test]
    fn a_configured_policy_does_what_its_flags_say() {
        let mode = ("snapshot.mode", "configuration_based");
        let policy = parse(&[mode, ("snapshot.mode.configuration.based.start.stream", "true")]).0.policy;
        assert_eq!((policy.when, policy.streams), (When::Never, true));
        let policy = parse(&[mode, ("snapshot.mode.configuration.based.snapshot.data", "true")]).0.policy;
        assert_eq!((policy.when, policy.streams), (When::Always, false));
    }
}
