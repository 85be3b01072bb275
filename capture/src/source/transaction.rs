//! Transaction metadata: the counts of events within a transaction, and the records that mark its beginning and end.

use crate::config::connector::Converters;
use crate::convert::java_hash;
use crate::error::Result;
use crate::model::json_text;
use crate::model::record::Record;
use crate::model::schema::{Kind, Schema};
use crate::source::Emit;
use std::sync::Arc;

/// The events of one transaction so far, in all and by table or collection.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The transaction's id; `None` outside of transactions.
    pub id: Option<String>,
    pub total: u64,
    /// In the order in which they were seen first.
    pub collections: Vec<(Arc<str>, u64)>,
}

/// The places of one event: within its transaction, and among those of its table or collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orders {
    pub total: u64,
    pub in_collection: u64,
}

impl Clone for Counts {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), total: self.total, collections: self.collections.clone() }
    }

    fn clone_from(&mut self, from: &Self) {
        self.id.clone_from(&from.id);
        self.total = from.total;
        self.collections.clone_from(&from.collections);
    }
}

impl Counts {
    pub fn begin(&mut self, id: &str) {
        self.total = 0;
        self.collections.clear();
        self.id = Some(id.to_owned());
    }

    pub fn end(&mut self) {
        self.id = None;
        self.total = 0;
        self.collections.clear();
    }

    /// Counts one event of this collection.
    pub fn event(&mut self, collection: &str) -> Orders {
        self.total += 1;
        let known = self.collections.iter_mut().find(|(name, _)| **name == *collection);
        let in_collection = match known {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                self.collections.push((collection.into(), 1));
                1
            }
        };
        Orders { total: self.total, in_collection }
    }

    /// The collections as a Java map prints them that was filled in this order.
    fn in_java_order(&self) -> Vec<&(Arc<str>, u64)> {
        let mut entries: Vec<_> = self.collections.iter().collect();
        let buckets = java_hash::buckets_grown(16, entries.len());
        java_hash::sort(&mut entries, buckets, |(name, _)| name);
        entries
    }
}

/// Writes the records of the transaction topic.
#[derive(Debug)]
pub struct Metadata {
    topic: String,
    key_head: String,
    value_head: String,
    key: Vec<u8>,
    value: Vec<u8>,
    converters: Converters,
}

impl Metadata {
    pub fn new(topic: String, converters: Converters) -> Self {
        let head = |wanted: bool, schema: Schema| {
            if wanted { format!("{{\"schema\":{},\"payload\":", schema.to_json()) } else { String::new() }
        };
        Self {
            topic,
            key_head: head(converters.key_schemas, key_schema()),
            value_head: head(converters.value_schemas, value_schema()),
            key: vec![],
            value: vec![],
            converters,
        }
    }

    pub fn begin<O>(&mut self, id: &str, ts_ms: i64, offset: &O, out: &mut impl Emit<O>) -> Result<()> {
        self.write("BEGIN", id, "null,\"data_collections\":null", ts_ms);
        self.send(offset, out)
    }

    pub fn end<O>(
        &mut self,
        (id, counts): (&str, &Counts),
        ts_ms: i64,
        offset: &O,
        out: &mut impl Emit<O>,
    ) -> Result<()> {
        let collections: Vec<String> = counts
            .in_java_order()
            .into_iter()
            .map(|(name, count)| format!("{{\"data_collection\":{},\"event_count\":{count}}}", quoted(name)))
            .collect();
        let counted = format!("{},\"data_collections\":[{}]", counts.total, collections.join(","));
        self.write("END", id, &counted, ts_ms);
        self.send(offset, out)
    }

    fn write(&mut self, status: &str, id: &str, counted: &str, ts_ms: i64) {
        let close = |has_schema: bool| if has_schema { "}" } else { "" };
        let id = quoted(id);
        self.key = format!("{}{{\"id\":{id}}}{}", self.key_head, close(self.converters.key_schemas)).into_bytes();
        self.value = format!(
            "{}{{\"status\":\"{status}\",\"id\":{id},\"event_count\":{counted},\"ts_ms\":{ts_ms}}}{}",
            self.value_head,
            close(self.converters.value_schemas)
        )
        .into_bytes();
    }

    fn send<O>(&self, offset: &O, out: &mut impl Emit<O>) -> Result<()> {
        out.emit(&Record::new(&self.topic, Some(&self.key), Some(&self.value)), offset)
    }
}

fn quoted(text: &str) -> String {
    let mut out = vec![];
    json_text::write(&mut out, text.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

fn key_schema() -> Schema {
    structure(vec![("id", Schema::of(Kind::String))])
        .name("io.debezium.connector.common.TransactionMetadataKey")
        .version(1)
}

fn value_schema() -> Schema {
    let collection =
        structure(vec![("data_collection", Schema::of(Kind::String)), ("event_count", Schema::of(Kind::Int64))]);
    let collections = Kind::Array(Box::new(collection.optional().name("event.collection").version(1)));
    let fields = vec![
        ("status", Schema::of(Kind::String)),
        ("id", Schema::of(Kind::String)),
        ("event_count", Schema::of(Kind::Int64).optional()),
        ("data_collections", Schema::of(collections).optional()),
        ("ts_ms", Schema::of(Kind::Int64)),
    ];
    structure(fields).name("io.debezium.connector.common.TransactionMetadataValue").version(1)
}

fn structure(fields: Vec<(&str, Schema)>) -> Schema {
    Schema::of(Kind::Struct(fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_in_all_and_by_collection() {
        let mut counts = Counts::default();
        counts.begin("7");
        let orders: Vec<_> = ["s.a", "s.b", "s.a"].map(|c| counts.event(c)).map(|o| (o.total, o.in_collection)).into();
        assert_eq!(orders, [(1, 1), (2, 1), (3, 2)]);
        counts.end();
        assert_eq!(counts, Counts::default());
        counts.begin("8");
        assert_eq!(counts.event("s.a"), Orders { total: 1, in_collection: 1 });
    }

    #[test]
    fn collections_stand_in_the_order_of_javas_map() {
        let mut counts = Counts::default();
        counts.begin("748");
        for collection in ["public.b", "public.a", "public.b"] {
            counts.event(collection);
        }
        let names: Vec<&str> = counts.in_java_order().iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["public.a", "public.b"]);
    }
}
