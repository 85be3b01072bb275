//! The SQL of incremental snapshots: watermarks, greatest keys and chunks, on a connection of their own.

use super::catalog::Catalog;
use super::config::Settings;
use super::error::sqlstate;
use super::pgoutput::row::{Cells, Row};
use super::relation::{Column, Relation};
use super::snapshot::statement::{is_wanted, selection};
use super::visibility::View;
use super::wire::copy::{CopyItem, split_line};
use super::wire::query::{identifier, literal};
use crate::error::{Error, Result};
use crate::source::incremental::{Collection, Key, KeyValue};
use crate::source::notification::Status;
use std::fmt::Write;
use std::ops::Range;

/// Descriptions made here must differ from those of the log.
const FIRST_VERSION: u64 = 1 << 32;

pub struct Chunks {
    catalog: Catalog,
    /// The signal table, quoted; empty where nothing is written.
    signals: String,
    rows: usize,
}

/// A row's cells, which stay in their line.
#[derive(Debug, Default)]
pub struct Lines {
    cells: Cells,
    ranges: Vec<Option<Range<usize>>>,
    scratch: Vec<u8>,
}

impl Lines {
    pub fn row<'a>(&'a mut self, line: &'a [u8]) -> Row<'a> {
        let bytes = split_line(line, &mut self.scratch, &mut self.ranges);
        self.cells.read_ranges(&self.ranges);
        Row::new(bytes, &self.cells)
    }
}

/// A table, and which of its columns bound the chunks.
#[derive(Debug, Clone)]
pub struct Target {
    pub relation: Relation,
    keys: Vec<usize>,
}

impl Chunks {
    pub async fn open(settings: &Settings, signals: &str, rows: usize) -> Result<Self> {
        let catalog = Catalog::new(settings.login.connect().await?, settings.key_columns.clone())
            .await?
            .with_versions_from(FIRST_VERSION);
        let signals = match signals.split_once('.') {
            Some((schema, table)) => format!("{}.{}", identifier(schema), identifier(table)),
            None => identifier(signals),
        };
        Ok(Self { catalog, signals, rows })
    }

    pub async fn mark(&mut self, id: &str, kind: &str, data: &str) -> Result<()> {
        let values = [id, kind, data].map(literal).join(", ");
        self.catalog.sql.query(&format!("INSERT INTO {} VALUES ({values})", self.signals)).await.map(drop)
    }

    pub async fn unmark(&mut self, id: &str) -> Result<()> {
        self.catalog.sql.query(&format!("DELETE FROM {} WHERE id = {}", self.signals, literal(id))).await.map(drop)
    }

    /// Which transactions the server knows as ended.
    pub async fn view(&mut self) -> Result<View> {
        let text = self.catalog.sql.scalar("SELECT pg_current_snapshot()::text").await?.unwrap_or_default();
        View::parse(&text).ok_or_else(|| self.catalog.sql.broken(format!("{text:?} as its view of transactions")))
    }

    /// The table as it is now, or why it cannot be read.
    pub async fn target(&mut self, settings: &Settings, collection: &Collection) -> Result<Result<Target, Status>> {
        let tables = self.catalog.tables().await?;
        let is_it =
            |t: &&super::catalog::TableEntry| t.name() == collection.id && settings.captures(&t.schema, &t.table);
        let Some(entry) = tables.iter().find(is_it) else { return Ok(Err(Status::UnknownSchema)) };
        let relation = self.catalog.relation_of_table(entry).await?;
        let keys = match &collection.surrogate_key {
            Some(name) => relation.columns.iter().position(|c| c.name == *name).into_iter().collect(),
            None => relation.key.clone(),
        };
        Ok(if keys.is_empty() { Err(Status::NoPrimaryKey) } else { Ok(Target { relation, keys }) })
    }

    /// `None`: no row meets the condition.
    pub async fn maximum(&mut self, target: &Target, condition: Option<&str>) -> Result<Option<Key>> {
        let names: Vec<String> = target.names().collect();
        let order: Vec<String> = names.iter().map(|name| format!("{name} DESC")).collect();
        let condition = condition.map(|c| format!(" WHERE ({c}\n)")).unwrap_or_default();
        let sql = format!(
            "SELECT {} FROM {}{condition} ORDER BY {} LIMIT 1",
            names.join(", "),
            target.table(),
            order.join(", ")
        );
        let row = self.catalog.sql.query(&sql).await?.into_iter().next();
        Ok(row.map(|row| {
            target
                .keys
                .iter()
                .zip(&row)
                .map(|(k, text)| key_value(&target.relation.columns[*k], text.as_deref()))
                .collect()
        }))
    }

    /// The lines of the next chunk.
    pub async fn read(
        &mut self,
        settings: &Settings,
        target: &Target,
        condition: Option<&str>,
        (after, upto): (Option<&Key>, &Key),
    ) -> Result<Vec<Vec<u8>>> {
        let mut conditions = vec![];
        if let Some(after) = after {
            conditions.push(target.behind(after));
            conditions.push(target.upto(upto));
        }
        conditions.extend(condition.map(|c| format!("({c}\n)")));
        let condition =
            if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let sql = format!(
            "COPY (SELECT {} FROM {}{condition} ORDER BY {} LIMIT {}) TO STDOUT",
            selection(&target.relation, |i, c| target.relation.key.contains(&i)
                || is_wanted(settings, &target.relation, c)),
            target.table(),
            target.names().collect::<Vec<_>>().join(", "),
            self.rows
        );
        self.copy(&sql).await
    }

