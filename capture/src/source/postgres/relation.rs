//! A table as its rows arrive: columns in the order of the row, and the key.

use super::types::Resolved;

/// Which way values come in Debezium, which shows on some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Read by queries, through the JDBC driver's types.
    Driver,
    /// Read from the log, as text.
    Log,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// With domains taken off.
    pub resolved: Resolved,
    /// Whether it may be null.
    pub optional: bool,
    /// The default expression's text, as the catalog prints it.
    pub default: Option<String>,
    /// Whether the type is declared through a domain: then no default reaches the schema.
    pub is_domain: bool,
    pub flavour: Flavour,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: u32,
    pub schema: String,
    pub table: String,
    pub columns: Vec<Column>,
    /// Column numbers of the key, in the key's order; empty: no key.
    pub key: Vec<usize>,
    /// Differs for every description that was read, so that a plan knows which one it was made for.
    pub version: u64,
}

impl Relation {
    /// `schema.table`, as filters and messages name it.
    pub fn name(&self) -> String {
        format!("{}.{}", self.schema, self.table)
    }
}
