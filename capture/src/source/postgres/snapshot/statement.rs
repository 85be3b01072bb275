//! The statements that read tables.

use crate::error::{Error, Result};
use crate::source::postgres::config::Settings;
use crate::source::postgres::relation::{Column, Relation};
use crate::source::postgres::wire::codec::Connection;
use crate::source::postgres::wire::query::identifier;

/// How a table is read.
#[derive(Debug, Clone)]
pub struct Statement {
    pub columns: String,
    pub from: String,
    /// By a statement of the user's, which is not cut into ranges.
    pub is_overridden: bool,
}

impl Statement {
    pub async fn of(sql: &mut Connection, settings: &Settings, relation: &Relation) -> Result<Self> {
        match settings.snapshot.override_of(&relation.name()) {
            Some(statement) => Self::overridden(sql, settings, relation, statement).await,
            None => Ok(Self {
                columns: selection(relation, |_, column| is_wanted(settings, relation, column)),
                from: format!("{}.{}", identifier(&relation.schema), identifier(&relation.table)),
                is_overridden: false,
            }),
        }
    }

    /// Reads what the user's statement gives. A column that it leaves out is null, as is one that the filters leave out.
    async fn overridden(sql: &mut Connection, settings: &Settings, relation: &Relation, user: &str) -> Result<Self> {
        // the line ends a comment that the statement may end with
        let given = sql.columns(&format!("SELECT * FROM ({user}\n) AS q LIMIT 0")).await?;
        if let Some(unknown) = given.iter().find(|name| !relation.columns.iter().any(|c| c.name == **name)) {
            return Err(Error::definite(format!("the statement for {} gives column {unknown}", relation.name()))
                .remedy("let snapshot.select.statement.overrides give columns of the table only"));
        }
        let columns = selection(relation, |_, c| is_wanted(settings, relation, c) && given.contains(&c.name));
        Ok(Self { columns, from: format!("({user}\n) AS q"), is_overridden: true })
    }

    /// The rows of which a condition holds, or all.
    pub fn copy(&self, condition: Option<&str>) -> String {
        let (columns, from) = (&self.columns, &self.from);
        let filter = condition.map(|condition| format!(" WHERE {condition}")).unwrap_or_default();
        format!("COPY (SELECT {columns} FROM {from}{filter}) TO STDOUT")
    }
}

/// What is not read arrives as null.
pub fn selection(relation: &Relation, is_read: impl Fn(usize, &Column) -> bool) -> String {
    let cell = |(i, column): (usize, &Column)| {
        if is_read(i, column) { identifier(&column.name) } else { "NULL".to_owned() }
    };
    relation.columns.iter().enumerate().map(cell).collect::<Vec<_>>().join(", ")
}

/// Whether the filters let a column through. One that they leave out is never read, though it be part of the key, whose
/// value in a snapshot is then what stands for no value.
pub fn is_wanted(settings: &Settings, relation: &Relation, column: &Column) -> bool {
    settings.columns.accepts(&format!("{}.{}", relation.name(), column.name))
}
