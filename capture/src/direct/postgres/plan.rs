//! A relation and the options, compiled: everything that does not depend on the row is text already.

use super::column::{self, Mapping, Writer};
use super::options::Options;
use super::{default, disguise, envelope};
use crate::convert::disguise::Disguise;
use crate::direct::topic;
use crate::error::Result;
use crate::model::json_text;
use crate::model::schema::{Kind, Schema};
use crate::source::connectors::VERSION;
use crate::source::postgres::relation::{Column, Relation};
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
    /// `schema.table`.
    pub collection: String,
    pub fields: Vec<Field>,
    pub key: Option<KeyPlan>,
    /// Up to the value of `before`.
    pub head: Vec<u8>,
    /// From `,"source":` up to `ts_ms`'s value.
    pub source: Vec<u8>,
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
    pub head: Vec<u8>,
    pub tail: &'static [u8],
}

pub fn compile(relation: &Relation, options: &Options) -> Result<Plan> {
    let topic = topic::name([&options.prefix, &relation.schema, &relation.table], &options.delimiter);
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
            let field = field(index, (column, &table), &mapping, options);
            key_parts[place] = Some((field, mapping.schema.clone()));
        }
        if is_wanted {
            let mut field = field(index, (column, &table), &mapping, options);
            disguise::apply(column, options, &mut field, &mut mapping.schema);
            fields.push(field);
            row.push((column.name.clone(), mapping.schema));
        }
    }
    label(&mut fields, row.iter().map(|(name, _)| name.as_str()));
    let row_schema = Schema::of(Kind::Struct(row)).optional().name(format!("{topic}.Value"));
    Ok(Plan {
        relation: relation.id,
        version: relation.version,
        key: key_plan(key_parts, relation, &topic, options),
        head: head(options.schemas.value, &envelope::envelope_schema(&topic, &row_schema), "{\"before\":"),
        source: source_text(options),
        database: text(&[",\"db\":", &quoted(&options.database), ",\"sequence\":\"["]),
        table: text(&[
            ",\"schema\":",
            &quoted(&relation.schema),
            ",\"table\":",
            &quoted(&relation.table),
            ",\"txId\":",
        ]),
        tail: if options.schemas.value { b"}}" } else { b"}" },
        collection: table,
        fields,
        topic,
    })
}

/// The fixed parts of a record that belongs to no table.
pub fn without_table(topic: String, options: &Options, schema: &Schema) -> Plan {
    Plan {
        relation: 0,
        version: 0,
        key: None,
        head: head(options.schemas.value, schema, "{\"op\":\"m\",\"ts_ms\":"),
        source: source_text(options),
        database: text(&[",\"db\":", &quoted(&options.database), ",\"sequence\":\"["]),
        table: text(&[",\"schema\":\"\",\"table\":\"\",\"txId\":"]),
        tail: if options.schemas.value { b"}}" } else { b"}" },
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
) -> Option<KeyPlan> {
    if parts.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut members = Vec::new();
    for (part, column) in parts.into_iter().zip(&relation.key) {
        let name = &relation.columns[*column].name;
        let Some((field, schema)) = part else {
            tracing::warn!(
                table = relation.name(),
                column = name,
                "a column of the key has a type that records do not carry, the key goes without it"
            );
            continue;
        };
        fields.push(field);
        members.push((name.clone(), schema));
    }
    label(&mut fields, members.iter().map(|(name, _)| name.as_str()));
    let schema = Schema::of(Kind::Struct(members)).name(format!("{topic}.Key"));
    let tail: &'static [u8] = if options.schemas.key { b"}" } else { b"" };
    Some(KeyPlan { fields, head: head(options.schemas.key, &schema, ""), tail })
}

fn field(index: usize, (column, table): (&Column, &str), mapping: &Mapping, options: &Options) -> Field {
    let null = match &mapping.schema.default {
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
        &quoted(&options.prefix),
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
