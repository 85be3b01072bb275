//! The life of slot and publication.

use super::catalog::TableEntry;
use super::failures::Gap;
use super::position::Lsn;
use super::wire::codec::Connection;
use super::wire::query::{identifier, literal};
use crate::error::{Error, Result};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A slot as the server describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub confirmed: Option<Lsn>,
    /// The server's process that serves another reader of it.
    pub reader: Option<String>,
    /// The server has given up the log that the slot needs.
    pub is_invalidated: bool,
}

/// What creating a slot gives: the snapshot stays valid while the connection that made it is idle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    pub consistent_point: Lsn,
    pub snapshot: String,
}

/// Looks for a slot of this name for this database and plugin.
pub async fn find(sql: &mut Connection, name: &str, database: &str) -> Result<Option<Slot>> {
    let rows = sql
        .query(&format!(
            "SELECT confirmed_flush_lsn, active_pid, plugin, database, wal_status FROM pg_catalog.pg_replication_slots \
             WHERE slot_name = {}",
            literal(name)
        ))
        .await?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let text = |i: usize| row.get(i).and_then(|c| c.as_deref()).unwrap_or_default();
    let (plugin, owner) = (text(2), text(3));
    if plugin != "pgoutput" || owner != database {
        return Err(Error::definite(format!(
            "replication slot {name} belongs to plugin '{plugin}' and database '{owner}'"
        ))
        .remedy("set slot.name to a name of this connector's own, or drop that slot"));
    }
    let reader = Some(text(1).to_owned()).filter(|process| !process.is_empty());
    Ok(Some(Slot { confirmed: Lsn::parse(text(0)), reader, is_invalidated: text(4) == "lost" }))
}

/// Whether the process that sends the log lives, and has not taken a word of ours for this long: then it decodes a large
/// transaction of which there is nothing to send, and is not to be disturbed. One that takes our words and whose words do
/// not reach us is behind a dead connection, as is one that is gone.
pub async fn is_busy(sql: &mut Connection, process: i32, silence: Duration) -> Result<bool> {
    let question = format!(
        "SELECT reply_time IS NULL OR clock_timestamp() - reply_time > make_interval(secs => {}) \
         FROM pg_catalog.pg_stat_replication WHERE pid = {process}",
        silence.as_secs_f64()
    );
    Ok(sql.scalar(&question).await?.as_deref() == Some("t"))
}

/// Whether a slot, if there is one, cannot give everything behind a position of a log that ends at `end`.
pub fn gap(needed: Lsn, end: Lsn, slot: Option<&Slot>) -> Option<Gap> {
    match slot {
        _ if needed > end => Some(Gap::LogEndsBefore),
        None => Some(Gap::SlotMissing),
        Some(slot) if slot.is_invalidated => Some(Gap::SlotInvalidated),
        Some(slot) => slot.confirmed.filter(|confirmed| *confirmed > needed).map(|_| Gap::SlotMoved),
    }
}

/// Refuses a slot that somebody else reads, before a snapshot is taken that the other's progress would outrun.
pub fn check_free(name: &str, slot: &Slot) -> Result<()> {
    let Some(process) = &slot.reader else { return Ok(()) };
    Err(Error::transient(format!("replication slot \"{name}\" is active for PID {process}"))
        .remedy("the slot is in use: end the other reader, or give this connector its own slot.name"))
}

/// Waits until a reader that has said goodbye is gone.
pub async fn until_free(sql: &mut Connection, name: &str, database: &str) -> Result<()> {
    let deadline = Instant::now() + LONGEST_GOODBYE;
    loop {
        let Some(slot) = find(sql, name, database).await? else { return Ok(()) };
        match check_free(name, &slot) {
            Err(error) if Instant::now() >= deadline => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            Ok(()) => return Ok(()),
        }
    }
}

/// How long a walsender may take to see that its client is gone.
const LONGEST_GOODBYE: Duration = Duration::from_secs(10);

/// `server_version_num` of the first server whose slots survive a failover.
const FIRST_WITH_FAILOVER: u32 = 170_000;

/// Refuses `slot.failover` where the server cannot do it.
pub fn check_failover(server_version: u32) -> Result<()> {
    if server_version >= FIRST_WITH_FAILOVER {
        return Ok(());
    }
    Err(Error::definite(format!(
        "slot.failover needs a server from 17 on, and this one is {}",
        server_version / 10_000
    ))
    .remedy("set slot.failover to false"))
}

/// `server_version_num` of the first server that sends open transactions.
const FIRST_WITH_STREAMING: u32 = 140_000;

