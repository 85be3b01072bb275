//! Runs the plans: a change in, one to three records out, written into buffers that are reused.

use super::options::Options;
use super::plan::{self, Field, KeyPlan, Plan};
use super::{disguise, header};
use crate::error::Result;
use crate::model::record::{Header, Record};
use crate::source::Emit;
use crate::source::postgres::change::{Change, Marker, Operation, Origin};
use crate::source::postgres::pgoutput::OldKind;
use crate::source::postgres::pgoutput::row::{Cell, Row};
use crate::source::postgres::position::Offset;
use crate::source::postgres::relation::Relation;
use crate::source::transaction::Orders;
use std::time::{SystemTime, UNIX_EPOCH};

pub struct Encoder {
    options: Options,
    /// By their relations' ids.
    plans: Vec<Plan>,
    /// Place of the plan used last: rows of one table come in runs.
    current: usize,
    buffers: Buffers,
}

#[derive(Default)]
struct Buffers {
    key: Vec<u8>,
    value: Vec<u8>,
    /// Of a change of the key: what the records on either side say of each other in their headers.
    old_key: Vec<u8>,
    new_key: Vec<u8>,
}

/// Takes records, and numbers events where transaction metadata are provided.
pub trait Numbered: Emit<Offset> {
    /// Counts one event of a table, `schema.table`.
    fn number(&mut self, _table: &str) -> Option<Orders> {
        None
    }
}

/// Numbers nothing.
struct Plain<'a, E>(&'a mut E);

impl<E: Emit<Offset>> Emit<Offset> for Plain<'_, E> {
    #[inline]
    fn emit(&mut self, record: &Record<'_>, offset: &Offset) -> Result<()> {
        self.0.emit(record, offset)
    }

    fn advance(&mut self, offset: &Offset) {
        self.0.advance(offset);
    }

    fn is_full(&self) -> bool {
        self.0.is_full()
    }
}

impl<E: Emit<Offset>> Numbered for Plain<'_, E> {}

/// The parts of a value.
struct Image<'a> {
    before: Option<Row<'a>>,
    after: Option<Row<'a>>,
    /// Supplies what the log leaves out of `after`.
    previous: Option<Row<'a>>,
    operation: &'static str,
    orders: Option<Orders>,
}

const NEW_KEY_HEADER: &str = "__debezium.newkey";
const OLD_KEY_HEADER: &str = "__debezium.oldkey";

impl Encoder {
    pub fn new(options: Options) -> Self {
        Self { options, plans: vec![], current: 0, buffers: Buffers::default() }
    }

    pub fn encode<E: Emit<Offset>>(&mut self, change: &Change<'_>, out: &mut E) -> Result<()> {
        self.encode_numbered(change, &mut Plain(out))
    }

    pub fn encode_numbered<E: Numbered>(&mut self, change: &Change<'_>, out: &mut E) -> Result<()> {
        let place = self.plan_of(change.relation)?;
        let (plan, options, buffers) = (&self.plans[place], &self.options, &mut self.buffers);
        let mut writing = Writing { plan, options, buffers, change, out };
        match change.operation {
            Operation::Read(row) => writing.row(None, row, "r"),
            Operation::Insert(row) if !options.skips('c') => writing.row(None, row, "c"),
            Operation::Update { old, new } => writing.update(old, new),
            Operation::Delete { old, .. } if !options.skips('d') => writing.delete(old, &[], change.offset),
            Operation::Truncate if !options.skips('t') => writing.truncate(),
            _ => {
                out.advance(change.offset);
                Ok(())
            }
        }
    }

    /// The key of the record that this row would become; `None`: it has none.
    pub fn key_of(&mut self, relation: &Relation, row: Row<'_>) -> Result<Option<Vec<u8>>> {
        let place = self.plan_of(relation)?;
        let key = self.plans[place].key.as_ref().filter(|key| !key.fields.is_empty());
        write_key(key, &mut self.buffers.key, row);
        Ok(key.map(|_| self.buffers.key.clone()))
    }

    pub(super) fn plan_and_options(&mut self, relation: &Relation) -> Result<(&Plan, &Options)> {
        let place = self.plan_of(relation)?;
        Ok((&self.plans[place], &self.options))
    }

    #[inline]
    fn plan_of(&mut self, relation: &Relation) -> Result<usize> {
        match self.plans.get(self.current) {
            Some(plan) if plan.version == relation.version => Ok(self.current),
            _ => self.find_plan(relation),
        }
    }

    #[cold]
    fn find_plan(&mut self, relation: &Relation) -> Result<usize> {
        self.current = match self.place(relation.id) {
            Ok(place) if self.plans[place].version == relation.version => place,
            Ok(place) => {
                // an older description of the same table is never used again
                self.plans[place] = plan::compile(relation, &self.options)?;
                place
            }
            Err(place) => {
                self.plans.insert(place, plan::compile(relation, &self.options)?);
                place
            }
        };
        Ok(self.current)
    }

