//! Notifications: how snapshots are getting on, as records of a topic or as lines of the log.

use crate::config::connector::Converters;
use crate::error::Result;
use crate::model::json_text;
use crate::model::record::Record;
use crate::model::schema::{Kind, Schema};
use crate::source::Emit;

/// How the reading of a table ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Succeeded,
    Empty,
    NoPrimaryKey,
    UnknownSchema,
    SqlException,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Empty => "EMPTY",
            Self::NoPrimaryKey => "NO_PRIMARY_KEY",
            Self::UnknownSchema => "UNKNOWN_SCHEMA",
            Self::SqlException => "SQL_EXCEPTION",
        }
    }
}

/// One notification; `id` is that of the signal behind it, or a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: Option<String>,
    pub kind: &'static str,
    pub aggregate: &'static str,
    pub data: Vec<(&'static str, String)>,
}

impl Notice {
    pub fn incremental(kind: &'static str, id: Option<String>, data: Vec<(&'static str, String)>) -> Self {
        Self { id, kind, aggregate: "Incremental Snapshot", data }
    }

    pub fn initial(kind: &'static str, data: Vec<(&'static str, String)>) -> Self {
        Self { id: None, kind, aggregate: "Initial Snapshot", data }
    }
}

/// Where notifications go.
#[derive(Debug)]
pub struct Notifier {
    prefix: String,
    /// `None`: not to a topic.
    topic: Option<String>,
    logs: bool,
    key_head: String,
    value_head: String,
    tails: (&'static str, &'static str),
}

impl Notifier {
    pub fn new(prefix: &str, topic: Option<String>, logs: bool, converters: Converters) -> Self {
        let head = |wanted: bool, schema: fn() -> Schema| {
            if wanted { format!("{{\"schema\":{},\"payload\":", schema().to_json()) } else { String::new() }
        };
        let tail = |wanted: bool| if wanted { "}" } else { "" };
        Self {
            prefix: prefix.to_owned(),
            topic,
            logs,
            key_head: head(converters.key_schemas, key_schema),
            value_head: head(converters.value_schemas, value_schema),
            tails: (tail(converters.key_schemas), tail(converters.value_schemas)),
        }
    }

    pub fn send<O>(&self, notice: &Notice, now_ms: i64, offset: &O, out: &mut impl Emit<O>) -> Result<()> {
        let id = notice.id.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        let mut members = vec![format!("\"connector_name\":{}", quoted(&self.prefix))];
        members.extend(notice.data.iter().map(|(name, value)| format!("\"{name}\":{}", quoted(value))));
        let data = members.join(",");
        if self.logs {
            let (aggregate, kind) = (notice.aggregate, notice.kind);
            tracing::info!(id, aggregate, kind, data, "[Notification Service]");
        }
        let Some(topic) = &self.topic else { return Ok(()) };
        let id = quoted(&id);
        let key = format!("{}{{\"id\":{id}}}{}", self.key_head, self.tails.0);
        let value = format!(
            "{}{{\"id\":{id},\"type\":\"{}\",\"aggregate_type\":\"{}\",\"additional_data\":{{{data}}},\"timestamp\":{now_ms}}}{}",
            self.value_head, notice.kind, notice.aggregate, self.tails.1
        );
        out.emit(&Record::new(topic, Some(key.as_bytes()), Some(value.as_bytes())), offset)
    }
}

fn quoted(text: &str) -> String {
    let mut out = vec![];
    json_text::write(&mut out, text.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

fn key_schema() -> Schema {
    structure(vec![("id", Schema::of(Kind::String))]).name("io.debezium.connector.common.NotificationKey").version(1)
}

fn value_schema() -> Schema {
    let string = || Schema::of(Kind::String);
    let data = Kind::Map(Box::new(string()), Box::new(string()));
    structure(vec![
        ("id", string()),
        ("type", string()),
        ("aggregate_type", string()),
        ("additional_data", Schema::of(data).optional()),
        ("timestamp", Schema::of(Kind::Int64)),
    ])
    .name("io.debezium.connector.common.Notification")
    .version(1)
}

fn structure(fields: Vec<(&str, Schema)>) -> Schema {
    Schema::of(Kind::Struct(fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()))
}
