//! What is the same for every record of one collection, made once; and the pass that adds what is not.

use super::schema;
use crate::config::connector::Converters;
use crate::convert::bson::{Element, Elements, Malformed, find};
use crate::convert::bson_json::{self, Dialect};
use crate::direct::topic;
use crate::model::json_text;
use crate::source::connectors::VERSION;

/// How records look, for all collections of a connector.
#[derive(Debug, Clone)]
pub struct Shape {
    pub prefix: String,
    pub delimiter: String,
    pub converters: Converters,
}

/// `source.snapshot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Streamed,
    Snapshot,
    LastOfSnapshot,
}

/// What differs from record to record.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    pub op: u8,
    pub mark: Mark,
    pub before: Option<&'a [u8]>,
    pub after: Option<&'a [u8]>,
    pub update: Option<&'a [u8]>,
    /// Seconds and increment of the position.
    pub sec: i32,
    pub ord: i32,
    /// The session's escaped JSON text, and the transaction's number.
    pub transaction: Option<(&'a [u8], i64)>,
    pub wall_time: Option<i64>,
    /// When the record is made.
    pub now_ms: i64,
}

#[derive(Debug)]
pub struct Plan {
    pub topic: String,
    key_head: Vec<u8>,
    key_tail: &'static [u8],
    value_head: Vec<u8>,
    value_tail: &'static [u8],
    source_head: Vec<u8>,
    /// Of what comes by the change stream: the field's default.
    not_in_snapshot: &'static str,
    source_database: Vec<u8>,
    source_collection: Vec<u8>,
}

impl Plan {
    pub fn new(shape: &Shape, database: &str, collection: &str) -> Self {
        let topic = topic::name([&shape.prefix, database, collection], &shape.delimiter);
        let with_schema = |schema: String, head: &str| format!("{{\"schema\":{schema},\"payload\":{head}").into_bytes();
        let (key_head, value_head) = ("{\"id\":\"", "{\"before\":");
        Self {
            key_head: match shape.converters.key_schemas {
                true => with_schema(schema::key(&topic).to_json(), key_head),
                false => key_head.into(),
            },
            key_tail: if shape.converters.key_schemas { b"\"}}" } else { b"\"}" },
            value_head: match shape.converters.value_schemas {
                true => with_schema(schema::envelope(&topic).to_json(), value_head),
                false => value_head.into(),
            },
            value_tail: if shape.converters.value_schemas {
                b",\"transaction\":null}}"
            } else {
                b",\"transaction\":null}"
            },
            source_head: format!(
                ",\"source\":{{\"version\":\"{VERSION}\",\"connector\":\"mongodb\",\"name\":\"{}\",\"ts_ms\":",
                shape.prefix
            )
            .into_bytes(),
            not_in_snapshot: match shape.converters.keeps_value_nulls {
                true => ",\"snapshot\":null",
                false => ",\"snapshot\":\"false\"",
            },
            source_database: between(",\"db\":", database, ",\"sequence\":null,\"ts_us\":"),
            source_collection: between(",\"collection\":", collection, ",\"ord\":"),
            topic,
        }
    }