    /// Where the relation's plan stands, or where it belongs.
    fn place(&self, relation: u32) -> Result<usize, usize> {
        self.plans.binary_search_by_key(&relation, |plan| plan.relation)
    }

    /// The tables whose rows have been written, `schema.table`.
    pub fn collections(&self) -> impl Iterator<Item = &str> {
        self.plans.iter().map(|plan| plan.collection.as_ref())
    }

    /// No change of this relation follows.
    pub fn forget(&mut self, relation: u32) {
        if let Ok(place) = self.place(relation) {
            self.plans.remove(place);
        }
    }
}

/// One change on its way out.
struct Writing<'a, E> {
    plan: &'a Plan,
    options: &'a Options,
    buffers: &'a mut Buffers,
    change: &'a Change<'a>,
    out: &'a mut E,
}

impl<E: Numbered> Writing<'_, E> {
    fn row(&mut self, before: Option<Row<'_>>, after: Row<'_>, operation: &'static str) -> Result<()> {
        let orders = if operation == "r" { None } else { self.number() };
        let image = Image { before, after: Some(after), previous: before, operation, orders };
        self.value_and_key(&image, after);
        self.emit_value(&[], self.change.offset)
    }

    #[inline]
    fn number(&mut self) -> Option<Orders> {
        self.out.number(&self.plan.collection)
    }

    fn truncate(&mut self) -> Result<()> {
        let image = Image { before: None, after: None, previous: None, operation: "t", orders: self.number() };
        write_value(self.plan, &mut self.buffers.value, &image, &self.change.origin);
        self.out.emit(&Record::new(&self.plan.topic, None, Some(&self.buffers.value)), self.change.offset)
    }

    fn update(&mut self, old: Option<(OldKind, Row<'_>)>, new: Row<'_>) -> Result<()> {
        if self.options.skips_unchanged
            && let Some((_, old)) = old
            && !self.plan.fields.iter().any(|field| differs(field, old, new))
        {
            self.out.advance(self.change.offset);
            return Ok(());
        }
        match (&self.plan.key, old) {
            (Some(key), Some((_, old))) if key.fields.iter().any(|field| differs(field, old, new)) => {
                self.moved(old, new)
            }
            _ if self.options.skips('u') => {
                self.out.advance(self.change.offset);
                Ok(())
            }
            _ => self.row(old.map(|(_, row)| row), new, "u"),
        }
    }

    /// A changed key: a delete of the old one, its tombstone, and a create of the new one.
    fn moved(&mut self, old: Row<'_>, new: Row<'_>) -> Result<()> {
        let new_key = key_payload(self.plan, std::mem::take(&mut self.buffers.new_key), new);
        if !self.options.skips('d') {
            let headers = [Header { name: NEW_KEY_HEADER, value: Some(&new_key) }];
            self.delete(old, &headers, self.change.before)?;
        }
        self.buffers.new_key = new_key;
        if self.options.skips('c') {
            self.out.advance(self.change.offset);
            return Ok(());
        }

        let old_key = key_payload(self.plan, std::mem::take(&mut self.buffers.old_key), old);
        let (previous, orders) = (Some(old), self.number());
        let image = Image { before: None, after: Some(new), previous, operation: "c", orders };
        self.value_and_key(&image, new);
        let headers = [Header { name: OLD_KEY_HEADER, value: Some(&old_key) }];
        self.emit_value(&headers, self.change.offset)?;
        self.buffers.old_key = old_key;
        Ok(())
    }

    /// `done` is where to resume once the last record is durable; until then the change is to be read again.
    fn delete(&mut self, old: Row<'_>, headers: &[Header<'_>], done: &Offset) -> Result<()> {
        let image = Image { before: Some(old), after: None, previous: None, operation: "d", orders: self.number() };
        self.value_and_key(&image, old);
        if !self.options.has_tombstones {
            return self.emit_value(headers, done);
        }
        self.emit_value(headers, self.change.before)?;
        let key = self.plan.key.as_ref().map(|_| self.buffers.key.as_slice());
        self.out.emit(&Record { headers, ..Record::new(&self.plan.topic, key, None) }, done)
    }

    fn value_and_key(&mut self, image: &Image<'_>, key_row: Row<'_>) {
        write_value(self.plan, &mut self.buffers.value, image, &self.change.origin);
        write_key(self.plan.key.as_ref(), &mut self.buffers.key, key_row);
    }

    fn emit_value(&mut self, headers: &[Header<'_>], offset: &Offset) -> Result<()> {
        let key = self.plan.key.as_ref().map(|_| self.buffers.key.as_slice());
        self.out.emit(&Record { headers, ..Record::new(&self.plan.topic, key, Some(&self.buffers.value)) }, offset)
    }
}

