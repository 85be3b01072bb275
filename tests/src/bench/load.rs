//! The one log that every side reads.

use anyhow::Result;

use crate::Postgres;

pub const TABLE: &str = "public.bench";
pub const PUBLICATION: &str = "bench";
/// Rows of one transaction: large enough that commits do not dominate, small enough that there are many.
const TRANSACTION_ROWS: u64 = 1_000;

const SCHEMA: &str = "
CREATE TABLE bench (id bigint PRIMARY KEY, n int, t text);
CREATE PUBLICATION bench FOR TABLE bench;";

pub fn prepare(postgres: &Postgres, slots: &[&str]) -> Result<()> {
    postgres.sql(SCHEMA)?;
    for slot in slots {
        postgres.sql(&format!("SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')"))?;
    }
    Ok(())
}

/// Writes the rows; returns the position behind them.
pub fn write(postgres: &Postgres, rows: u64, tell: &mut dyn FnMut(u64)) -> Result<String> {
    let mut client = postgres.client()?;
    let mut next = 1;
    while next <= rows {
        let last = (next + TRANSACTION_ROWS - 1).min(rows);
        client.batch_execute(&format!(
            "INSERT INTO bench SELECT i, i % 1000, 'row ' || i FROM generate_series({next}, {last}) i"
        ))?;
        next = last + 1;
        tell(last);
    }
    Ok(postgres.value("SELECT pg_current_wal_insert_lsn()")?.unwrap_or_default())
}
