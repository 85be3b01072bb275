//! Computing a day aside: one INSERT SELECT into a table that nobody reads.
//!
//! The sink goes on while gold computes, and two queries see two moments. The input is therefore measured before and
//! after: a day whose input moved in between is computed again, so that the checks compare what belongs together.

use std::time::Duration;

use clickhouse::Row;
use serde::Deserialize;

use crate::day::Day;
use crate::error::{Error, Result};
use crate::fingerprint::{Fingerprint, Part};
use crate::schema::{EVENTS, GOLD, USERS, create_gold};
use crate::warehouse::Warehouse;

/// A day into which the sink still writes settles between two of its batches, which are about a second apart.
const ATTEMPTS: u32 = 8;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(300);

/// What the input of a day looked like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Row, Deserialize)]
pub struct Marks {
    /// Events of the day that are not deleted.
    pub events: u64,
    /// Those among them whose user is not there.
    pub unmatched: u64,
    pub events_version: u64,
    pub users_version: u64,
}

#[derive(Debug)]
pub struct Staged {
    pub table: String,
    pub marks: Marks,
    pub content: Fingerprint,
}

pub fn table_name(run_id: &str) -> String {
    format!("{GOLD}__stg_{run_id}")
}

impl Marks {
    pub async fn read(warehouse: &Warehouse, day: Day) -> Result<Marks> {
        let sql = format!(
            "SELECT count() AS events, \
             countIf(user_id NOT IN (SELECT user_id FROM {USERS} FINAL WHERE is_deleted = 0)) AS unmatched, \
             max(_version) AS events_version, ifNull((SELECT max(_version) FROM {USERS}), 0) AS users_version \
             FROM {EVENTS} FINAL WHERE {}",
            of_the_day(day)
        );
        Ok(warehouse.one(&format!("measure the events of {day}"), &sql, |query| query).await?)
    }
}

pub async fn stage(warehouse: &Warehouse, day: Day, run_id: &str) -> Result<Staged> {
    let table = table_name(run_id);
    for attempt in 1..=ATTEMPTS {
        if attempt > 1 {
            tokio::time::sleep(BETWEEN_ATTEMPTS).await;
        }
        let before = Marks::read(warehouse, day).await?;
        fill(warehouse, day, &table).await?;
        let after = Marks::read(warehouse, day).await?;
        if before == after {
            let content = Fingerprint::of(warehouse, &table, Part::Day(day)).await?;
            return Ok(Staged { table, marks: after, content });
        }
        tracing::info!(%day, attempt, "input moved while it was read");
        discard(warehouse, &table).await?;
    }
    Err(Error::NotReady {
        problem: format!("events or users of {day} changed during each of {ATTEMPTS} attempts"),
        remedy: "Run again when the sink has caught up with that day.".into(),
    })
}

async fn fill(warehouse: &Warehouse, day: Day, table: &str) -> Result<()> {
    warehouse.execute("create the staging table", &create_gold(table)).await?;
    let sql = format!(
        "INSERT INTO {table} (date, user_id, full_name, email, event_type, event_count) \
         SELECT toDate('{day}'), activity.user_id, users.full_name, users.email, activity.event_type, \
         activity.event_count \
         FROM (SELECT user_id, event_type, count() AS event_count FROM {EVENTS} FINAL WHERE {} \
               GROUP BY user_id, event_type) AS activity \
         INNER JOIN (SELECT user_id, full_name, email FROM {USERS} FINAL WHERE is_deleted = 0) AS users \
         ON users.user_id = activity.user_id",
        of_the_day(day)
    );
    warehouse.execute(&format!("compute {day}"), &sql).await?;
    Ok(())
}

pub async fn discard(warehouse: &Warehouse, table: &str) -> Result<()> {
    Ok(warehouse.execute("drop the staging table", &format!("DROP TABLE IF EXISTS {table}")).await?)
}

fn of_the_day(day: Day) -> String {
    let (start, end) = (day.start_s(), day.end_s());
    format!("is_deleted = 0 AND timestamp >= toDateTime({start}) AND timestamp < toDateTime({end})")
}
