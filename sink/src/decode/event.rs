//! Records of the MongoDB collection `events`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::document::{Document, without_bare_numbers};
use super::envelope::{Envelope, check_connector, parse, parse_key};
use super::landed::{Bronze, Landed, Refusal, Status};
use super::text::Text;
use super::{extended_json, time, version};
use crate::config::TimestampUnit;
use crate::consume::Record;

#[derive(Debug, PartialEq, Eq)]
pub struct EventRow<'a> {
    /// Extended JSON of `_id` as the key writes it; [`EventRow::id`] is the column.
    key: Cow<'a, str>,
    pub user_id: i32,
    pub event_type: String,
    pub timestamp: u32,
    pub metadata: String,
    pub is_deleted: bool,
}

impl EventRow<'_> {
    pub fn id(&self) -> &str {
        extended_json::id(&self.key)
    }
}

#[derive(Deserialize)]
struct Source<'a> {
    #[serde(borrow)]
    connector: &'a str,
    ts_ms: i64,
    ord: i32,
}

#[derive(Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

#[derive(Debug, Clone, Copy)]
pub struct Decoder {
    pub timestamp_unit: TimestampUnit,
}

impl Decoder {
    pub fn decode<'a>(&self, record: &Record<'a>) -> Result<Landed<'a, EventRow<'a>>, Refusal> {
        let Some(value) = record.value else { return Ok(Landed::only_bronze(Status::Tombstone)) };
        let envelope = Envelope::parse(value)?;
        let op = envelope.op()?;
        let source_text = envelope.source_text()?;
        let source: Source<'a> = parse("field 'source'", source_text.as_bytes())?;
        check_connector(source.connector, "mongodb")?;
        let Key { id: Text(key) } = parse_key(record.key)?;
        let after = match envelope.after {
            Some(after) => parse::<Option<Text<'a>>>("field 'after'", after.get().as_bytes())?,
            None => None,
        };
        let mut status = Status::Ok;
        let mut defaulted = 0;
        let silver = match (op, &after) {
            ("d", _) => Some(deleted(key)),
            ("c" | "u" | "r", Some(Text(document))) => {
                let (row, missing) = self.row(key, document)?;
                defaulted = missing;
                Some(row)
            }
            ("u", None) => {
                status = Status::NoDocument;
                None
            }
            ("c" | "r", None) => return Err(Refusal::Missing("field 'after'")),
            (other, _) => return Err(Refusal::Operation(other.to_owned())),
        };
        let version = version::from_cluster_time(source.ts_ms, source.ord);
        if version.is_none() && op != "r" {
            return Err(Refusal::Missing("cluster time of 'source' (ts_ms, ord)"));
        }
        let bronze = Bronze {
            before: b"",
            after: after.map_or(Cow::Borrowed(b""), |Text(text)| into_bytes(text)),
            source: source_text,
            op,
            ts_ms: envelope.ts_ms(),
            status,
        };
        Ok(Landed { bronze, silver, version, defaulted })
    }

    /// The row of a document, and how many of its columns the document has nothing usable for.
    fn row<'a>(&self, key: Cow<'a, str>, text: &str) -> Result<(EventRow<'a>, u32), Refusal> {
        let mended;
        let document: Document<'_> = match serde_json::from_str(text) {
            Ok(document) => document,
            Err(_) => {
                mended = without_bare_numbers(text);
                parse("document in 'after'", mended.as_bytes())?
            }
        };
        let user_id = document.user_id.and_then(|raw| extended_json::integer(raw.get())?.try_into().ok());
        let event_type = document.event_type.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        let timestamp =
            document.ts.or(document.timestamp).and_then(|raw| extended_json::seconds(raw.get(), self.timestamp_unit));
        let metadata = document.metadata.map(RawValue::get);
        let defaulted = u32::from(user_id.is_none())
            + u32::from(event_type.is_none())
            + u32::from(timestamp.is_none())
            + u32::from(metadata.is_none());
        let row = EventRow {
            key,
            user_id: user_id.unwrap_or(0),
            event_type: event_type.unwrap_or_default(),
            timestamp: time::clamp(timestamp.unwrap_or(0)),
            metadata: metadata.unwrap_or_default().to_owned(),
            is_deleted: false,
        };
        Ok((row, defaulted))
    }
}

