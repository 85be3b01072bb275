//! Columns whose values are masked, hashed or cut, and those whose schema tells the source type.

use super::column::scalar::{NoForm, Scalar};
use super::column::{Writer, oid};
use super::options::Options;
use super::plan::Field;
use crate::convert::disguise::{Disguise, cut};
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::config::disguise::Effect;
use crate::source::postgres::relation::Column;

/// Does to a column what the settings want: to its values, to what stands for missing ones, and to its schema.
pub fn apply((column, table): (&Column, &str), options: &Options, field: &mut Field, schema: &mut Schema) {
    let data_type = format!("{table}.{}", column.declared.name);
    let rule = options.disguises.iter().find(|rule| rule.holds_for(&field.name, &data_type));
    match rule.map(|rule| &rule.effect) {
        None => {}
        Some(Effect::Tell) => tell(column, options, schema),
        Some(Effect::Disguise(disguise)) => lay_over(disguise, column, field, schema),
    }
}

/// The source type as parameters of the schema.
fn tell(column: &Column, options: &Options, schema: &mut Schema) {
    let declared = &column.declared;
    let number = |value: Option<i32>| value.map(|value| value.to_string());
    let told = [
        ("type", Some(declared.name.to_uppercase())),
        ("length", number(declared.length)),
        ("scale", number(declared.scale)),
        ("name", Some(options.naming.shown(&column.name, column.flavour).into_owned())),
    ];
    for (what, value) in told {
        schema.parameters.extend(value.map(|value| (format!("__debezium.source.column.{what}"), value)));
    }
}

fn lay_over(disguise: &Disguise, column: &Column, field: &mut Field, schema: &mut Schema) {
    match disguise {
        Disguise::Cut(units) if size(column) > *units => {
            schema.parameters.push(("truncateLength".to_owned(), units.to_string()));
        }
        Disguise::Cut(_) => {}
        Disguise::Mask(_) | Disguise::Hash(_) => schema.parameters.push(("masked".to_owned(), "true".to_owned())),
    }
    let disguise = match disguise.clone() {
        disguise if field.writer == Writer::One(Scalar::Missing) && !matches!(disguise, Disguise::Mask(_)) => return,
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

/// How many characters a value takes at most.
fn size(column: &Column) -> usize {
    column.declared.length.and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX)
}
