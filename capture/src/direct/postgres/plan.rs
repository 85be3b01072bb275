//! A relation and the options, compiled: everything that does not depend on the row is text already.

use super::column::{self, Mapping, Writer};
use super::options::Options;
use super::{default, disguise, envelope, header};
use crate::convert::disguise::Disguise;
use crate::error::{Error, Result};
use crate::model::json_text;
use crate::model::schema::{Kind, Schema};
use crate::source::connectors::VERSION;
use crate::source::postgres::relation::{Column, Relation};
use std::borrow::Cow;
use std::cell::Cell;

/// One column in the record.
#[derive(Debug)]
pub struct Field {
    /// Its number in the relation.
    pub index: usize,
    /// `schema.table.column`, for messages.
    pub name: String,
    /// Whether a value without a form has been told of.
    pub has_reported: Cell<bool>,
    /// `{"name":` or `,"name":`.
    pub label: Vec<u8>,
    pub writer: Writer,
    /// What is done to its values first.
    pub disguise: Option<Box<Disguise>>,
    /// For a NULL, or a column that an old image leaves out.
    pub null: Vec<u8>,
    /// For a TOASTed value that the log does not carry.
    pub unchanged: Vec<u8>,
}

#[derive(Debug)]
pub struct Plan {
    pub relation: u32,
    pub version: u64,
    pub topic: String,
    /// `schema.table`, as records name it.
    pub collection: String,
    pub fields: Vec<Field>,
    pub key: Option<KeyPlan>,
    /// Up to the value of `before`.
    pub head: Vec<u8>,
    /// From `,"source":` up to `ts_ms`'s value.
    pub source: Vec<u8>,
    pub not_in_snapshot: &'static str,
    /// `,"db":…,"sequence":"[`
    pub database: Vec<u8>,
    /// `,"schema":…,"table":…,"txId":`
    pub table: Vec<u8>,
    /// After the last member.
    pub tail: &'static [u8],
}

#[derive(Debug)]
pub struct KeyPlan {
    pub fields: Vec<Field>,
    /// How headers tell each of them.
    pub headers: Vec<header::Told>,
    /// Behind the last field; what the topic's strategy adds to keys, and the closing brace.
    pub end: Vec<u8>,
    pub head: Vec<u8>,
    pub tail: &'static [u8],
}

pub fn compile(relation: &Relation, options: &Options) -> Result<Plan> {
    let (shown_schema, shown_table) = shown(relation, options);
    let topic = options.naming.topic(&shown_schema, &shown_table);
    let table = relation.name();
    let mut fields = Vec::new();
    let mut row = Vec::new();
    let mut key_parts: Vec<Option<(Field, Schema)>> = relation.key.iter().map(|_| None).collect();
    for (index, column) in relation.columns.iter().enumerate() {
        let place = relation.key.iter().position(|k| *k == index);
        let is_wanted = options.columns.accepts(&format!("{table}.{}", column.name));
        if place.is_none() && !is_wanted {
            continue;
        }
        let Some(mut mapping) = column::map(column, &table, options) else { continue };
        mapping.schema.default = default::json(column, options);
        if let Some(place) = place {
            let keeps_null = options.converters.keeps_key_nulls;
            let field = field(index, (column, &table), &mapping, (options, keeps_null));
            key_parts[place] = Some((field, mapping.schema.clone()));
        }
        if is_wanted {
            let keeps_null = options.converters.keeps_value_nulls;
            let mut field = field(index, (column, &table), &mapping, (options, keeps_null));
            disguise::apply((column, &table), options, &mut field, &mut mapping.schema);
            fields.push(field);
            row.push((options.naming.field(column), mapping.schema));
        }
    }
    label(&mut fields, row.iter().map(|(name, _)| name.as_str()));
    check_names(&row, relation)?;
    let row_schema =
        Schema::of(Kind::Struct(row)).optional().name(options.naming.schemas.schema(&format!("{topic}.Value")));
    Ok(Plan {
        relation: relation.id,
        version: relation.version,
        key: key_plan(key_parts, relation, &topic, options)?,
        head: head(
            options.converters.value_schemas,
            &envelope::envelope_schema(options.naming.schemas.schema(&format!("{topic}.Envelope")), &row_schema),
            "{\"before\":",
        ),
        source: source_text(options),
        not_in_snapshot: not_in_snapshot(options),
        database: text(&[",\"db\":", &quoted(&options.database), ",\"sequence\":\"["]),
        table: text(&[",\"schema\":", &quoted(&shown_schema), ",\"table\":", &quoted(&shown_table), ",\"txId\":"]),
        tail: if options.converters.value_schemas { b"}}" } else { b"}" },
        collection: format!("{shown_schema}.{shown_table}"),
        fields,
        topic,
    })
}

/// `source.snapshot` of what comes by the log: its default.
fn not_in_snapshot(options: &Options) -> &'static str {
    if options.converters.keeps_value_nulls { "null" } else { "\"false\"" }
}

/// Schema and table as records name them.
fn shown<'a>(relation: &'a Relation, options: &Options) -> (Cow<'a, str>, Cow<'a, str>) {
    let shown = |name: &'a str| options.naming.shown(name, relation.flavour());
    (shown(&relation.schema), shown(&relation.table))
}

