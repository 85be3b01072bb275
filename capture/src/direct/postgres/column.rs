//! How one column is written: schema, text to JSON, and what stands for a value that is not there.

mod absent;
mod array;
mod binary;
mod decimal;
mod figure;
mod kind;
mod pairs;
pub mod scalar;
mod scratch;
mod temporal;

use super::options::Options;
use crate::model::schema::Schema;
pub use crate::source::postgres::oid;
use crate::source::postgres::relation::{Column, Flavour};
use array::Array;
use scalar::{NoForm, Scalar};

/// From the server's text to a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    One(Scalar),
    Array(Array),
}

/// A column as records show it.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub writer: Writer,
    /// Without default; the field's `optional` is set.
    pub schema: Schema,
}

/// `None`: Debezium leaves a column of this type out, and so do we.
pub fn map(column: &Column, table: &str, options: &Options) -> Option<Mapping> {
    let mapped = map_in(column.flavour, column, options);
    if mapped.is_none() {
        tracing::warn!(
            column = column.name,
            table,
            r#type = column.resolved.name,
            "column of a type without a mapping is left out, as include.unknown.datatypes says"
        );
    }
    mapped
}

/// As if values came the way of this flavour.
pub fn map_in(flavour: Flavour, column: &Column, options: &Options) -> Option<Mapping> {
    let Mapping { writer, mut schema } = kind::of_column(&column.resolved, flavour, options)?;
    schema.optional |= column.optional;
    Some(Mapping { writer, schema })
}

impl Writer {
    /// Appends the JSON of a value. On `Err` a part of it may have been appended.
    #[inline]
    pub fn write(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        match self {
            Writer::One(scalar) => scalar.write(text, out),
            Writer::Array(array) => array.write(text, out),
        }
    }
}

impl Mapping {
    /// What stands for a column that a key-only old image leaves out although it is NOT NULL and has no default.
    pub fn fallback(&self) -> Vec<u8> {
        absent::fallback(self)
    }

    /// What stands for a TOASTed value that the log does not carry; `None`: nothing fits the type.
    pub fn placeholder(&self, column: &Column, options: &Options) -> Option<Vec<u8>> {
        absent::placeholder(column, self, options)
    }
}
