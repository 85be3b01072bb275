//! Checks between computing a day and publishing it. The first one that fails ends the run.

use std::collections::BTreeMap;

use clickhouse::Row;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;
use crate::schema::USERS;
use crate::stage::Staged;
use crate::warehouse::Warehouse;

/// What was found, as it is kept in the ledger.
pub type Findings = BTreeMap<&'static str, String>;

#[derive(Debug, Row, Deserialize, Serialize)]
struct Facts {
    rows: u64,
    keys: u64,
    of_other_days: u64,
    without_count: u64,
    without_user: u64,
    events: u64,
}

pub async fn audit(
    warehouse: &Warehouse,
    day: Day,
    staged: &Staged,
    published: Fingerprint,
    allow_empty: bool,
) -> Result<Findings> {
    let facts = facts(warehouse, day, &staged.table).await?;
    let counted = facts.events + staged.marks.unmatched;
    let checks = [
        check("day", facts.of_other_days == 0, format!("{} rows of other days", facts.of_other_days), BUG),
        check("grain", facts.rows == facts.keys, format!("{} rows for {} keys", facts.rows, facts.keys), BUG),
        check("count", facts.without_count == 0, format!("{} rows that count nothing", facts.without_count), BUG),
        check("user", facts.without_user == 0, format!("{} rows of users that are not there", facts.without_user), BUG),
        check(
            "reconciliation",
            counted == staged.marks.events,
            format!(
                "{} events counted and {} without a user, of {}",
                facts.events, staged.marks.unmatched, staged.marks.events
            ),
            BUG,
        ),
        check(
            "not_empty",
            facts.rows > 0 || published.rows == 0 || allow_empty,
            format!("{} rows now, {} published", facts.rows, published.rows),
            "Look whether the day's events were really deleted; if so, add --allow-empty.",
        ),
    ];
    let mut findings = Findings::new();
    for (name, holds, detail, remedy) in checks {
        if !holds {
            return Err(Error::Check { check: name, day: day.to_string(), detail, remedy: remedy.to_owned() });
        }
        findings.insert(name, detail);
    }
    Ok(findings)
}

const BUG: &str = "What is published is untouched. Look at the inputs of that day; the same run again computes anew.";

type Check = (&'static str, bool, String, &'static str);

fn check(name: &'static str, holds: bool, detail: String, remedy: &'static str) -> Check {
    (name, holds, detail, remedy)
}

async fn facts(warehouse: &Warehouse, day: Day, table: &str) -> Result<Facts> {
    let sql = format!(
        "SELECT count() AS rows, uniqExact(user_id, event_type) AS keys, countIf(date != toDate(?)) AS of_other_days, \
         countIf(event_count = 0) AS without_count, \
         countIf(user_id NOT IN (SELECT user_id FROM {USERS} FINAL WHERE is_deleted = 0)) AS without_user, \
         sum(event_count) AS events FROM {table}"
    );
    Ok(warehouse.one("check the staged day", &sql, |query| query.bind(day.to_string())).await?)
}
