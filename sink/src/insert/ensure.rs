//! Creates what is missing and refuses what is not ours.

use super::Warehouse;
use crate::error::{Error, Result};
use crate::table::Shape;

/// Creates the table unless it stands, then checks that what stands is what we write.
pub async fn ensure(warehouse: &Warehouse, table: &str, shape: &Shape) -> Result<()> {
    let object = format!("the creation of table {table}");
    warehouse.execute(&object, &shape.create(warehouse.database(), table)).await?;
    check(warehouse, table, shape).await
}

async fn check(warehouse: &Warehouse, table: &str, shape: &Shape) -> Result<()> {
    let object = format!("the description of table {table}");
    let sql = "SELECT engine_full, sorting_key FROM system.tables WHERE database = ? AND name = ?";
    let found: Vec<(String, String)> = warehouse.select(&object, sql, &[warehouse.database(), table]).await?;
    let Some((engine, order)) = found.into_iter().next() else {
        return Err(Error::transient(format!("table {table} is not visible yet")));
    };
    let columns_sql = "SELECT name, type FROM system.columns WHERE database = ? AND table = ?";
    let columns: Vec<(String, String)> = warehouse.select(&object, columns_sql, &[warehouse.database(), table]).await?;
    match difference(shape, &engine, &order, &columns) {
        None => Ok(()),
        Some(difference) => Err(Error::definite(format!("table {}.{table} {difference}", warehouse.database()))
            .remedy(format!(
                "Rename the table and any materialized view that fills it, then start again (the sink creates the right one and fills it from the topic), or name another table in the configuration.\nexpected: {}",
                shape.create(warehouse.database(), table)
            ))),
    }
}

/// What keeps the table from being written or from being right; `None` when nothing does.
fn difference(shape: &Shape, engine: &str, order: &str, columns: &[(String, String)]) -> Option<String> {
    // A replicated or shared table of the same family has a prefix, and its paths before our arguments.
    let (name, arguments) = shape.engine.split_once('(').unwrap_or((shape.engine, ""));
    let head = engine.split(" ORDER BY").next().unwrap_or(engine).trim();
    if !head.split('(').next().is_some_and(|found| found.ends_with(name)) || !head.ends_with(arguments) {
        return Some(format!("has the engine {head} instead of {}", shape.engine));
    }
    let expected_order = shape.order_by.trim_matches(['(', ')']);
    if order != expected_order {
        return Some(format!("is ordered by ({order}) instead of ({expected_order})"));
    }
    if !remembers_inserts(engine) {
        return Some("has no deduplication window, so that a repeated insert would land twice".to_owned());
    }
    for column in shape.columns {
        match columns.iter().find(|(name, _)| name == column.name) {
            None => return Some(format!("lacks the column {}", column.name)),
            Some((_, kind)) if kind != column.kind => {
                return Some(format!("has the column {} as {kind} instead of {}", column.name, column.kind));
            }
            Some(_) => {}
        }
    }
    None
}

/// Whether the table drops an insert that it has seen before: by default replicated ones do and plain ones do not.
fn remembers_inserts(engine: &str) -> bool {
    let is_plain = !engine.starts_with("Replicated") && !engine.starts_with("Shared");
    let name = if is_plain { "non_replicated_deduplication_window" } else { "replicated_deduplication_window" };
    let settings = engine.rsplit_once(" SETTINGS ").map_or("", |(_, settings)| settings);
    let window = settings.split(',').filter_map(|pair| pair.split_once('=')).find(|(key, _)| key.trim() == name);
    window.map_or(!is_plain, |(_, value)| value.trim() != "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{bronze, user};

    const ENGINE: &str = "ReplacingMergeTree(_version, is_deleted) ORDER BY user_id SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192";

    fn columns(shape: &Shape) -> Vec<(String, String)> {
        shape.columns.iter().map(|column| (column.name.to_owned(), column.kind.to_owned())).collect()
    }

    #[test]
    fn our_own_tables_are_accepted() {
        let silver = columns(&user::SILVER);
        assert_eq!(difference(&user::SILVER, ENGINE, "user_id", &silver), None);
        let replicated = ENGINE.replace("ReplacingMergeTree(", "ReplicatedReplacingMergeTree('/path', '{replica}', ");
        assert_eq!(difference(&user::SILVER, &replicated, "user_id", &silver), None);
        let by_default = replicated.replace("non_replicated_deduplication_window = 10000, ", "");
        assert_eq!(difference(&user::SILVER, &by_default, "user_id", &silver), None);
        let engine = ENGINE.replace("(_version, is_deleted)", "");
        for shape in [&bronze::WITH_BEFORE, &bronze::WITHOUT_BEFORE] {
            assert_eq!(difference(shape, &engine, "_topic, _partition, _offset", &columns(shape)), None);
        }
    }

    #[test]
    fn tables_of_today_are_refused_with_the_difference() {
        let silver = columns(&user::SILVER);
        for (engine, order, names, says) in [
            ("Kafka SETTINGS kafka_broker_list = 'b'", "", &silver, "engine Kafka"),
            (&ENGINE.replace("_version, is_deleted", "_version"), "user_id", &silver, "instead of ReplacingMergeTree"),
            (ENGINE, "user_id, email", &silver, "ordered by"),
            (&ENGINE.replace("non_replicated_deduplication_window = 10000, ", ""), "user_id", &silver, "window"),
            (&ENGINE.replace("window = 10000", "window = 0"), "user_id", &silver, "window"),
            (ENGINE, "user_id", &silver[..3].to_vec(), "lacks the column updated_at"),
        ] {
            let difference = difference(&user::SILVER, engine, order, names).unwrap();
            assert!(difference.contains(says), "{difference}");
        }
        let mut narrow = silver;
        narrow[0].1 = "UInt32".into();
        assert!(difference(&user::SILVER, ENGINE, "user_id", &narrow).unwrap().contains("as UInt32"));
    }
}
