//! Swapping a day in: the next table is built beside the current one and both change names at once.
//!
//! The other days come into the next table as hard links (ATTACH PARTITION FROM), the new day from staging; EXCHANGE
//! TABLES is one rename of metadata. A crash before it harms nothing, one after it leaves only the former table to be
//! dropped. REPLACE PARTITION is not used: on servers before 26.6 the replaced rows come back after a restart
//! (ClickHouse issue 107605), and it is not atomic under a crash (104660).
//! The price: one writer, which the lock sees to, and a database of the engine Atomic, which is the default.

use clickhouse::Row;
use serde::Deserialize;

use crate::day::Day;
use crate::error::{Error, Result};
use crate::fingerprint::{Fingerprint, Part};
use crate::schema::{GOLD, Layout, create_gold};
use crate::stage::Staged;
use crate::warehouse::Warehouse;

pub const STRATEGY: &str = "exchange";

/// One ALTER carries this many days over; the statement stays short and a year takes a few of them.
const DAYS_PER_ALTER: usize = 60;

#[derive(Row, Deserialize)]
struct Partition {
    id: String,
}

/// The table that takes the place of the published one.
pub struct Next {
    table: String,
    day: Day,
    content: Fingerprint,
}

pub fn table_name(run_id: &str) -> String {
    format!("{GOLD}__next_{run_id}")
}

/// Builds the next table and checks that the other days are in it as they are published.
pub async fn prepare(warehouse: &Warehouse, day: Day, staged: &Staged, layout: Layout, run_id: &str) -> Result<Next> {
    let table = table_name(run_id);
    match layout {
        Layout::ByDay => {
            warehouse.execute("create the next table", &format!("CREATE TABLE {table} AS {GOLD}")).await?;
            link_other_days(warehouse, day, &table).await?;
        }
        Layout::Former => {
            warehouse.execute("create the next table", &create_gold(&table)).await?;
            let copy = format!("INSERT INTO {table} SELECT * FROM {GOLD} FINAL WHERE date != toDate('{day}')");
            warehouse.execute("copy the other days into the new layout", &copy).await?;
        }
    }
    if staged.content.rows > 0 {
        let attach = format!("ALTER TABLE {table} ATTACH PARTITION ID '{}' FROM {}", day.partition_id(), staged.table);
        warehouse.execute("attach the computed day", &attach).await?;
    }
    check_carried(warehouse, day, &table, layout).await?;
    Ok(Next { table, day, content: staged.content })
}

async fn link_other_days(warehouse: &Warehouse, day: Day, table: &str) -> Result<()> {
    let sql = "SELECT DISTINCT partition_id AS id FROM system.parts \
               WHERE database = currentDatabase() AND table = ? AND active AND partition_id != ? ORDER BY id";
    let others: Vec<Partition> =
        warehouse.all("list the published days", sql, |query| query.bind(GOLD).bind(day.partition_id())).await?;
    for some in others.chunks(DAYS_PER_ALTER) {
        let commands: Vec<String> =
            some.iter().map(|other| format!("ATTACH PARTITION ID '{}' FROM {GOLD}", other.id)).collect();
        warehouse.execute("carry the other days over", &format!("ALTER TABLE {table} {}", commands.join(", "))).await?;
    }
    Ok(())
}

/// Refuses a next table in which the other days are not what readers see now.
pub async fn check_carried(warehouse: &Warehouse, day: Day, table: &str, layout: Layout) -> Result<()> {
    let current = match layout {
        Layout::ByDay => GOLD.to_owned(),
        Layout::Former => format!("{GOLD} FINAL"),
    };
    let published = Fingerprint::of(warehouse, &current, Part::OtherDays(day)).await?;
    let carried = Fingerprint::of(warehouse, table, Part::OtherDays(day)).await?;
    if published == carried {
        return Ok(());
    }
    Err(Error::Check {
        check: "other_days",
        day: day.to_string(),
        detail: format!("{} rows of other days published, {} carried over", published.rows, carried.rows),
        remedy: format!("Somebody else writes to {GOLD}; stop that and run again."),
    })
}

impl Next {
    /// The moment of publication, then the proof; a table that does not prove right is swapped back.
    pub async fn exchange(self, warehouse: &Warehouse) -> Result<Fingerprint> {
        let swap = format!("EXCHANGE TABLES {GOLD} AND {}", self.table);
        warehouse.execute("publish the day", &swap).await?;
        let published = Fingerprint::of(warehouse, GOLD, Part::Day(self.day)).await?;
        if published != self.content {
            warehouse.execute("take the publication back", &swap).await?;
            return Err(Error::Check {
                check: "published",
                day: self.day.to_string(),
                detail: format!(
                    "{} rows staged, {} rows readable after the exchange",
                    self.content.rows, published.rows
                ),
                remedy: "The former table is back in place. Run again.".into(),
            });
        }
        let drop = format!("DROP TABLE IF EXISTS {}", self.table);
        warehouse.execute("drop the former table", &drop).await?;
        Ok(published)
    }
}
