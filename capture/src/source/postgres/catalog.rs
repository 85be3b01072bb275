//! What the catalog knows of tables: columns, nullability, defaults, keys.

use super::declared::declared;
use super::key_columns::KeyColumns;
use super::pgoutput::RelationBody;
use super::position::Lsn;
use super::relation::{self, Column, Flavour, Relation};
use super::types::Types;
use super::wire::codec::Connection;
use super::wire::query::{Row, literal, number, text};
use crate::error::{Error, Result};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// While the catalog is asked no status is sent, and the server ends the stream after `wal_sender_timeout`, a minute by default.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn hangs(body: &RelationBody<'_>) -> Error {
    let (schema, table) = (body.schema, body.table);
    Error::transient(format!("the catalog did not tell about {schema}.{table} within {PATIENCE:?}"))
        .remedy("look in pg_stat_activity for a transaction that keeps the table locked")
}

/// One column of one table, as described in the catalog.
#[derive(Debug, Clone)]
pub struct ColumnEntry {
    name: String,
    type_oid: u32,
    type_modifier: i32,
    not_null: bool,
    default: Option<String>,
    is_generated: bool,
}

#[derive(Debug, Clone)]
pub struct TableEntry {
    pub oid: u32,
    pub schema: String,
    pub table: String,
    columns: Vec<ColumnEntry>,
    /// Names in the key's order.
    key: Vec<String>,
}

/// The connection for questions, and what was learnt from it.
pub struct Catalog {
    pub sql: Connection,
    pub types: Types,
    key_columns: KeyColumns,
    /// Whether names of the log are misread as the original does.
    misreads: bool,
    next_version: u64,
}

const TABLES: &str = "SELECT c.oid, n.nspname, c.relname \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ";

impl Catalog {
    pub async fn new(mut sql: Connection, key_columns: KeyColumns) -> Result<Self> {
        let types = Types::load(&mut sql).await?;
        Ok(Self { sql, types, key_columns, misreads: false, next_version: 1 })
    }

    /// As the original, which reads the names in the log wrong.
    pub fn misreading(self, misreads: bool) -> Self {
        Self { misreads, ..self }
    }

    fn is_readable(&self, name: &str) -> bool {
        !self.misreads || name.is_ascii()
    }

    /// Descriptions get numbers from this one on.
    pub fn with_versions_from(self, first: u64) -> Self {
        Self { next_version: first, ..self }
    }

    /// Every ordinary or partitioned table outside the system schemas.
    pub async fn tables(&mut self) -> Result<Vec<TableEntry>> {
        self.load(
            "c.relkind IN ('r','p') AND n.nspname NOT IN ('pg_catalog','information_schema') \
             AND n.nspname NOT LIKE 'pg\\_temp%' AND n.nspname NOT LIKE 'pg\\_toast%' \
             ORDER BY n.nspname, c.relname",
        )
        .await
    }

    async fn load(&mut self, condition: &str) -> Result<Vec<TableEntry>> {
        let mut entries: Vec<TableEntry> =
            self.sql.query(&format!("{TABLES}{condition}")).await?.iter().map(table_entry).collect::<Result<_>>()?;
        if entries.is_empty() {
            return Ok(entries);
        }
        let oids = entries.iter().map(|e| e.oid.to_string()).collect::<Vec<_>>().join(",");
        let mut columns = self.columns(&oids).await?;
        let mut keys = self.keys(&oids).await?;
        for entry in &mut entries {
            entry.columns = columns.remove(&entry.oid).unwrap_or_default();
            entry.key = keys.remove(&entry.oid).unwrap_or_default();
        }
        Ok(entries)
    }

    async fn columns(&mut self, oids: &str) -> Result<HashMap<u32, Vec<ColumnEntry>>> {
        let rows = self
            .sql
            .query(&format!(
                "SELECT a.attrelid, a.attname, a.atttypid, a.atttypmod, a.attnotnull OR t.typnotnull, \
                 pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated \
                 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
                 LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
                 WHERE a.attrelid IN ({oids}) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"
            ))
            .await?;
        let mut columns: HashMap<u32, Vec<ColumnEntry>> = HashMap::new();
        for row in &rows {
            columns.entry(number(row, 0)?).or_default().push(ColumnEntry {
                name: text(row, 1).to_owned(),
                type_oid: number(row, 2)?,
                type_modifier: number(row, 3)?,
                not_null: text(row, 4) == "t",
                default: row.get(5).cloned().flatten(),
                is_generated: !text(row, 6).is_empty(),
            });
        }
        Ok(columns)
    }

    /// The primary key of each table, else its first unique index over plain columns, by name.
    async fn keys(&mut self, oids: &str) -> Result<HashMap<u32, Vec<String>>> {
        let rows = self
            .sql
            .query(&format!(
                "SELECT i.indrelid, i.indexrelid, a.attname \
                 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid \
                 CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position) \
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
                 WHERE i.indrelid IN ({oids}) AND i.indisunique AND i.indisvalid AND i.indislive \
                 AND NOT (0 = ANY (i.indkey::int2[])) AND k.position <= i.indnkeyatts \
                 ORDER BY i.indrelid, i.indisprimary DESC, x.relname, k.position"
            ))
            .await?;
        let mut chosen: HashMap<u32, (u32, Vec<String>)> = HashMap::new();
        for row in &rows {
            let index: u32 = number(row, 1)?;
            let (first, names) = chosen.entry(number(row, 0)?).or_insert_with(|| (index, vec![]));
            if *first == index {
                names.push(text(row, 2).to_owned());
            }
        }
        Ok(chosen.into_iter().map(|(table, (_, names))| (table, names)).collect())
    }

