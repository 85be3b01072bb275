//! The tables: what gold reads, what it writes, and whether they have the shape it relies on.

use clickhouse::Row;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::warehouse::Warehouse;

pub const GOLD: &str = "gold_user_activity";
pub const RUNS: &str = "gold_runs";
pub const USERS: &str = "users_silver";
pub const EVENTS: &str = "events_silver";

const GOLD_COLUMNS: &[(&str, &str)] = &[
    ("date", "Date"),
    ("user_id", "Int32"),
    ("full_name", "String"),
    ("email", "String"),
    ("event_type", "String"),
    ("event_count", "UInt64"),
    ("_updated_at", "DateTime"),
];
const USERS_COLUMNS: &[&str] = &["user_id", "full_name", "email", "_version", "is_deleted"];
const EVENTS_COLUMNS: &[&str] = &["_id", "user_id", "event_type", "timestamp", "_version", "is_deleted"];

/// How the published table is laid out on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A partition a day: other days are carried over by hard links.
    ByDay,
    /// A table of the former deployment: the first publication copies the other days into the new layout.
    Former,
}

#[derive(Row, Deserialize)]
struct Column {
    name: String,
    kind: String,
}

#[derive(Row, Deserialize)]
struct Engine {
    engine: String,
    partition_key: String,
}

/// The definition of the published table under any name. Its dedup window is 0: a staged day may equal an earlier one.
pub fn create_gold(name: &str) -> String {
    format!(
        "CREATE TABLE {name} (date Date, user_id Int32, full_name String, email String, event_type String, \
         event_count UInt64, _updated_at DateTime DEFAULT now()) ENGINE = ReplacingMergeTree(_updated_at) \
         PARTITION BY date ORDER BY (date, user_id, event_type) SETTINGS non_replicated_deduplication_window = 0"
    )
}

fn create_runs() -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {RUNS} (run_id String, job String, interval_start DateTime, interval_end DateTime, \
         state String, trigger String, code_version String, server_version String, started_at DateTime64(3), \
         recorded_at DateTime64(3), events UInt64, unmatched_events UInt64, events_version UInt64, \
         users_version UInt64, rows_staged UInt64, rows_published UInt64, checksum UInt64, checks String, \
         strategy String, error String) ENGINE = MergeTree ORDER BY (job, interval_start, recorded_at)"
    )
}

/// The ledger and the published table exist and have the contract's shape.
pub async fn ensure(warehouse: &Warehouse) -> Result<Layout> {
    warehouse.execute("create the table gold_runs", &create_runs()).await?;
    let create = create_gold(GOLD).replacen("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1);
    warehouse.execute("create the table gold_user_activity", &create).await?;

    let columns = columns(warehouse, GOLD).await?;
    let expected = GOLD_COLUMNS.iter().map(|(name, kind)| (*name, *kind));
    if !columns.iter().map(|column| (column.name.as_str(), column.kind.as_str())).eq(expected) {
        let found: Vec<String> = columns.iter().map(|column| format!("{} {}", column.name, column.kind)).collect();
        return Err(Error::Shape {
            table: GOLD.into(),
            problem: format!("has the columns ({})", found.join(", ")),
            remedy: format!("Rename it away (RENAME TABLE {GOLD} TO {GOLD}_former); gold creates its own."),
        });
    }
    layout(warehouse).await
}

async fn layout(warehouse: &Warehouse) -> Result<Layout> {
    let sql = "SELECT engine, partition_key FROM system.tables WHERE database = currentDatabase() AND name = ?";
    let found: Engine = warehouse.one("read how gold_user_activity is laid out", sql, |query| query.bind(GOLD)).await?;
    if !found.engine.ends_with("MergeTree")
        || found.engine.starts_with("Replicated")
        || found.engine.starts_with("Shared")
    {
        return Err(Error::Shape {
            table: GOLD.into(),
            problem: format!("has the engine {}, whose days cannot be exchanged by this version", found.engine),
            remedy: format!("Rename it away (RENAME TABLE {GOLD} TO {GOLD}_former); gold creates its own."),
        });
    }
    Ok(if found.partition_key == "date" { Layout::ByDay } else { Layout::Former })
}

/// What the sink creates is there. Before its first start the run is too early, not wrong.
pub async fn require_silver(warehouse: &Warehouse) -> Result<()> {
    for (table, needed) in [(USERS, USERS_COLUMNS), (EVENTS, EVENTS_COLUMNS)] {
        let columns = columns(warehouse, table).await?;
        if columns.is_empty() {
            return Err(Error::NotReady {
                problem: format!("table {table} does not exist yet"),
                remedy: "Start the sink, which creates it, or correct clickhouse.database; then run again.".into(),
            });
        }
        if let Some(missing) = needed.iter().find(|name| columns.iter().all(|column| column.name != **name)) {
            return Err(Error::Shape {
                table: table.into(),
                problem: format!("has no column {missing}"),
                remedy: "It is not the sink's table: rename it away and let the sink create and fill its own.".into(),
            });
        }
    }
    Ok(())
}

async fn columns(warehouse: &Warehouse, table: &str) -> Result<Vec<Column>> {
    let sql = "SELECT name, type AS kind FROM system.columns WHERE database = currentDatabase() AND table = ? \
               ORDER BY position";
    Ok(warehouse.all(&format!("read the columns of {table}"), sql, |query| query.bind(table)).await?)
}