/// The fixed parts of a record that belongs to no table.
pub fn without_table(topic: String, options: &Options, schema: &Schema) -> Plan {
    Plan {
        relation: 0,
        version: 0,
        key: None,
        head: head(options.converters.value_schemas, schema, "{\"op\":\"m\",\"ts_ms\":"),
        source: source_text(options),
        not_in_snapshot: not_in_snapshot(options),
        database: text(&[",\"db\":", &quoted(&options.database), ",\"sequence\":\"["]),
        table: text(&[",\"schema\":\"\",\"table\":\"\",\"txId\":"]),
        tail: if options.converters.value_schemas { b"}}" } else { b"}" },
        fields: vec![],
        collection: String::new(),
        topic,
    }
}

fn key_plan(
    parts: Vec<Option<(Field, Schema)>>,
    relation: &Relation,
    topic: &str,
    options: &Options,
) -> Result<Option<KeyPlan>> {
    let (schema, table) = shown(relation, options);
    let identifier = options.naming.key_field(&schema, &table);
    if parts.is_empty() && identifier.is_none() {
        return Ok(None);
    }
    let mut fields = Vec::new();
    let mut headers = Vec::new();
    let mut members = Vec::new();
    for (part, column) in parts.into_iter().zip(&relation.key) {
        let column = &relation.columns[*column];
        let Some((field, schema)) = part else {
            tracing::warn!(
                table = relation.name(),
                column = column.name,
                "a column of the key has a type that records do not carry, the key goes without it"
            );
            continue;
        };
        fields.push(field);
        headers.push(header::Told::of(&schema));
        members.push((options.naming.field(column), schema));
    }
    label(&mut fields, members.iter().map(|(name, _)| name.as_str()));
    let mut end = "}".to_owned();
    if let Some((name, value)) = identifier {
        end = format!("{}{}:{}}}", if fields.is_empty() { "" } else { "," }, quoted(name), quoted(&value));
        members.push((name.to_owned(), Schema::of(Kind::String)));
    }
    check_names(&members, relation)?;
    let schema = Schema::of(Kind::Struct(members)).name(options.naming.schemas.schema(&format!("{topic}.Key")));
    let tail: &'static [u8] = if options.converters.key_schemas { b"}" } else { b"" };
    let end = end.into_bytes();
    Ok(Some(KeyPlan { fields, headers, end, head: head(options.converters.key_schemas, &schema, ""), tail }))
}

/// A struct has no two fields of one name.
fn check_names(members: &[(String, Schema)], relation: &Relation) -> Result<()> {
    let is_twice = |(place, (name, _)): &(usize, &(String, Schema))| members[..*place].iter().any(|(n, _)| n == name);
    match members.iter().enumerate().find(is_twice) {
        None => Ok(()),
        Some((_, (name, _))) => Err(Error::definite(format!(
            "Cannot create field because of field name duplication {name}: table {} has two columns of which records would \
             show this name",
            relation.name()
        ))
        .remedy("set field.name.adjustment.mode to avro_unicode, or leave one of the columns out")),
    }
}

/// What stands for a null: the connector itself replaces those of columns that cannot be null, the converter all others.
fn field(
    index: usize,
    (column, table): (&Column, &str),
    mapping: &Mapping,
    (options, keeps_null): (&Options, bool),
) -> Field {
    let null = match &mapping.schema.default {
        Some(_) if column.optional && keeps_null => b"null".to_vec(),
        Some(default) => default.clone().into_bytes(),
        None if column.optional => b"null".to_vec(),
        None => mapping.fallback(),
    };
    let unchanged = mapping.placeholder(column, options).unwrap_or_else(|| null.clone());
    let name = format!("{table}.{}", column.name);
    Field {
        index,
        name,
        has_reported: Cell::new(false),
        label: Vec::new(),
        writer: mapping.writer,
        disguise: None,
        null,
        unchanged,
    }
}

fn label<'a>(fields: &mut [Field], names: impl Iterator<Item = &'a str>) {
    for (place, (field, name)) in fields.iter_mut().zip(names).enumerate() {
        field.label = text(&[if place == 0 { "{" } else { "," }, &quoted(name), ":"]);
    }
}

pub fn head(with_schema: bool, schema: &Schema, start: &str) -> Vec<u8> {
    if with_schema {
        text(&["{\"schema\":", &schema.to_json(), ",\"payload\":", start])
    } else {
        start.as_bytes().to_vec()
    }
}

fn source_text(options: &Options) -> Vec<u8> {
    text(&[
        ",\"source\":{\"version\":\"",
        VERSION,
        "\",\"connector\":\"postgresql\",\"name\":",
        &quoted(&options.naming.prefix),
        ",\"ts_ms\":",
    ])
}

fn quoted(value: &str) -> String {
    let mut out = Vec::new();
    json_text::write(&mut out, value.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

fn text(parts: &[&str]) -> Vec<u8> {
    parts.concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_never_share_a_field() {
        let relation =
            Relation { id: 1, schema: "s".into(), table: "t".into(), columns: vec![], key: vec![], version: 1 };
        let members = |names: [&str; 2]| names.map(|name| (name.to_owned(), Schema::of(Kind::String)));
        assert!(check_names(&members(["a_b", "a_B"]), &relation).is_ok());
        let error = check_names(&members(["a_b", "a_b"]), &relation).unwrap_err().to_string();
        assert!(error.contains("a_b") && error.contains("s.t"), "{error}");
    }
}