    async fn refresh_types(&mut self, oids: impl Iterator<Item = u32>) -> Result<()> {
        let mut unknown = oids.filter(|oid| !self.types.knows(*oid));
        if unknown.next().is_some() {
            self.types = Types::load(&mut self.sql).await?;
        }
        Ok(())
    }

    /// The relation of a snapshot: everything from the catalog.
    pub async fn relation_of_table(&mut self, entry: &TableEntry) -> Result<Relation> {
        self.refresh_types(entry.columns.iter().map(|c| c.type_oid)).await?;
        let columns: Vec<Column> =
            entry.columns.iter().map(|c| self.column((c.type_oid, c.type_modifier), c, Flavour::Driver)).collect();
        if columns.is_empty() {
            return Err(Error::definite(format!("table {}.{} has no column", entry.schema, entry.table))
                .remedy("exclude it with table.exclude.list"));
        }
        Ok(self.finish(entry.oid, (&entry.schema, &entry.table), columns, &entry.key))
    }

    /// The relation of the log: columns and types from the message, the rest from the catalog as it is now.
    pub async fn relation_of_message(&mut self, body: &RelationBody<'_>) -> Result<Relation> {
        let entries = self.load(&format!("c.oid = {}", body.id)).await?;
        // the original looks for names as it has misread them, and finds nothing of those beyond ASCII
        let entry = entries.first().filter(|_| self.is_readable(body.schema) && self.is_readable(body.table));
        self.refresh_types(body.columns.iter().map(|c| c.type_oid)).await?;
        let columns = body
            .columns
            .iter()
            .map(|c| {
                let known = entry.filter(|_| self.is_readable(c.name));
                let known = known.and_then(|e| e.columns.iter().find(|known| known.name == c.name));
                let gone = ColumnEntry {
                    name: c.name.to_owned(),
                    type_oid: c.type_oid,
                    type_modifier: c.type_modifier,
                    not_null: false,
                    default: None,
                    is_generated: false,
                };
                self.column((c.type_oid, c.type_modifier), known.unwrap_or(&gone), Flavour::Log)
            })
            .collect();
        let key = entry.map(|e| e.key.as_slice()).unwrap_or_default();
        Ok(self.finish(body.id, (body.schema, body.table), columns, key))
    }

    /// Which of these tables have been dropped, and where the server's log ended after that.
    pub async fn gone(&mut self, ids: impl Iterator<Item = u32>) -> Result<(Vec<u32>, Lsn)> {
        let mut gone: HashSet<u32> = ids.collect();
        let list = gone.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        for row in &self.sql.query(&format!("SELECT oid FROM pg_catalog.pg_class WHERE oid IN ({list})")).await? {
            gone.remove(&number(row, 0)?);
        }
        // a standby shows what it has replayed
        let end =
            "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END";
        let end = self.sql.scalar(end).await?.unwrap_or_default();
        let end = Lsn::parse(&end).ok_or_else(|| self.sql.broken(format!("{end:?} as the end of its log")))?;
        Ok((gone.into_iter().collect(), end))
    }

    fn column(&self, (type_oid, type_modifier): (u32, i32), known: &ColumnEntry, flavour: Flavour) -> Column {
        let resolved = self.types.resolve(type_oid, type_modifier);
        Column {
            name: known.name.clone(),
            is_domain: resolved.oid != type_oid,
            resolved,
            declared: declared(&self.types, (type_oid, type_modifier), flavour, known.default.as_deref()),
            optional: !known.not_null,
            default: known.default.clone().filter(|_| !known.is_generated),
            flavour,
        }
    }

    fn finish(&mut self, id: u32, (schema, table): (&str, &str), columns: Vec<Column>, key: &[String]) -> Relation {
        let flavour = match columns.first() {
            Some(column) if self.misreads => column.flavour,
            _ => Flavour::Driver,
        };
        let shown: Vec<_> = columns.iter().map(|column| relation::shown(&column.name, flavour)).collect();
        let primary = || key.iter().filter_map(|name| shown.iter().position(|shown| shown == name)).collect();
        let names = shown.iter().map(AsRef::as_ref);
        let table_name = format!("{}.{}", relation::shown(schema, flavour), relation::shown(table, flavour));
        let key = self.key_columns.of_table(&table_name, names).unwrap_or_else(primary);
        drop(shown);
        let version = self.next_version;
        self.next_version += 1;
        Relation { id, schema: schema.to_owned(), table: table.to_owned(), columns, key, version }
    }

    /// Such as 150004 for 15.4.
    pub async fn server_version(&mut self) -> Result<u32> {
        let text = self.setting("server_version_num").await?;
        text.parse().map_err(|_| self.sql.broken(format!("{text:?} as the version of the server")))
    }

    /// After how long without a word from us the server ends the stream; zero for never.
    pub async fn wal_sender_timeout(&mut self) -> Result<Duration> {
        let query = "SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout'";
        let text = self.sql.scalar(query).await?.unwrap_or_default();
        let millis = text.parse().map_err(|_| self.sql.broken(format!("{text:?} as wal_sender_timeout")))?;
        Ok(Duration::from_millis(millis))
    }

    /// `SHOW name`.
    pub async fn setting(&mut self, name: &str) -> Result<String> {
        Ok(self.sql.scalar(&format!("SELECT current_setting({})", literal(name))).await?.unwrap_or_default())
    }
}

fn table_entry(row: &Row) -> Result<TableEntry> {
    Ok(TableEntry {
        oid: number(row, 0)?,
        schema: text(row, 1).to_owned(),
        table: text(row, 2).to_owned(),
        columns: vec![],
        key: vec![],
    })
}

impl TableEntry {
    pub fn name(&self) -> String {
        format!("{}.{}", self.schema, self.table)
    }

    /// The names of the key's columns, in its order; empty: it has none.
    pub fn key(&self) -> &[String] {
        &self.key
    }
}
