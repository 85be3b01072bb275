//! Schemas of Debezium's envelope for PostgreSQL.

use crate::model::schema::{Kind, Schema};

fn required(kind: Kind) -> Schema {
    Schema::of(kind)
}

fn optional(kind: Kind) -> Schema {
    Schema::of(kind).optional()
}

pub fn source_schema() -> Schema {
    let snapshot = optional(Kind::String)
        .name("io.debezium.data.Enum")
        .version(1)
        .parameter("allowed", "true,last,false,incremental")
        .default_json("\"false\"");
    let fields = [
        ("version", required(Kind::String)),
        ("connector", required(Kind::String)),
        ("name", required(Kind::String)),
        ("ts_ms", required(Kind::Int64)),
        ("snapshot", snapshot),
        ("db", required(Kind::String)),
        ("sequence", optional(Kind::String)),
        ("ts_us", optional(Kind::Int64)),
        ("ts_ns", optional(Kind::Int64)),
        ("schema", required(Kind::String)),
        ("table", required(Kind::String)),
        ("txId", optional(Kind::Int64)),
        ("lsn", optional(Kind::Int64)),
        ("xmin", optional(Kind::Int64)),
    ];
    structure(fields).name("io.debezium.connector.postgresql.Source")
}

pub fn transaction_schema() -> Schema {
    let fields = [
        ("id", required(Kind::String)),
        ("total_order", required(Kind::Int64)),
        ("data_collection_order", required(Kind::Int64)),
    ];
    structure(fields).optional().name("event.block").version(1)
}

/// The value of a logical message's record.
pub fn message_schema(content: Kind) -> Schema {
    let message = structure([("prefix", optional(Kind::String)), ("content", optional(content))]);
    let fields = [
        ("op", required(Kind::String)),
        ("ts_ms", optional(Kind::Int64)),
        ("source", source_schema()),
        ("message", message.name("io.debezium.connector.postgresql.Message").version(1)),
    ];
    structure(fields).name("io.debezium.connector.postgresql.MessageValue").version(1)
}

pub fn message_key_schema() -> Schema {
    structure([("prefix", optional(Kind::String))]).name("io.debezium.connector.postgresql.MessageKey").version(1)
}

pub fn envelope_schema(name: String, row: &Schema) -> Schema {
    let fields = [
        ("before", row.clone()),
        ("after", row.clone()),
        ("source", source_schema()),
        ("transaction", transaction_schema()),
        ("op", required(Kind::String)),
        ("ts_ms", optional(Kind::Int64)),
        ("ts_us", optional(Kind::Int64)),
        ("ts_ns", optional(Kind::Int64)),
    ];
    structure(fields).name(name).version(2)
}

fn structure<const N: usize>(fields: [(&str, Schema); N]) -> Schema {
    Schema::of(Kind::Struct(fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()))
}
