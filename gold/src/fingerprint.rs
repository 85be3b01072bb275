//! Rows and checksum of a day: whether two tables hold the same, without moving a row.

use clickhouse::Row;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::warehouse::{Error, Warehouse};

/// Every column of the contract but `_updated_at`, which says when a row was computed and not what it says.
const HASHED: &str = "cityHash64(date, user_id, full_name, email, event_type, event_count)";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Row, Serialize, Deserialize)]
pub struct Fingerprint {
    pub rows: u64,
    pub checksum: u64,
}

/// Which rows are meant.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    Day(Day),
    OtherDays(Day),
}

impl Fingerprint {
    pub async fn of(warehouse: &Warehouse, table: &str, part: Part) -> Result<Fingerprint, Error> {
        let (operator, day) = match part {
            Part::Day(day) => ("=", day),
            Part::OtherDays(day) => ("!=", day),
        };
        let sql =
            format!("SELECT count() AS rows, sum({HASHED}) AS checksum FROM {table} WHERE date {operator} toDate(?)");
        let doing = format!("take the checksum of {table}");
        warehouse.one(&doing, &sql, |query| query.bind(day.to_string())).await
    }
}
