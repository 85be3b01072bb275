//! Ranges of a table by its key, so that it can be read by several connections, and on from where a reading broke off.

use crate::error::Result;
use crate::source::postgres::relation::Relation;
use crate::source::postgres::wire::codec::Connection;
use crate::source::postgres::wire::query::{identifier, literal, number};
use serde::{Deserialize, Serialize};

/// Rows behind a key up to and with another; a side that is missing is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
}

/// Of a small table all pages are looked at, of others about so many.
const SAMPLE_PAGES: f64 = 300.0;

/// So many rows of the sample stand for a range at least, else its ranges are too unlike.
const SAMPLE_ROWS: f64 = 50.0;

impl Range {
    /// `None`: it is the whole table.
    pub fn condition(&self, key: &[String]) -> Option<String> {
        let names = tuple(key.iter().map(|name| identifier(name)));
        let side = |sign: &str, bound: &Option<Vec<String>>| {
            let values = tuple(bound.as_ref()?.iter().map(|value| literal(value)));
            Some(format!("{names} {sign} {values}"))
        };
        let sides: Vec<String> = [side(">", &self.after), side("<=", &self.to)].into_iter().flatten().collect();
        (!sides.is_empty()).then(|| sides.join(" AND "))
    }

    /// Cuts it into ranges of about so many rows each, by a sample of the table's pages.
    pub async fn cut(self, sql: &mut Connection, relation: &Relation, key: &[String], rows: u64) -> Result<Vec<Self>> {
        let percent = sample_percent(pages(sql, relation).await?, rows);
        let every = (rows as f64 * percent / 100.0).max(1.0) as u64;
        let table = format!("{}.{}", identifier(&relation.schema), identifier(&relation.table));
        let names = key.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ");
        let filter = self.condition(key).map(|condition| format!("WHERE {condition}")).unwrap_or_default();
        // what is left over at the end is not worth a range of its own
        let sample = format!(
            "SELECT {names} FROM (SELECT {names}, row_number() OVER (ORDER BY {names}) AS tailrace_place, \
             count(*) OVER () AS tailrace_count FROM {table} TABLESAMPLE SYSTEM ({percent}) REPEATABLE (0) {filter}) AS sample \
             WHERE tailrace_place % {every} = 0 AND tailrace_place + {every} / 2 < tailrace_count ORDER BY tailrace_place"
        );
        let mut ranges = Vec::new();
        let mut rest = self;
        for row in sql.query(&sample).await? {
            let bound: Vec<String> = row.into_iter().flatten().collect();
            ranges.push(Self { after: rest.after.take(), to: Some(bound.clone()) });
            rest.after = Some(bound);
        }
        ranges.push(rest);
        Ok(ranges)
    }
}

fn tuple(parts: impl Iterator<Item = String>) -> String {
    format!("({})", parts.collect::<Vec<_>>().join(", "))
}

/// Of the table and its partitions.
async fn pages(sql: &mut Connection, relation: &Relation) -> Result<u64> {
    let (size, of_parts) = (format!("pg_catalog.pg_relation_size({})", relation.id), relation.id);
    let question = format!(
        "SELECT ({size} + coalesce((SELECT sum(pg_catalog.pg_relation_size(relid)) FROM \
         pg_catalog.pg_partition_tree({of_parts}) WHERE relid <> {of_parts}), 0))::bigint / \
         pg_catalog.current_setting('block_size')::bigint"
    );
    number(&sql.query(&question).await?.into_iter().next().unwrap_or_default(), 0)
}

fn sample_percent(pages: u64, rows: u64) -> f64 {
    let some_pages = 100.0 * SAMPLE_PAGES / (pages as f64).max(1.0);
    let enough_rows = 100.0 * SAMPLE_ROWS / (rows as f64).max(1.0);
    some_pages.max(enough_rows).min(100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_compare_whole_keys() {
        let key = ["a".to_owned(), "b\"c".to_owned()];
        let bound = |a: &str, b: &str| Some(vec![a.to_owned(), b.to_owned()]);
        assert_eq!(Range::default().condition(&key), None);
        let range = Range { after: bound("1", "it's"), to: bound("2", "x") };
        let both = r#"("a", "b""c") > ('1', 'it''s') AND ("a", "b""c") <= ('2', 'x')"#;
        assert_eq!(range.condition(&key).as_deref(), Some(both));
    }

    #[test]
    fn samples_of_large_tables_are_small() {
        assert_eq!(sample_percent(10, 500_000), 100.0);
        assert_eq!(sample_percent(30_000, 500_000), 1.0);
        assert_eq!(sample_percent(1 << 40, 500_000), 0.01);
    }
}
