//! The view of the tables that a snapshot reads, and the locks that keep it whole.

use crate::error::Result;
use crate::source::postgres::catalog::TableEntry;
use crate::source::postgres::position::Lsn;
use crate::source::postgres::wire::codec::Connection;
use crate::source::postgres::wire::query::{identifier, literal};
use crate::source::postgres::wire::startup::Login;

/// The view that the snapshot reads.
#[derive(Debug, Clone)]
pub enum View {
    /// Exported by a slot, with the position that fits it.
    Exported { name: String, lsn: Lsn },
    /// No slot is wanted (`initial_only`).
    Own,
    /// Of this moment, beside a log that is read.
    Current,
}

impl View {
    /// Begins the transaction that sees it, and tells where it stands in the log.
    pub async fn open(&self, sql: &mut Connection) -> Result<Lsn> {
        match self {
            View::Exported { name, lsn } => {
                sql.query(&format!(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT {}",
                    literal(name)
                ))
                .await?;
                sql.query("SET LOCAL synchronize_seqscans = off").await?;
                Ok(*lsn)
            }
            View::Own | View::Current => {
                // the wait for a view that cannot fail is worth it only where nothing else waits
                let level = if let View::Own = self {
                    "SERIALIZABLE READ ONLY DEFERRABLE"
                } else {
                    "REPEATABLE READ READ ONLY"
                };
                sql.query(&format!("BEGIN ISOLATION LEVEL {level}")).await?;
                sql.query("SET LOCAL synchronize_seqscans = off").await?;
                // a standby that is fed by archives receives nothing
                let position = "SELECT CASE WHEN pg_is_in_recovery() \
                 THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END";
                let text = sql.scalar(position).await?.unwrap_or_default();
                Lsn::parse(&text).ok_or_else(|| sql.broken(format!("{text:?} as its position in the log")))
            }
        }
    }
}

/// Keeps the tables from being changed or truncated while they are read; writers go on.
pub async fn lock(sql: &mut Connection, tables: &[&TableEntry], timeout_ms: u64) -> Result<()> {
    sql.query(&format!("SET LOCAL lock_timeout = {timeout_ms}")).await?;
    for table in tables {
        let name = format!("{}.{}", identifier(&table.schema), identifier(&table.table));
        sql.query(&format!("LOCK TABLE {name} IN ACCESS SHARE MODE")).await?;
    }
    sql.query("SET LOCAL lock_timeout = 0").await.map(drop)
}

/// Further connections that see what `sql` sees.
pub async fn share(sql: &mut Connection, login: &Login, count: usize) -> Result<Vec<Connection>> {
    let mut others = Vec::with_capacity(count);
    if count == 0 {
        return Ok(others);
    }
    let name = sql.scalar("SELECT pg_catalog.pg_export_snapshot()").await?.unwrap_or_default();
    for _ in 0..count {
        let mut other = login.connect().await?;
        View::Exported { name: name.clone(), lsn: Lsn::default() }.open(&mut other).await?;
        others.push(other);
    }
    Ok(others)
}