    async fn copy(&mut self, sql: &str) -> Result<Vec<Vec<u8>>> {
        let connection = &mut self.catalog.sql;
        connection.start_copy(sql).await?;
        let mut lines = vec![];
        loop {
            match connection.copy_line()? {
                Some(CopyItem::Line(range)) => {
                    lines.push(connection.bytes(range.clone()).to_vec());
                    connection.consume(range.end);
                }
                Some(CopyItem::End) => return Ok(lines),
                None => drop(connection.fill().await?),
            }
        }
    }
}

/// Whether the server refused the statement, and not the connection broke.
pub fn is_refusal(error: &Error) -> bool {
    sqlstate(error).is_some_and(|state| !state.starts_with("57P") && !state.starts_with("08"))
}

/// Whether a column of the statement is gone, which was there when the table was described.
pub fn is_outdated(error: &Error) -> bool {
    sqlstate(error) == Some("42703")
}

impl Target {
    fn table(&self) -> String {
        format!("{}.{}", identifier(&self.relation.schema), identifier(&self.relation.table))
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(|k| identifier(&self.relation.columns[*k].name))
    }

    /// The key of a row.
    pub fn key(&self, row: Row<'_>) -> Key {
        let value = |k: &usize| match row.cell(*k) {
            super::pgoutput::row::Cell::Text(text) => {
                key_value(&self.relation.columns[*k], Some(&String::from_utf8_lossy(text)))
            }
            _ => KeyValue::Null,
        };
        self.keys.iter().map(value).collect()
    }

    /// SQL that is true for the rows behind this key, where nulls come last.
    fn behind(&self, key: &Key) -> String {
        let columns: Vec<&Column> = self.keys.iter().map(|k| &self.relation.columns[*k]).collect();
        if columns.iter().any(|column| column.optional) {
            return behind_with_nulls(&columns, key);
        }
        self.compared(">", key)
    }

    /// SQL that is true for this key and the rows before it.
    fn upto(&self, key: &Key) -> String {
        let columns: Vec<&Column> = self.keys.iter().map(|k| &self.relation.columns[*k]).collect();
        if columns.iter().any(|column| column.optional) {
            return format!("NOT {}", behind_with_nulls(&columns, key));
        }
        self.compared("<=", key)
    }

    fn compared(&self, operator: &str, key: &Key) -> String {
        let names: Vec<String> = self.names().collect();
        let values: Vec<String> = key.iter().map(|value| literal(&value.to_string())).collect();
        match (names.as_slice(), values.as_slice()) {
            ([name], [value]) => format!("({name} {operator} {value})"),
            _ => format!("(ROW({}) {operator} ROW({}))", names.join(", "), values.join(", ")),
        }
    }
}

fn behind_with_nulls(columns: &[&Column], key: &Key) -> String {
    let mut alternatives = vec![];
    let mut equal = String::new();
    for (column, value) in columns.iter().zip(key) {
        let name = identifier(&column.name);
        if *value != KeyValue::Null {
            let text = literal(&value.to_string());
            alternatives.push(format!("{equal}({name} > {text} OR {name} IS NULL)"));
            let _ = write!(equal, "{name} IS NOT DISTINCT FROM {text} AND ");
        } else {
            let _ = write!(equal, "{name} IS NULL AND ");
        }
    }
    if alternatives.is_empty() { "(false)".to_owned() } else { format!("({})", alternatives.join(" OR ")) }
}

fn key_value(column: &Column, text: Option<&str>) -> KeyValue {
    let Some(text) = text else { return KeyValue::Null };
    let number = match column.resolved.name.as_str() {
        "int2" | "int4" => text.parse().ok().map(KeyValue::Int),
        "int8" | "oid" => text.parse().ok().map(KeyValue::Long),
        _ => None,
    };
    number.unwrap_or_else(|| KeyValue::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::postgres::relation::Flavour;
    use crate::source::postgres::types::Resolved;

    fn target(columns: &[(&str, bool)]) -> Target {
        let column = |(name, optional): &(&str, bool)| Column {
            name: (*name).to_owned(),
            resolved: Resolved::base(23, -1, "int4"),
            declared: Default::default(),
            optional: *optional,
            default: None,
            is_domain: false,
            flavour: Flavour::Driver,
        };
        let relation = Relation {
            id: 1,
            schema: "s".into(),
            table: "t".into(),
            columns: columns.iter().map(column).collect(),
            key: vec![],
            version: 1,
        };
        Target { relation, keys: (0..columns.len()).collect() }
    }

    #[test]
    fn keys_bound_a_chunk() {
        let (one, two) = (KeyValue::Int(1), KeyValue::Text("x'y".into()));
        assert_eq!(target(&[("a", false)]).behind(&vec![one.clone()]), "(\"a\" > '1')");
        let both = target(&[("a", false), ("b", false)]).behind(&vec![one.clone(), two]);
        assert_eq!(both, "(ROW(\"a\", \"b\") > ROW('1', 'x''y'))");
        assert_eq!(target(&[("a", true)]).behind(&vec![one.clone()]), "((\"a\" > '1' OR \"a\" IS NULL))");
        assert_eq!(target(&[("a", true)]).behind(&vec![KeyValue::Null]), "(false)");
        assert_eq!(
            target(&[("a", true), ("b", true)]).behind(&vec![KeyValue::Null, one]),
            "(\"a\" IS NULL AND (\"b\" > '1' OR \"b\" IS NULL))"
        );
    }
}