fn deleted(key: Cow<'_, str>) -> EventRow<'_> {
    EventRow { key, user_id: 0, event_type: String::new(), timestamp: 0, metadata: String::new(), is_deleted: true }
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = r#"{"id":"{\"$oid\": \"6b032a9a261a37f0236f3a4a\"}"}"#;
    const UPDATE: &str = r#"{"before":null,"after":"{\"_id\": {\"$oid\": \"6b032a9a261a37f0236f3a4a\"},\"user_id\": 2,\"event_type\": \"add_to_cart\",\"ts\": {\"$date\": 1795369626627},\"metadata\": {\"item_id\": \"B200\",\"quantity\": 1},\"x\": 1}","updateDescription":{"removedFields":null,"updatedFields":"{\"x\": 1}","truncatedArrays":null},"source":{"version":"2.7.0.Final","connector":"mongodb","name":"mongo","ts_ms":1795369639000,"snapshot":"false","db":"commerce","sequence":null,"ts_us":1795369639000000,"ts_ns":1795369639000000000,"collection":"events","ord":1,"lsid":null,"txnNumber":null,"wallTime":1795369639584},"op":"u","ts_ms":1795369639751,"transaction":null}"#;

    fn decode<'a>(key: &'a str, value: &'a str) -> Result<Landed<'a, EventRow<'a>>, Refusal> {
        let record = Record {
            topic: "mongo.commerce.events",
            partition: 0,
            offset: 0,
            timestamp_ms: 0,
            key: Some(key.as_bytes()),
            value: Some(value.as_bytes()),
        };
        Decoder { timestamp_unit: TimestampUnit::Milliseconds }.decode(&record)
    }

    #[test]
    fn update_has_its_row_and_its_cluster_time() {
        let landed = decode(KEY, UPDATE).unwrap();
        assert_eq!(landed.version, Some(1_795_369_639 << 32 | 1));
        assert_eq!(landed.defaulted, 0);
        assert!(landed.bronze.after.starts_with(b"{\"_id\": {\"$oid\""));
        let row = landed.silver.unwrap();
        assert_eq!(row.id(), "6b032a9a261a37f0236f3a4a");
        assert_eq!((row.user_id, row.event_type.as_str(), row.timestamp), (2, "add_to_cart", 1_795_369_626));
        assert_eq!(row.metadata, r#"{"item_id": "B200","quantity": 1}"#);
    }

    #[test]
    fn either_name_of_the_date_is_read() {
        let value = UPDATE.replace(r#"\"ts\":"#, r#"\"timestamp\":"#);
        assert_eq!(decode(KEY, &value).unwrap().silver.unwrap().timestamp, 1_795_369_626);
    }

    #[test]
    fn snapshot_record_has_no_position() {
        let value = UPDATE
            .replace("\"op\":\"u\"", "\"op\":\"r\"")
            .replace("\"ts_ms\":1795369639000", "\"ts_ms\":0")
            .replace("\"ord\":1", "\"ord\":-1");
        assert_eq!(decode(KEY, &value).unwrap().version, None);
    }

    #[test]
    fn delete_takes_the_key_and_needs_no_document() {
        let value = r#"{"before":null,"after":null,"updateDescription":null,"source":{"connector":"mongodb","ts_ms":5000,"ord":3},"op":"d","ts_ms":1,"transaction":null}"#;
        for (key, id) in
            [(KEY, "6b032a9a261a37f0236f3a4a"), (r#"{"id":"1004"}"#, "1004"), (r#"{"id":"\"a\""}"#, "\"a\"")]
        {
            let landed = decode(key, value).unwrap();
            let row = landed.silver.unwrap();
            assert_eq!((row.id(), row.is_deleted, landed.version), (id, true, Some(5 << 32 | 3)));
        }
    }

    #[test]
    fn update_without_its_document_leaves_silver_alone() {
        let value = r#"{"after":null,"source":{"connector":"mongodb","ts_ms":5000,"ord":3},"op":"u","ts_ms":1}"#;
        let landed = decode(KEY, value).unwrap();
        assert!(landed.silver.is_none());
        assert_eq!((landed.bronze.status, landed.version), (Status::NoDocument, Some(5 << 32 | 3)));
    }

    #[test]
    fn document_without_fields_gets_defaults_and_is_counted() {
        let value = r#"{"after":"{\"_id\": 7,\"event_type\": 5}","source":{"connector":"mongodb","ts_ms":5000,"ord":3},"op":"c","ts_ms":1}"#;
        let landed = decode(r#"{"id":"7"}"#, value).unwrap();
        assert_eq!(landed.defaulted, 4);
        let row = landed.silver.unwrap();
        assert_eq!((row.id(), row.user_id, row.metadata.as_str()), ("7", 0, ""));
    }

    #[test]
    fn bare_nan_is_read_and_kept_as_valid_json() {
        let value = r#"{"after":"{\"_id\": 7,\"user_id\": 3,\"metadata\": {\"x\": NaN}}","source":{"connector":"mongodb","ts_ms":5000,"ord":3},"op":"c","ts_ms":1}"#;
        let row = decode(r#"{"id":"7"}"#, value).unwrap().silver.unwrap();
        assert_eq!((row.user_id, row.metadata.as_str()), (3, r#"{"x": {"$numberDouble": "NaN"}}"#));
    }

    #[test]
    fn records_that_are_not_ours_are_refused() {
        for (key, value) in [
            (KEY, "not json"),
            ("7", UPDATE),
            (KEY, "{\"op\":\"c\"}"),
            (KEY, &UPDATE.replace("\"connector\":\"mongodb\"", "\"connector\":\"postgresql\"")),
            (KEY, &UPDATE.replace("\"ord\":1,", "")),
            (KEY, &UPDATE.replace("\"ts_ms\":1795369639000", "\"ts_ms\":0")),
            (KEY, &UPDATE.replace("\"op\":\"u\"", "\"op\":\"x\"")),
            (KEY, r#"{"after":"not a document","source":{"connector":"mongodb","ts_ms":1,"ord":1},"op":"c"}"#),
            (KEY, r#"{"after":{"_id":1},"source":{"connector":"mongodb","ts_ms":1,"ord":1},"op":"c"}"#),
        ] {
            assert!(decode(key, value).is_err(), "{value}");
        }
    }
}
