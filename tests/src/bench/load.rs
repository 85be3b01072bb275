//! What is read: one table each, written before any side begins.

use anyhow::{Context, Result};

use crate::Postgres;

/// How much of it there is, and in which form.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub name: &'static str,
    pub about: &'static str,
    rows: u64,
    rows_per_transaction: u64,
    text: &'static str,
    /// Whether records carry their schemas.
    pub schemas: bool,
    /// Read from the table, not from the log.
    pub is_snapshot: bool,
    /// One transaction, which is read while it is open too.
    pub is_large: bool,
}

/// A text that does not compress to nothing, and differs in every row.
const WIDE_TEXT: &str = "rpad(md5(i::text) || md5((i + 1)::text), 360, md5((i + 2)::text))";
const NARROW_TEXT: &str = "'row ' || i";

pub const LOADS: [Load; 6] = [
    Load {
        name: "narrow",
        about: "narrow rows, 1,000 a transaction",
        rows: 1_000_000,
        rows_per_transaction: 1_000,
        text: NARROW_TEXT,
        schemas: false,
        is_snapshot: false,
        is_large: false,
    },
    Load {
        name: "schemas",
        about: "narrow rows, 1,000 a transaction, records with schemas",
        rows: 600_000,
        rows_per_transaction: 1_000,
        text: NARROW_TEXT,
        schemas: true,
        is_snapshot: false,
        is_large: false,
    },
    Load {
        name: "wide",
        about: "rows of 400 bytes, 100 a transaction",
        rows: 600_000,
        rows_per_transaction: 100,
        text: WIDE_TEXT,
        schemas: false,
        is_snapshot: false,
        is_large: false,
    },
    Load {
        name: "single",
        about: "narrow rows, one a transaction",
        rows: 400_000,
        rows_per_transaction: 1,
        text: NARROW_TEXT,
        schemas: false,
        is_snapshot: false,
        is_large: false,
    },
    Load {
        name: "snapshot",
        about: "a snapshot of rows of 400 bytes",
        rows: 1_000_000,
        rows_per_transaction: 1_000_000,
        text: WIDE_TEXT,
        schemas: false,
        is_snapshot: true,
        is_large: false,
    },
    Load {
        name: "large",
        about: "narrow rows, all of them one transaction",
        rows: 2_000_000,
        rows_per_transaction: u64::MAX,
        text: NARROW_TEXT,
        schemas: false,
        is_snapshot: false,
        is_large: true,
    },
];

/// Written row by row while it is read, for `latency`.
pub const LATENCY: Load = Load {
    name: "latency",
    about: "narrow rows at a fixed rate",
    rows: 0,
    rows_per_transaction: 1,
    text: NARROW_TEXT,
    schemas: false,
    is_snapshot: false,
    is_large: false,
};

impl Load {
    pub fn find(name: &str) -> Option<&'static Self> {
        LOADS.iter().find(|load| load.name == name)
    }

    /// The rows of a run that scales every load by `percent`.
    pub fn rows(&self, percent: u64) -> u64 {
        (self.rows * percent / 100).max(1_000)
    }

    pub fn table(&self) -> String {
        format!("public.bench_{}", self.name)
    }

    pub fn publication(&self) -> String {
        format!("bench_{}", self.name)
    }

    pub fn prepare(&self, postgres: &Postgres, slots: &[String]) -> Result<()> {
        let (table, publication) = (self.table(), self.publication());
        postgres.sql(&format!(
            "CREATE TABLE {table} (id bigint PRIMARY KEY, n int, t text); CREATE PUBLICATION {publication} FOR TABLE {table}"
        ))?;
        for slot in slots {
            postgres.sql(&format!("SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')"))?;
        }
        Ok(())
    }

    /// Writes the rows; returns the position behind them.
    pub fn write(&self, postgres: &Postgres, rows: u64) -> Result<String> {
        let (table, text, step) = (self.table(), self.text, self.rows_per_transaction.min(rows));
        let mut client = postgres.client()?;
        client.batch_execute("SET synchronous_commit = off")?;
        client.batch_execute(&format!(
            "DO $$ BEGIN FOR k IN 0..{last} LOOP \
               INSERT INTO {table} SELECT i, i % 1000, {text} FROM generate_series(k * {step} + 1, (k + 1) * {step}) i; \
               COMMIT; END LOOP; END $$",
            last = rows / step - 1
        ))?;
        client.batch_execute("CHECKPOINT")?;
        if self.is_snapshot {
            client.batch_execute(&format!("VACUUM (ANALYZE) {table}"))?;
        }
        postgres.value("SELECT pg_current_wal_flush_lsn()")?.context("the server told no position")
    }
}
