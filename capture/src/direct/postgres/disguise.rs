//! Columns whose values are masked, hashed or cut.

use super::column::scalar::{NoForm, Scalar};
use super::column::{Writer, oid};
use super::options::Options;
use super::plan::Field;
use crate::convert::disguise::{Disguise, cut};
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::relation::Column;

/// Lays the disguise that the settings want over a column: its values, what stands for missing ones, and its schema.
pub fn apply(column: &Column, options: &Options, field: &mut Field, schema: &mut Schema) {
    let Some(rule) = options.disguises.iter().find(|rule| rule.holds_for(&field.name)) else { return };
    match &rule.disguise {
        Disguise::Cut(units) if size(column) > *units => {
            schema.parameters.push(("truncateLength".to_owned(), units.to_string()));
        }
        Disguise::Cut(_) => {}
        Disguise::Mask(_) | Disguise::Hash(_) => schema.parameters.push(("masked".to_owned(), "true".to_owned())),
    }
    let disguise = match rule.disguise.clone() {
        _ if field.writer == Writer::One(Scalar::Missing) && !matches!(rule.disguise, Disguise::Mask(_)) => return,
        Disguise::Hash(mut hash) if is_text(column) => {
            hash.length = Some(size(column));
            Disguise::Hash(hash)
        }
        Disguise::Mask(count) if is_text(column) => {
            let mask = format!("\"{}\"", "*".repeat(count)).into_bytes();
            field.null = mask;
            Disguise::Mask(count)
        }
        Disguise::Cut(units) if schema.kind == Kind::String => Disguise::Cut(units),
        _ => return,
    };
    // what stands for a missing value is a value like any other
    field.unchanged = disguised(&disguise, &field.unchanged);
    if !column.optional {
        field.null = disguised(&disguise, &field.null);
    }
    field.disguise = Some(Box::new(disguise));
}

/// The JSON of a text in its disguise; anything else stays.
fn disguised(disguise: &Disguise, json: &[u8]) -> Vec<u8> {
    let Ok(text) = serde_json::from_slice::<String>(json) else { return json.to_vec() };
    let mut out = Vec::new();
    match write(disguise, Writer::One(Scalar::Text), text.as_bytes(), &mut out) {
        Ok(()) => out,
        Err(_) => json.to_vec(),
    }
}

/// Appends the JSON of a value in its disguise.
pub fn write(disguise: &Disguise, writer: Writer, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
    match disguise {
        Disguise::Mask(count) => {
            out.push(b'"');
            out.resize(out.len() + count, b'*');
            out.push(b'"');
        }
        Disguise::Hash(hash) => hash.write(text, out),
        Disguise::Cut(units) if writer == Writer::One(Scalar::Text) => return writer.write(cut(text, *units), out),
        Disguise::Cut(units) => {
            // times and numbers as texts: one byte a character, none of them escaped
            let start = out.len();
            writer.write(text, out)?;
            if out.len() - start > units + 2 {
                out.truncate(start + 1 + units);
                out.push(b'"');
            }
        }
    }
    Ok(())
}

fn is_text(column: &Column) -> bool {
    matches!(column.resolved.oid, oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::CHAR | oid::NAME)
        || column.resolved.kind == 'e'
}

/// As the Java driver tells a column's size, which for most types is how many characters a value takes at most.
fn size(column: &Column) -> usize {
    let modifier = usize::try_from(column.resolved.modifier).ok();
    let declared = modifier.and_then(|modifier| modifier.checked_sub(4));
    match column.resolved.oid {
        oid::BOOL | oid::CHAR => 1,
        oid::INT2 => 5,
        oid::INT4 | oid::OID => 10,
        oid::INT8 => 19,
        oid::FLOAT4 => 8,
        oid::FLOAT8 => 17,
        oid::NUMERIC => declared.map_or(131_089, |modifier| modifier >> 16),
        oid::VARCHAR | oid::BPCHAR => declared.unwrap_or(usize::MAX),
        oid::BIT => modifier.unwrap_or(1),
        oid::VARBIT => modifier.unwrap_or(usize::MAX),
        oid::DATE => 13,
        oid::TIME => 15,
        oid::TIMETZ => 21,
        oid::TIMESTAMP => 29,
        oid::TIMESTAMPTZ => 35,
        oid::INTERVAL => 49,
        _ => usize::MAX,
    }
}
