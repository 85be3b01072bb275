//! The Connect schemas of keys and values of a collection.

use crate::model::schema::{Kind, Schema};

fn json() -> Schema {
    Schema::of(Kind::String).optional().name("io.debezium.data.Json").version(1)
}

fn string() -> Schema {
    Schema::of(Kind::String)
}

fn int64() -> Schema {
    Schema::of(Kind::Int64)
}

fn structure(fields: Vec<(&str, Schema)>) -> Schema {
    Schema::of(Kind::Struct(fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()))
}

pub fn key(topic: &str) -> Schema {
    structure(vec![("id", string())]).name(format!("{topic}.Key"))
}

pub fn envelope(topic: &str) -> Schema {
    structure(vec![
        ("before", json()),
        ("after", json()),
        ("updateDescription", update_description()),
        ("source", source()),
        ("op", string().optional()),
        ("ts_ms", int64().optional()),
        ("transaction", transaction()),
    ])
    .name(format!("{topic}.Envelope"))
}

fn update_description() -> Schema {
    const NAMES: &str = "io.debezium.connector.mongodb.changestream";
    let truncated = structure(vec![("field", string()), ("size", Schema::of(Kind::Int32))])
        .name(format!("{NAMES}.truncatedarray"))
        .version(1);
    structure(vec![
        ("removedFields", Schema::of(Kind::Array(Box::new(string()))).optional()),
        ("updatedFields", json()),
        ("truncatedArrays", Schema::of(Kind::Array(Box::new(truncated))).optional()),
    ])
    .optional()
    .name(format!("{NAMES}.updatedescription"))
    .version(1)
}

fn source() -> Schema {
    let snapshot = string()
        .optional()
        .name("io.debezium.data.Enum")
        .version(1)
        .parameter("allowed", "true,last,false,incremental")
        .default_json("\"false\"");
    structure(vec![
        ("version", string()),
        ("connector", string()),
        ("name", string()),
        ("ts_ms", int64()),
        ("snapshot", snapshot),
        ("db", string()),
        ("sequence", string().optional()),
        ("ts_us", int64().optional()),
        ("ts_ns", int64().optional()),
        ("collection", string()),
        ("ord", Schema::of(Kind::Int32)),
        ("lsid", string().optional()),
        ("txnNumber", int64().optional()),
        ("wallTime", int64().optional()),
    ])
    .name("io.debezium.connector.mongo.Source")
}

fn transaction() -> Schema {
    structure(vec![("id", string()), ("total_order", int64()), ("data_collection_order", int64())])
        .optional()
        .name("event.block")
        .version(1)
}
