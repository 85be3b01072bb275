//! Names that records bear: of topics, of the schemas named after them, and of fields.

use crate::convert::avro_name::Adjustment;
use crate::direct::topic::{Replacement, joined, taken};
use crate::source::postgres::config::naming::Strategy;
use crate::source::postgres::relation::{Column, Flavour, shown};
use std::borrow::Cow;

#[derive(Debug, Clone, Default)]
pub struct Naming {
    pub prefix: String,
    pub delimiter: String,
    pub strategy: Strategy,
    pub schemas: Adjustment,
    pub fields: Adjustment,
    /// Whether names of the log are as the original misreads them.
    pub are_misread: bool,
}

impl Naming {
    /// What records call something of this name.
    pub fn shown<'a>(&self, name: &'a str, flavour: Flavour) -> Cow<'a, str> {
        if self.are_misread { shown(name, flavour) } else { Cow::Borrowed(name) }
    }

    pub fn field(&self, column: &Column) -> String {
        self.fields.field(&self.shown(&column.name, column.flavour))
    }

    /// The topic of a table's records.
    pub fn topic(&self, schema: &str, table: &str) -> String {
        let replacement = if self.strategy.is_unicode { Replacement::Unicode } else { Replacement::Underscore };
        let name = taken(&self.origin(schema, table), replacement);
        let Some(rewrite) = &self.strategy.topic else { return name };
        Some(rewrite.apply(&name)).filter(|new| !new.is_empty()).unwrap_or(name)
    }

    /// The further field of the table's keys and its value, where the strategy wants one.
    pub fn key_field(&self, schema: &str, table: &str) -> Option<(&str, String)> {
        let field = self.strategy.key_field.as_ref()?;
        let origin = self.origin(schema, table);
        let value = field.rewrite.as_ref().map(|rewrite| rewrite.apply(&origin));
        Some((&field.name, value.unwrap_or(origin)))
    }

    /// The name before anything is replaced in it.
    fn origin(&self, schema: &str, table: &str) -> String {
        let schema = if self.strategy.leaves_schema_out { "" } else { schema };
        joined(&[&self.prefix, schema, table], &self.delimiter)
    }
}
