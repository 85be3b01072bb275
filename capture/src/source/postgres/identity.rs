//! Replica identities: what the log keeps of a row that is changed or deleted.

use super::catalog::TableEntry;
use super::wire::codec::Connection;
use super::wire::query::identifier;
use crate::error::Result;
use regex::Regex;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    Default,
    Full,
    Nothing,
    Index(String),
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Identity::Default => f.write_str("DEFAULT"),
            Identity::Full => f.write_str("FULL"),
            Identity::Nothing => f.write_str("NOTHING"),
            Identity::Index(name) => write!(f, "USING INDEX {}", identifier(name)),
        }
    }
}

/// Which tables are to have which identity.
#[derive(Debug, Clone, Default)]
pub struct Identities(Vec<(Regex, Identity)>);

impl Identities {
    pub fn add(&mut self, table: &str, identity: Identity) -> Result<(), regex::Error> {
        self.0.push((Regex::new(&format!("(?i)^(?:{table})$"))?, identity));
        Ok(())
    }

    /// Sets the identities of those tables that have another one. As with Debezium what cannot be set is told and left.
    pub async fn set(&self, sql: &mut Connection, tables: &[TableEntry]) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        for table in tables {
            let name = table.name();
            let mut wanted = self.0.iter().filter(|(pattern, _)| pattern.is_match(&name)).map(|(_, identity)| identity);
            let Some(identity) = wanted.next() else { continue };
            if wanted.next().is_some() {
                tracing::error!(
                    table = name,
                    "more than one pattern of replica.identity.autoset.values fits, table left alone"
                );
                continue;
            }
            if &current(sql, table).await? == identity {
                continue;
            }
            let to = identity.to_string();
            let (schema, relation) = (identifier(&table.schema), identifier(&table.table));
            match sql.query(&format!("ALTER TABLE {schema}.{relation} REPLICA IDENTITY {to}")).await {
                Ok(_) => tracing::info!(table = name, identity = to, "replica identity set"),
                Err(error) if super::error::sqlstate(&error).is_some() => {
                    tracing::error!(table = name, identity = to, error = error.report(), "replica identity not set");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

async fn current(sql: &mut Connection, table: &TableEntry) -> Result<Identity> {
    let question = format!(
        "SELECT c.relreplident, i.relname FROM pg_catalog.pg_class c \
         LEFT JOIN pg_catalog.pg_index x ON x.indrelid = c.oid AND x.indisreplident \
         LEFT JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE c.oid = {}",
        table.oid
    );
    let rows = sql.query(&question).await?;
    let cell = |column: usize| rows.first().and_then(|row| row.get(column)).and_then(|cell| cell.as_deref());
    Ok(match (cell(0), cell(1)) {
        (Some("f"), _) => Identity::Full,
        (Some("n"), _) => Identity::Nothing,
        (Some("i"), Some(index)) => Identity::Index(index.to_owned()),
        _ => Identity::Default,
    })
}