#[inline]
pub(super) fn differs(field: &Field, old: Row<'_>, new: Row<'_>) -> bool {
    let (old, new) = (old.cell(field.index), new.cell(field.index));
    new != Cell::Unchanged && old != new
}

/// The key as headers tell it, in the place of what `out` held.
fn key_payload(plan: &Plan, mut out: Vec<u8>, row: Row<'_>) -> Vec<u8> {
    out.clear();
    if let Some(key) = &plan.key {
        for (field, told) in key.fields.iter().zip(&key.headers) {
            out.extend_from_slice(&field.label);
            let start = out.len();
            write_field(field, row, None, &mut out);
            told.rewrite(&mut out, start);
        }
        if key.fields.is_empty() {
            out.push(b'{');
        }
        out.extend_from_slice(&key.end);
    }
    if out.contains(&b'\\') {
        out = header::text(&out);
    }
    out
}

/// Leaves `out` empty where the table has no key.
fn write_key(plan: Option<&KeyPlan>, out: &mut Vec<u8>, row: Row<'_>) {
    out.clear();
    let Some(plan) = plan else { return };
    out.extend_from_slice(&plan.head);
    write_fields(&plan.fields, row, None, out);
    out.extend_from_slice(&plan.end);
    out.extend_from_slice(plan.tail);
}

fn write_value(plan: &Plan, out: &mut Vec<u8>, image: &Image<'_>, origin: &Origin) {
    out.clear();
    out.extend_from_slice(&plan.head);
    match image.before {
        Some(row) => write_struct(&plan.fields, row, None, out),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"after\":");
    match image.after {
        Some(row) => write_struct(&plan.fields, row, image.previous, out),
        None => out.extend_from_slice(b"null"),
    }
    write_source(plan, out, origin);
    out.extend_from_slice(b"},\"transaction\":");
    match image.orders {
        Some(orders) => write_orders(out, orders, origin),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"op\":\"");
    out.extend_from_slice(image.operation.as_bytes());
    write_clock(out);
    out.extend_from_slice(plan.tail);
}

/// `previous` supplies what the log leaves out of `row`.
#[inline]
fn write_struct(fields: &[Field], row: Row<'_>, previous: Option<Row<'_>>, out: &mut Vec<u8>) {
    write_fields(fields, row, previous, out);
    out.push(b'}');
}

/// All but the closing brace.
#[inline]
fn write_fields(fields: &[Field], row: Row<'_>, previous: Option<Row<'_>>, out: &mut Vec<u8>) {
    if fields.is_empty() {
        out.push(b'{');
    }
    for field in fields {
        out.extend_from_slice(&field.label);
        write_field(field, row, previous, out);
    }
}

#[inline]
fn write_field(field: &Field, row: Row<'_>, previous: Option<Row<'_>>, out: &mut Vec<u8>) {
    match row.cell(field.index) {
        Cell::Text(text) => write_cell(field, text, out),
        Cell::Null => out.extend_from_slice(&field.null),
        Cell::Unchanged => match previous.map(|row| row.cell(field.index)) {
            Some(Cell::Text(text)) => write_cell(field, text, out),
            _ => out.extend_from_slice(&field.unchanged),
        },
    }
}

#[inline]
fn write_cell(field: &Field, text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let written = match &field.disguise {
        None => field.writer.write(text, out),
        Some(disguise) => disguise::write(disguise, field.writer, text, out),
    };
    if written.is_err() {
        out.truncate(start);
        out.extend_from_slice(&field.null);
        report_once(field);
    }
}

/// As the original, which logs each such value. Once a column is enough to be found by.
#[cold]
fn report_once(field: &Field) {
    if !field.has_reported.replace(true) {
        tracing::error!(
            column = field.name,
            "value has no form in the mapping of its column, null stands in its place"
        );
    }
}

