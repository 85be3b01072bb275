//! Columns that are read again: those that the log leaves out, and those that are NULL, get the values that the row has now.
//!
//! The original asks with the key's values as records hold them and with their Java types, so that many a key finds nothing;
//! then the change stays as it is. What it finds here is the same.

use super::column::{self, Mapping, Writer};
use super::encoder::{Encoder, differs};
use super::options::Options;
use super::plan::{Field, Plan};
use crate::error::Result;
use crate::model::json_text;
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::change::{Change, Operation};
use crate::source::postgres::config::post_processors::Reselection;
use crate::source::postgres::pgoutput::row::{Cell, Cells, Row};
use crate::source::postgres::relation::{Column, Relation};
use crate::source::postgres::reselector::Reselector;
use crate::source::postgres::wire::query::{identifier, literal};
use std::collections::HashMap;

pub struct Reselect {
    reselection: Reselection,
    /// `schema.table`, whose changes stay as they are.
    signal_table: Option<String>,
    reselector: Reselector,
    tables: HashMap<u32, Table>,
    tuple: Vec<u8>,
    cells: Cells,
}

/// Columns' numbers and their values now.
type Values = Vec<(usize, Option<String>)>;

/// What is to be known of a version of a table.
struct Table {
    version: u64,
    columns: Vec<Wanted>,
    /// `FROM …`; empty: no row can be found.
    from: String,
    key: Vec<KeyPart>,
}

struct Wanted {
    /// Its number in the relation.
    index: usize,
    /// As it is asked for.
    name: String,
    /// Where the log leaves it out, the record shows the placeholder.
    shows_placeholder: bool,
    /// A NULL is one in the record.
    shows_null: bool,
    /// What the log leaves out is a null in the record.
    leaves_null: bool,
    /// How much of its value the original's driver gives.
    kept: Kept,
    /// The text that the record shows as the placeholder too.
    placeholder: Option<Vec<u8>>,
}

struct KeyPart {
    index: usize,
    name: String,
    writer: Writer,
    schema: Schema,
}

impl Reselect {
    pub fn new(reselection: Reselection, signal_table: Option<String>, reselector: Reselector) -> Self {
        let (tables, tuple, cells) = (HashMap::new(), vec![], Cells::default());
        Self { reselection, signal_table, reselector, tables, tuple, cells }
    }

    /// The change with the values that its row has now, where any of its columns are to be read again.
    pub fn renew<'a>(&'a mut self, change: &Change<'a>, encoder: &mut Encoder) -> Result<Change<'a>> {
        let (new, old) = match change.operation {
            Operation::Insert(new) => (new, None),
            Operation::Update { old, new } => (new, old.map(|(_, row)| row)),
            _ => return Ok(*change),
        };
        let Some(rows) = self.read_again(change.relation, (old, new), encoder)? else { return Ok(*change) };
        self.tuple.clear();
        self.tuple.extend_from_slice(&(change.relation.columns.len() as u16).to_be_bytes());
        for index in 0..change.relation.columns.len() {
            let renewed = rows.iter().find(|(at, _)| *at == index);
            let cell = match renewed {
                None => new.cell(index),
                Some((_, None)) => Cell::Null,
                Some((_, Some(text))) => Cell::Text(text.as_bytes()),
            };
            append(cell, &mut self.tuple);
        }
        if self.cells.read_tuple(&self.tuple).is_none() {
            return Ok(*change);
        }
        let new = Row::new(&self.tuple, &self.cells);
        let operation = match change.operation {
            Operation::Update { old, .. } => Operation::Update { old, new },
            _ => Operation::Insert(new),
        };
        Ok(Change { operation, ..*change })
    }

    pub fn forget(&mut self, relation: u32) {
        self.tables.remove(&relation);
    }