/// Refuses `slot.streaming.enabled` where the server cannot do it.
pub fn check_streaming(server_version: u32) -> Result<()> {
    if server_version >= FIRST_WITH_STREAMING {
        return Ok(());
    }
    Err(Error::definite(format!(
        "slot.streaming.enabled needs a server from 14 on, and this one is {}",
        server_version / 10_000
    ))
    .remedy("set slot.streaming.enabled to false"))
}

/// Creates the connector's slot and exports a snapshot that fits it exactly.
pub async fn create(replication: &mut Connection, name: &str, has_failover: bool) -> Result<Created> {
    let options = if has_failover { " (FAILOVER true)" } else { "" };
    create_as(replication, &format!("{} LOGICAL pgoutput{options}", identifier(name)), name).await
}

/// Makes a slot that is there already one that survives a failover.
pub async fn set_failover(replication: &mut Connection, name: &str) -> Result<()> {
    replication.query(&format!("ALTER_REPLICATION_SLOT {} (FAILOVER true)", identifier(name))).await.map(drop)
}

/// A temporary slot, only for its snapshot: consistent with the log without touching the connector's slot.
pub async fn create_temporary(replication: &mut Connection, name: &str) -> Result<Created> {
    create_as(replication, &format!("{} TEMPORARY LOGICAL pgoutput", identifier(name)), name).await
}

/// Ends a temporary slot. Until then it holds back the server's log for as long as this session lives.
pub async fn drop_temporary(replication: &mut Connection, name: &str) -> Result<()> {
    replication.query(&format!("DROP_REPLICATION_SLOT {}", identifier(name))).await.map(drop)
}

/// Ends a slot that nothing can be read from any more.
pub async fn drop_invalidated(sql: &mut Connection, name: &str) -> Result<()> {
    tracing::warn!(slot = name, "slot was invalidated and is made anew");
    sql.query(&format!("SELECT pg_drop_replication_slot({})", literal(name))).await.map(drop)
}

/// Lets the slot forget what lies before a stored position, as the stream would by its first word.
pub async fn seek(sql: &mut Connection, name: &str, to: Lsn) -> Result<()> {
    let name = literal(name);
    let command = format!(
        "SELECT pg_catalog.pg_replication_slot_advance({name}, '{to}') FROM pg_catalog.pg_replication_slots \
         WHERE slot_name = {name} AND confirmed_flush_lsn < '{to}'"
    );
    let moved = sql.query(&command).await?;
    tracing::info!(slot = name, lsn = %to, moved = !moved.is_empty(), "slot is at the stored position");
    Ok(())
}

/// How often, and after which pause, a slot is dropped that the server still counts as read by us.
const DROP_ATTEMPTS: u32 = 3;
const DROP_PAUSE: Duration = Duration::from_secs(1);

/// `slot.drop.on.stop`. A stop must not fail for it, so what remains is told.
pub async fn drop_at_stop(sql: &mut Connection, name: &str) {
    for attempt in 1..=DROP_ATTEMPTS {
        match sql.query(&format!("SELECT pg_drop_replication_slot({})", literal(name))).await {
            Ok(_) => return tracing::info!(slot = name, "slot dropped"),
            Err(error) if attempt == DROP_ATTEMPTS => {
                tracing::error!(slot = name, error = error.report(), "slot stays, drop it by hand: it keeps the log");
            }
            Err(_) => tokio::time::sleep(DROP_PAUSE).await,
        }
    }
}

/// A name for a temporary slot. Slots are the cluster's, and in containers every process may have the same number.
pub fn temporary_name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("tailrace_snapshot_{}_{:x}", std::process::id(), since.as_nanos())
}

async fn create_as(replication: &mut Connection, definition: &str, name: &str) -> Result<Created> {
    let rows = replication.query(&format!("CREATE_REPLICATION_SLOT {definition}")).await?;
    let column = |i: usize| rows.first().and_then(|row| row.get(i)).and_then(|c| c.as_deref());
    match (column(1).and_then(Lsn::parse), column(2)) {
        (Some(consistent_point), Some(snapshot)) => Ok(Created { consistent_point, snapshot: snapshot.to_owned() }),
        _ => Err(Error::transient(format!("creating replication slot {name} gave no snapshot"))
            .remedy("see that database.hostname leads to a PostgreSQL server, not to a pooler")),
    }
}

/// How a missing publication is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autocreate {
    Disabled,
    AllTables,
    Filtered,
}

/// Debezium's, which people look for.
const CONNECT_EXCEPTION: &str = "org.apache.kafka.connect.errors.ConnectException";