pub(super) fn write_source(plan: &Plan, out: &mut Vec<u8>, origin: &Origin) {
    let mut digits = itoa::Buffer::new();
    let mut number = |out: &mut Vec<u8>, n: i64| out.extend_from_slice(digits.format(n).as_bytes());
    out.extend_from_slice(&plan.source);
    number(out, origin.ts_us.div_euclid(1000));
    out.extend_from_slice(b",\"snapshot\":");
    match origin.snapshot {
        None => out.extend_from_slice(plan.not_in_snapshot.as_bytes()),
        Some(marker) => {
            out.push(b'"');
            out.extend_from_slice(marker.word().as_bytes());
            out.push(b'"');
        }
    }
    out.extend_from_slice(&plan.database);
    match origin.last_commit {
        Some(lsn) => {
            out.extend_from_slice(b"\\\"");
            number(out, lsn.0 as i64);
            out.extend_from_slice(b"\\\",\\\"");
        }
        None => out.extend_from_slice(b"null,\\\""),
    }
    number(out, origin.lsn.0 as i64);
    out.extend_from_slice(b"\\\"]\",\"ts_us\":");
    number(out, origin.ts_us);
    out.extend_from_slice(b",\"ts_ns\":");
    number(out, origin.ts_us.wrapping_mul(1000));
    out.extend_from_slice(&plan.table);
    match origin.tx_id {
        Some(id) => number(out, id as i64),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"lsn\":");
    match origin.snapshot {
        Some(Marker::Incremental) => out.extend_from_slice(b"null"),
        _ => number(out, origin.lsn.0 as i64),
    }
    out.extend_from_slice(b",\"xmin\":");
    match origin.xmin {
        Some(xmin) => number(out, xmin.get().into()),
        None => out.extend_from_slice(b"null"),
    }
}

/// The event's place within its transaction.
fn write_orders(out: &mut Vec<u8>, orders: Orders, origin: &Origin) {
    let mut digits = itoa::Buffer::new();
    let numbers = [
        ("{\"id\":\"", origin.tx_id.unwrap_or_default()),
        (":", origin.lsn.0),
        ("\",\"total_order\":", orders.total),
        (",\"data_collection_order\":", orders.in_collection),
    ];
    for (label, value) in numbers {
        out.extend_from_slice(label.as_bytes());
        out.extend_from_slice(digits.format(value as i64).as_bytes());
    }
    out.push(b'}');
}

/// One reading of the clock in three units.
fn write_clock(out: &mut Vec<u8>) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as i64;
    let mut digits = itoa::Buffer::new();
    for (label, value) in [("\",\"ts_ms\":", now / 1_000_000), (",\"ts_us\":", now / 1000), (",\"ts_ns\":", now)] {
        out.extend_from_slice(label.as_bytes());
        out.extend_from_slice(digits.format(value).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::{Writer, scalar::Scalar};
    use super::*;
    use crate::config::connector::Converters;
    use crate::config::key::Map;
    use crate::source::filter::Filter;

    struct Nowhere;

    impl Emit<Offset> for Nowhere {
        fn emit(&mut self, _: &Record<'_>, _: &Offset) -> Result<()> {
            Ok(())
        }

        fn advance(&mut self, _: &Offset) {}

        fn is_full(&self) -> bool {
            false
        }
    }

    /// The tables whose plans are kept after one change of each relation given, by id and version.
    fn kept(encoder: &mut Encoder, relations: &[(u32, u64)]) -> Vec<(u32, u64)> {
        for (id, version) in relations {
            let (schema, table) = ("public".to_owned(), format!("t{id}"));
            let relation = Relation { id: *id, schema, table, columns: vec![], key: vec![], version: *version };
            let (origin, offset) = (Origin::default(), Offset::default());
            let change = Change {
                relation: &relation,
                operation: Operation::Truncate,
                origin,
                offset: &offset,
                before: &offset,
            };
            encoder.encode(&change, &mut Nowhere).unwrap();
        }
        encoder.plans.iter().map(|plan| (plan.relation, plan.version)).collect()
    }

    #[test]
    fn a_value_without_a_form_is_null_and_told_of() {
        let field = Field {
            index: 0,
            name: "public.t.c".into(),
            has_reported: false.into(),
            label: vec![],
            writer: Writer::One(Scalar::Decimal { scale: 2 }),
            disguise: None,
            null: b"null".to_vec(),
            unchanged: vec![],
        };
        let written = |text: &[u8]| {
            let mut out = vec![];
            write_cell(&field, text, &mut out);
            (out, field.has_reported.get())
        };
        assert_eq!(written(b"1.10"), (b"\"bg==\"".to_vec(), false));
        assert_eq!(written(b"NaN"), (b"null".to_vec(), true));
    }

    #[test]
    fn one_plan_is_kept_for_each_table_until_it_is_dropped() {
        let converters = Converters::with_schemas(false, false);
        let mut encoder = Encoder::new(Options::parse(&Map::new(), converters, Filter::default()));
        assert_eq!(kept(&mut encoder, &[(7, 1), (3, 2), (5, 3), (7, 1)]), [(3, 2), (5, 3), (7, 1)]);
        assert_eq!(kept(&mut encoder, &[(5, 4), (3, 2)]), [(3, 2), (5, 4), (7, 1)]);
        encoder.forget(3);
        encoder.forget(99);
        assert_eq!(kept(&mut encoder, &[(7, 1)]), [(5, 4), (7, 1)]);
    }
}