    /// Appends the key; a document without `_id` has the key `null`.
    pub fn write_key(&self, out: &mut Vec<u8>, id: Option<Element<'_>>) -> Result<(), Malformed> {
        out.extend_from_slice(&self.key_head);
        match id {
            Some(id) => bson_json::write_value(out, Dialect::Relaxed, id.kind, id.value)?,
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(self.key_tail);
        Ok(())
    }

    /// Appends the value.
    pub fn write_value(&self, out: &mut Vec<u8>, body: &Body<'_>) -> Result<(), Malformed> {
        out.extend_from_slice(&self.value_head);
        write_image(out, body.before)?;
        out.extend_from_slice(b",\"after\":");
        write_image(out, body.after)?;
        out.extend_from_slice(b",\"updateDescription\":");
        match body.update {
            Some(update) => write_update(out, update)?,
            None => out.extend_from_slice(b"null"),
        }
        self.write_source(out, body);
        out.extend_from_slice(b",\"op\":\"");
        out.push(body.op);
        out.extend_from_slice(b"\",\"ts_ms\":");
        write_number(out, body.now_ms);
        out.extend_from_slice(self.value_tail);
        Ok(())
    }

    fn write_source(&self, out: &mut Vec<u8>, body: &Body<'_>) {
        let seconds = i64::from(body.sec);
        out.extend_from_slice(&self.source_head);
        write_number(out, seconds * 1000);
        let snapshot = match body.mark {
            Mark::Streamed => self.not_in_snapshot,
            Mark::Snapshot => ",\"snapshot\":\"true\"",
            Mark::LastOfSnapshot => ",\"snapshot\":\"last\"",
        };
        out.extend_from_slice(snapshot.as_bytes());
        out.extend_from_slice(&self.source_database);
        write_number(out, seconds * 1_000_000);
        out.extend_from_slice(b",\"ts_ns\":");
        write_number(out, seconds * 1_000_000_000);
        out.extend_from_slice(&self.source_collection);
        write_number(out, i64::from(body.ord));
        match body.transaction {
            Some((lsid, number)) => {
                out.extend_from_slice(b",\"lsid\":\"");
                out.extend_from_slice(lsid);
                out.extend_from_slice(b"\",\"txnNumber\":");
                write_number(out, number);
            }
            None => out.extend_from_slice(b",\"lsid\":null,\"txnNumber\":null"),
        }
        out.extend_from_slice(b",\"wallTime\":");
        match body.wall_time {
            Some(millis) => write_number(out, millis),
            None => out.extend_from_slice(b"null"),
        }
        out.push(b'}');
    }
}

fn between(head: &str, name: &str, tail: &str) -> Vec<u8> {
    let mut text = head.as_bytes().to_vec();
    json_text::write(&mut text, name.as_bytes());
    text.extend_from_slice(tail.as_bytes());
    text
}

fn write_image(out: &mut Vec<u8>, document: Option<&[u8]>) -> Result<(), Malformed> {
    let Some(document) = document else {
        out.extend_from_slice(b"null");
        return Ok(());
    };
    out.push(b'"');
    bson_json::write_document(out, Dialect::Strict, document)?;
    out.push(b'"');
    Ok(())
}

fn write_update(out: &mut Vec<u8>, update: &[u8]) -> Result<(), Malformed> {
    out.extend_from_slice(b"{\"removedFields\":");
    write_list(out, find(update, b"removedFields")?, |out, field| {
        write_text(out, field.text());
        Ok(())
    })?;
    out.extend_from_slice(b",\"updatedFields\":");
    match find(update, b"updatedFields")?.and_then(|e| e.document()) {
        Some(fields) => {
            out.push(b'"');
            bson_json::write_document(out, Dialect::RelaxedSpaced, fields)?;
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"truncatedArrays\":");
    write_list(out, find(update, b"truncatedArrays")?, |out, array| {
        let array = array.document().unwrap_or_default();
        out.extend_from_slice(b"{\"field\":");
        write_text(out, find(array, b"field")?.and_then(|e| e.text()));
        out.extend_from_slice(b",\"size\":");
        write_number(out, find(array, b"newSize")?.and_then(|e| e.integer()).unwrap_or_default());
        out.push(b'}');
        Ok(())
    })?;
    out.push(b'}');
    Ok(())
}

/// An empty list leaves as null.
fn write_list(
    out: &mut Vec<u8>,
    list: Option<Element<'_>>,
    write: impl Fn(&mut Vec<u8>, Element<'_>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut open = b'[';
    if let Some(items) = list.and_then(|e| e.document()) {
        for item in Elements::of(items)? {
            out.push(open);
            open = b',';
            write(out, item?)?;
        }
    }
    out.extend_from_slice(if open == b'[' { b"null" } else { b"]" });
    Ok(())
}

fn write_text(out: &mut Vec<u8>, text: Option<&[u8]>) {
    let text = text.unwrap_or_default();
    match std::str::from_utf8(text) {
        Ok(_) => json_text::write(out, text),
        Err(_) => json_text::write(out, String::from_utf8_lossy(text).as_bytes()),
    }
}

fn write_number(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