    /// `None`: nothing is to be read, or nothing was found.
    fn read_again(
        &mut self,
        relation: &Relation,
        (old, new): (Option<Row<'_>>, Row<'_>),
        encoder: &mut Encoder,
    ) -> Result<Option<Values>> {
        let (plan, options) = encoder.plan_and_options(relation)?;
        let is_skipped = match old {
            _ if self.signal_table.as_ref() == Some(&relation.name()) => true,
            Some(old) if options.skips_unchanged => !plan.fields.iter().any(|field| differs(field, old, new)),
            _ => false,
        };
        if is_skipped || plan.key.is_none() {
            return Ok(None);
        }
        let is_known = self.tables.get(&relation.id).is_some_and(|table| table.version == relation.version);
        if !is_known {
            self.tables.insert(relation.id, Table::of(relation, plan, options, &self.reselection));
        }
        let table = &self.tables[&relation.id];
        let wanted: Vec<&Wanted> =
            table.columns.iter().filter(|column| column.is_wanted(&self.reselection, old, new)).collect();
        let Some(condition) = Some(&wanted).filter(|wanted| !wanted.is_empty()).and_then(|_| table.condition(new))
        else {
            return Ok(None);
        };
        let names: Vec<String> = wanted.iter().map(|column| identifier(&column.name)).collect();
        let question = format!("SELECT {} {} WHERE {condition}", names.join(","), table.from);
        let values = match self.reselector.ask(question) {
            Ok(rows) => rows.into_iter().next(),
            Err(error) => {
                tracing::warn!(table = relation.name(), error = %error, "columns cannot be read again, the change stays as it is");
                return Ok(None);
            }
        };
        if values.is_none() {
            tracing::warn!(table = relation.name(), "no row has the key of the change, which stays as it is");
        }
        let told =
            |(column, value): (&&Wanted, Option<String>)| (column.index, value.map(|text| column.kept.of_text(text)));
        Ok(values.map(|values| wanted.iter().zip(values).map(told).collect()))
    }
}

impl Table {
    fn of(relation: &Relation, plan: &Plan, options: &Options, reselection: &Reselection) -> Self {
        let shown = |name| options.naming.shown(name, relation.flavour());
        let table = format!("{}.{}", shown(&relation.schema), shown(&relation.table));
        let wanted = |field: &Field| {
            let column = &relation.columns[field.index];
            let name = options.naming.field(column);
            let mapping = column::map_in(column.flavour, column, options)?;
            let is_chosen = reselection.columns.accepts(&format!("{table}:{name}"));
            is_chosen.then(|| Wanted::of((field, column), name, &mapping, options))
        };
        // a name that the table does not have makes a question that fails
        let is_readable = |name: &str| relation.columns.iter().any(|column| column.name == *name);
        let key = key(relation, options);
        let is_found = key.iter().all(|part| is_readable(&part.name) && is_plain(&part.name))
            && !key.is_empty()
            && (!reselection.by_event_key || options.naming.strategy.key_field.is_none())
            && table == relation.name();
        let from = format!("FROM {}.{}", identifier(&relation.schema), identifier(&relation.table));
        Self {
            version: relation.version,
            columns: plan.fields.iter().filter_map(wanted).collect(),
            from: if is_found { from } else { String::new() },
            key,
        }
    }

    /// `None`: the key's values are such that the original's question fails.
    fn condition(&self, new: Row<'_>) -> Option<String> {
        if self.from.is_empty() {
            return None;
        }
        let parts = self.key.iter().map(|part| Some(format!("{}={}", part.name, part.value(new)?)));
        Some(parts.collect::<Option<Vec<String>>>()?.join(" AND "))
    }
}