/// Makes sure that the publication exists and, where it lists tables, that it lists the captured ones.
pub async fn ensure_publication(
    sql: &mut Connection,
    (name, database): (&str, &str),
    mode: Autocreate,
    captured: &[TableEntry],
) -> Result<()> {
    let all_tables = sql
        .scalar(&format!("SELECT puballtables FROM pg_catalog.pg_publication WHERE pubname = {}", literal(name)))
        .await?;
    let quoted = identifier(name);
    let statement = match (mode, all_tables.as_deref()) {
        (Autocreate::Disabled, None) => {
            return Err(Error::definite(format!(
                "{CONNECT_EXCEPTION}: Publication autocreation is disabled, please create one and restart the connector."
            ))
            .remedy(format!("create publication {name}, or set publication.autocreate.mode to all_tables or filtered")));
        }
        (Autocreate::Disabled | Autocreate::AllTables, Some(_)) => return Ok(()),
        (Autocreate::AllTables, None) => format!("CREATE PUBLICATION {quoted} FOR ALL TABLES"),
        (Autocreate::Filtered, Some("t")) => {
            return Err(narrower_than_all(name, database));
        }
        (Autocreate::Filtered, existing) => {
            return fill(sql, name, existing.is_some(), captured).await;
        }
    };
    tracing::info!(publication = name, statement, "preparing the publication");
    sql.query(&statement).await.map(drop)
}

fn narrower_than_all(name: &str, database: &str) -> Error {
    Error::definite(format!(
        "io.debezium.DebeziumException: A logical publication for all tables named '{name}' for plugin 'PGOUTPUT' and database \
         '{database}' is already active on the server and can not be altered. If you need to exclude some tables or include \
         only specific subset, please recreate the publication with necessary configuration or let plugin recreate it by \
         dropping existing publication. Otherwise please change the 'publication.autocreate.mode' property to 'all_tables'."
    ))
    .remedy("drop it, or set publication.name to another name, or publication.autocreate.mode to all_tables")
}

/// Makes a publication of the captured tables, or gives it these tables.
async fn fill(sql: &mut Connection, name: &str, exists: bool, captured: &[TableEntry]) -> Result<()> {
    let names: Vec<String> =
        captured.iter().map(|t| format!("{}.{}", identifier(&t.schema), identifier(&t.table))).collect();
    let (tables, quoted) = (names.join(", "), identifier(name));
    let verb = if exists { "update" } else { "create" };
    let failed = format!("{CONNECT_EXCEPTION}: Unable to {verb} filtered publication {name} for {tables}");
    if captured.is_empty() {
        return Err(Error::definite(failed)
            .caused_by(format!("No table filters found for filtered publication {name}"))
            .remedy("check table.include.list and schema.include.list: no table matches them"));
    }
    let statement = if exists {
        format!("ALTER PUBLICATION {quoted} SET TABLE {tables}")
    } else {
        format!("CREATE PUBLICATION {quoted} FOR TABLE {tables}")
    };
    tracing::info!(publication = name, statement, "preparing the publication");
    match sql.query(&statement).await {
        Ok(_) => Ok(()),
        Err(cause) if cause.is_transient() => Err(cause),
        Err(cause) => Err(Error::definite(failed).caused_by(cause).remedy(
            "grant the role CREATE on the database and ownership of the tables, or make the publication by hand and set \
             publication.autocreate.mode to disabled",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn a_temporary_slot_ends_before_its_session() {
        let (ours, mut server) = duplex(4096);
        let mut connection = Connection::new(Box::new(ours), "the server".into(), 0);
        server.write_all(b"C\0\0\0\x1aDROP_REPLICATION_SLOT\0Z\0\0\0\x05I").await.unwrap();
        drop_temporary(&mut connection, "x").await.unwrap();
        let mut sent = vec![0; 64];
        let count = server.read(&mut sent).await.unwrap();
        assert!(sent[..count].ends_with(b"DROP_REPLICATION_SLOT \"x\"\0"));
    }

    #[test]
    fn a_gap_is_seen_wherever_it_lies() {
        let slot = |confirmed| Slot { confirmed: Some(Lsn(confirmed)), reader: None, is_invalidated: false };
        let (needed, end) = (Lsn(50), Lsn(90));
        for confirmed in [10, 50] {
            assert_eq!(gap(needed, end, Some(&slot(confirmed))), None);
        }
        assert_eq!(gap(needed, needed, Some(&slot(50))), None, "nothing was written since");
        assert_eq!(gap(needed, end, Some(&slot(51))), Some(Gap::SlotMoved));
        assert_eq!(gap(needed, end, None), Some(Gap::SlotMissing));
        assert_eq!(gap(needed, Lsn(49), Some(&slot(10))), Some(Gap::LogEndsBefore));
        let invalidated = Slot { is_invalidated: true, ..slot(10) };
        assert_eq!(gap(needed, end, Some(&invalidated)), Some(Gap::SlotInvalidated));
    }

    #[test]
    fn temporary_names_differ_and_are_names_of_slots() {
        let (one, other) = (temporary_name(), temporary_name());
        assert_ne!(one, other);
        assert!(one.len() <= 63 && one.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
    }
}
