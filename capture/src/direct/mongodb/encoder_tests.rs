use super::*;
use crate::config::key::Map;
use crate::model::offset::SourceOffset;
use bson::{Binary, Document, RawDocumentBuf, Timestamp, doc, spec::BinarySubtype};

/// Keeps what it is given, as text.
#[derive(Default)]
struct Collected {
    records: Vec<(String, String, Option<String>)>,
    offsets: Vec<String>,
    advanced: Vec<String>,
}

fn text(offset: &Offset) -> String {
    let mut json = vec![];
    offset.write_json(&mut json);
    String::from_utf8(json).unwrap()
}

impl Emit<Offset> for Collected {
    fn emit(&mut self, record: &Record<'_>, offset: &Offset) -> Result<()> {
        let part = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        self.records.push((record.topic.into(), record.key.map(part).unwrap_or_default(), record.value.map(part)));
        self.offsets.push(text(offset));
        Ok(())
    }

    fn advance(&mut self, offset: &Offset) {
        self.advanced.push(text(offset));
    }

    fn is_full(&self) -> bool {
        false
    }
}

fn encoder(pairs: &[(&str, &str)]) -> Encoder {
    let mut map: Map =
        [("connector.class", "c"), ("mongodb.connection.string", "mongodb://h/"), ("topic.prefix", "mongo")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
    map.extend(pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())));
    Encoder::new(&Settings::parse(&map).unwrap(), Converters::with_schemas(false, false)).unwrap()
}

fn event(operation: &str, collection: &str) -> Document {
    doc! {
        "_id": { "_data": "8263515EAC" },
        "operationType": operation,
        "clusterTime": Timestamp { time: 7, increment: 2 },
        "ns": { "db": "d", "coll": collection },
        "documentKey": { "_id": 5 },
    }
}

fn encode(encoder: &mut Encoder, event: Document) -> Result<Collected> {
    let mut out = Collected::default();
    let raw = RawDocumentBuf::try_from(event).unwrap();
    encoder.event(raw.as_bytes(), &mut out)?;
    Ok(out)
}

#[test]
fn a_delete_is_followed_by_its_tombstone() {
    let out = encode(&mut encoder(&[]), event("delete", "c")).unwrap();
    let heads: Vec<_> = out.records.iter().map(|(topic, key, value)| (&**topic, &**key, value.is_some())).collect();
    assert_eq!(heads, [("mongo.d.c", r#"{"id":"5"}"#, true), ("mongo.d.c", r#"{"id":"5"}"#, false)]);
    let offset = r#"{"sec":7,"ord":2,"resume_token":"GwAAAAJfZGF0YQALAAAAODI2MzUxNUVBQwAA"}"#;
    // nothing is known before the first event, so both carry its own position
    assert_eq!(out.offsets, [offset; 2]);
    let mut warm = encoder(&[]);
    warm.offset = Offset::at_token(RawDocumentBuf::try_from(doc! { "_data": "81" }).unwrap().as_bytes());
    let before = text(&warm.offset);
    assert_eq!(encode(&mut warm, event("delete", "c")).unwrap().offsets, [before.as_str(), offset]);
    let without = encode(&mut encoder(&[("tombstones.on.delete", "false")]), event("delete", "c")).unwrap();
    assert_eq!(without.records.len(), 1);
}

#[test]
fn what_is_filtered_still_moves_the_position() {
    let mut encoder = encoder(&[("collection.include.list", "d.c")]);
    let out = encode(&mut encoder, event("insert", "c2")).unwrap();
    assert_eq!((out.records.len(), out.advanced.len()), (0, 1));
    assert_eq!(encode(&mut encoder, event("insert", "c")).unwrap().records.len(), 1);
}

#[test]
fn a_transaction_shows_in_source_and_offset() {
    let mut inside = event("insert", "c");
    let id = Binary { subtype: BinarySubtype::Uuid, bytes: vec![1, 2, 3] };
    inside.insert("lsid", doc! { "id": id });
    inside.insert("txnNumber", 9_i64);
    let mut encoder = encoder(&[]);
    let out = encode(&mut encoder, inside).unwrap();
    let lsid = r#""lsid":"{\"id\": {\"$binary\": \"AQID\",\"$type\": \"04\"}}""#;
    assert!(out.records[0].2.as_ref().unwrap().contains(&format!("{lsid},\"txnNumber\":9,")));
    assert!(out.offsets[0].starts_with(&format!("{{\"sec\":7,\"ord\":2,{lsid},\"resume_token\":")));
    assert!(out.offsets[0].ends_with(",\"txnNumber\":9}"));
    let after = encode(&mut encoder, event("insert", "c")).unwrap();
    assert!(after.records[0].2.as_ref().unwrap().contains(r#""lsid":null,"txnNumber":null"#));
    assert!(!after.offsets[0].contains("lsid"));
}

#[test]
fn the_last_document_of_a_snapshot_ends_it() {
    let mut encoder = encoder(&[]);
    encoder.offset = Offset::at_token(RawDocumentBuf::try_from(doc! { "_data": "82" }).unwrap().as_bytes());
    let mut out = Collected::default();
    let document = RawDocumentBuf::try_from(doc! { "_id": "a", "n": 1 }).unwrap();
    for last in [false, true] {
        encoder.document(("d", "c"), document.as_bytes(), last, &mut out).unwrap();
    }
    for (record, mark) in out.records.iter().zip(["true", "last"]) {
        let value = record.2.as_ref().unwrap();
        assert!(value.contains(&format!(r#""ts_ms":0,"snapshot":"{mark}","db":"d""#)), "{value}");
        assert!(value.contains(r#""ord":-1,"lsid":null,"txnNumber":null,"wallTime":null},"op":"r","#), "{value}");
    }
    assert!(out.offsets[0].ends_with(r#","initsync":true}"#) && !out.offsets[1].contains("initsync"));
}

#[test]
fn an_event_of_no_known_type_stops_the_task() {
    let error = encode(&mut encoder(&[]), event("invalidate", "c")).err().unwrap();
    assert!(!error.is_transient() && error.report().contains("'invalidate'"));
}

#[test]
fn bytes_that_are_no_event_are_refused() {
    let error = encoder(&[]).event(&[9, 0, 0, 0, 1, 2], &mut Collected::default()).unwrap_err();
    assert!(error.report().contains("malformed BSON"));
    let mut without_token = event("insert", "c");
    without_token.remove("_id");
    let error = encode(&mut encoder(&[]), without_token).err().unwrap();
    assert!(error.report().contains("without its token"));
}

#[test]
fn names_that_are_no_text_do_no_harm() {
    let mut document = RawDocumentBuf::try_from(event("insert", "c")).unwrap().into_bytes();
    // the database's name: its one byte is followed by a zero
    let at = document.windows(3).position(|w| w == b"db\0").unwrap() + 3 + 4;
    assert_eq!(document[at], b'd');
    document[at] = 0xff;
    let mut out = Collected::default();
    encoder(&[]).event(&document, &mut out).unwrap();
    assert_eq!(out.records[0].0, "mongo._.c");
}
