//! `gold show`: one day as a table for people.

use clickhouse::Row;
use comfy_table::Table;
use serde::Deserialize;

use crate::day::Day;
use crate::error::Result;
use crate::schema::GOLD;
use crate::warehouse::Warehouse;

#[derive(Row, Deserialize)]
struct Activity {
    user_id: i32,
    full_name: String,
    email: String,
    event_type: String,
    event_count: u64,
    computed: String,
}

pub async fn show(warehouse: &Warehouse, day: Day) -> Result<String> {
    warehouse.version().await?;
    let sql = format!(
        "SELECT user_id, full_name, email, event_type, event_count, toString(_updated_at, 'UTC') AS computed \
         FROM {GOLD} FINAL WHERE date = toDate(?) ORDER BY user_id, event_type"
    );
    let rows: Vec<Activity> = warehouse.all(&format!("read {GOLD}"), &sql, |query| query.bind(day.to_string())).await?;
    let mut table = Table::new();
    table.set_header(["date", "user_id", "full_name", "email", "event_type", "event_count", "computed (UTC)"]);
    for row in &rows {
        table.add_row([
            day.to_string(),
            row.user_id.to_string(),
            row.full_name.clone(),
            row.email.clone(),
            row.event_type.clone(),
            row.event_count.to_string(),
            row.computed.clone(),
        ]);
    }
    Ok(format!("{table}\n{} rows", rows.len()))
}