/// The original does not quote the names of the key's columns.
fn is_plain(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn key(relation: &Relation, options: &Options) -> Vec<KeyPart> {
    let part = |index: &usize| {
        let column: &Column = &relation.columns[*index];
        let Mapping { writer, schema } = column::map_in(column.flavour, column, options)?;
        Some(KeyPart { index: *index, name: options.naming.field(column), writer, schema })
    };
    relation.key.iter().filter_map(part).collect()
}

impl KeyPart {
    /// The value as the record has it, with the type that Java gives to it.
    fn value(&self, row: Row<'_>) -> Option<String> {
        let Cell::Text(text) = row.cell(self.index) else { return None };
        let type_name = match (&self.schema.kind, self.schema.name.as_deref()) {
            (_, Some("org.apache.kafka.connect.data.Decimal")) => {
                return Some(format!("{}::numeric", literal(std::str::from_utf8(text).ok()?)));
            }
            // Java's dates have no type in the driver
            (_, Some(name)) if name.starts_with("org.apache.kafka.connect.data.") => return None,
            (Kind::Boolean, _) => "bool",
            (Kind::Int16, _) => "int2",
            (Kind::Int32, _) => "int4",
            (Kind::Int64, _) => "int8",
            (Kind::Float32, _) => "float4",
            (Kind::Float64, _) => "float8",
            (Kind::String, _) => "varchar",
            _ => return None,
        };
        let mut json = vec![];
        self.writer.write(text, &mut json).ok()?;
        let value = match serde_json::from_slice(&json).ok()? {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        Some(format!("{}::{type_name}", literal(&value)))
    }
}

impl Wanted {
    fn of((field, column): (&Field, &Column), name: String, mapping: &Mapping, options: &Options) -> Self {
        let is_text = holds_text(&mapping.schema) && field.disguise.is_none();
        Self {
            index: field.index,
            name,
            shows_placeholder: placeholder(&mapping.schema, options).is_some_and(|shown| shown == field.unchanged),
            shows_null: field.null == b"null",
            leaves_null: field.unchanged == b"null",
            kept: Kept::of(column),
            placeholder: is_text.then(|| options.placeholder.clone()),
        }
    }

    fn is_wanted(&self, reselection: &Reselection, old: Option<Row<'_>>, new: Row<'_>) -> bool {
        let known = match new.cell(self.index) {
            Cell::Unchanged => old.map_or(Cell::Unchanged, |old| old.cell(self.index)),
            cell => cell,
        };
        let (is_unavailable, is_null) = match known {
            Cell::Text(text) => (self.placeholder.as_deref() == Some(text), false),
            // what the old row leaves out is not known either
            _ if new.cell(self.index) == Cell::Unchanged => (self.shows_placeholder, self.leaves_null),
            _ => (false, self.shows_null),
        };
        if is_unavailable { reselection.unavailable } else { is_null && reselection.nulls }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Whole,
    /// A time of day with so many digits of its second.
    Fraction(usize),
}

impl Kept {
    fn of(column: &Column) -> Self {
        match column.resolved.oid {
            column::oid::TIME => Kept::Fraction(3),
            column::oid::TIMETZ => Kept::Fraction(0),
            _ => Kept::Whole,
        }
    }

    fn of_text(self, text: String) -> String {
        let (Kept::Fraction(digits), Some(point)) = (self, text.find('.')) else { return text };
        let end = text[point + 1..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |end| point + 1 + end);
        let kept = if digits == 0 { point } else { end.min(point + 1 + digits) };
        format!("{}{}", &text[..kept], &text[end..])
    }
}

fn holds_text(schema: &Schema) -> bool {
    schema.kind == Kind::String && schema.name.as_deref() != Some("io.debezium.data.Json")
}

/// The JSON that the original takes for a value that is not there. It means bytes too, and never finds them.
fn placeholder(schema: &Schema, options: &Options) -> Option<Vec<u8>> {
    let mut quoted = vec![];
    json_text::write(&mut quoted, String::from_utf8_lossy(&options.placeholder).as_bytes());
    let pair = [b"{", quoted.as_slice(), b":", quoted.as_slice(), b"}"].concat();
    match &schema.kind {
        Kind::Map(..) => Some(pair),
        Kind::String if holds_text(schema) => Some(quoted),
        Kind::String => {
            let mut text = vec![];
            json_text::write(&mut text, &pair);
            Some(text)
        }
        Kind::Array(items) => Some([b"[", placeholder(items, options)?.as_slice(), b"]"].concat()),
        _ => None,
    }
}

fn append(cell: Cell<'_>, tuple: &mut Vec<u8>) {
    match cell {
        Cell::Null => tuple.push(b'n'),
        Cell::Unchanged => tuple.push(b'u'),
        Cell::Text(text) => {
            tuple.push(b't');
            tuple.extend_from_slice(&(text.len() as u32).to_be_bytes());
            tuple.extend_from_slice(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lose_what_the_driver_does_not_give() {
        let kept = |digits, text: &str| Kept::Fraction(digits).of_text(text.to_owned());
        assert_eq!(kept(3, "04:05:06.789012"), "04:05:06.789");
        assert_eq!(kept(3, "04:05:06.7"), "04:05:06.7");
        assert_eq!(kept(0, "04:05:06.789012+01"), "04:05:06+01");
        assert_eq!(kept(0, "04:05:06+01"), "04:05:06+01");
        assert_eq!(Kept::Whole.of_text("1.2345".to_owned()), "1.2345");
    }

    #[test]
    fn names_that_need_quotes_find_nothing() {
        for (name, is_found) in
            [("id", true), ("a_1", true), ("Id", false), ("1a", false), ("a-b", false), ("id=id--", false)]
        {
            assert_eq!(is_plain(name), is_found, "{name}");
        }
    }
}
