//! The direct path allocates nothing per row once it is warm: from the wire's bytes to the record's bytes and the ledger,
//! counted by the allocator itself.

#![allow(clippy::unwrap_used)] // a test

use bson::{Bson, Document, RawDocumentBuf, doc};
use capture::config::connector::Converters;
use capture::config::key::Map;
use capture::core::{Acknowledgements, Ledger};
use capture::direct::{mongodb, postgres};
use capture::error::Result;
use capture::model::offset::SourceOffset;
use capture::model::record::Record;
use capture::source::Emit;
use capture::source::filter::Filter;
use capture::source::mongodb::config::Settings;
use capture::source::postgres::change::{Change, Changes, LogicalMessage};
use capture::source::postgres::position::Offset;
use capture::source::postgres::relation::{Column, Flavour, Relation};
use capture::source::postgres::stream::{Stream, read};
use capture::source::postgres::types::Resolved;
use capture::source::postgres::wire::replication::Frame;

/// More than the ledger's ring has places, so that each has been used before anything is counted.
const WARM_UP: u64 = 2000;
const COUNTED: u64 = 500;

/// Counts records and acknowledges each at once.
struct Counting<O: SourceOffset> {
    ledger: Ledger<O>,
    records: u64,
    bytes: usize,
    /// The last value, to look at.
    value: Vec<u8>,
}

impl<O: SourceOffset> Counting<O> {
    fn new() -> Self {
        Self { ledger: Ledger::default(), records: 0, bytes: 0, value: vec![] }
    }
}

impl<O: SourceOffset> Emit<O> for Counting<O> {
    fn emit(&mut self, record: &Record<'_>, offset: &O) -> Result<()> {
        let sequence = self.ledger.record(offset, record.size_bytes());
        self.ledger.acknowledge(sequence);
        self.records += 1;
        self.bytes += record.size_bytes();
        self.value.clear();
        self.value.extend_from_slice(record.value.unwrap_or_default());
        Ok(())
    }

    fn advance(&mut self, offset: &O) {
        self.ledger.advance(offset);
    }

    fn is_full(&self) -> bool {
        false
    }
}

/// Runs `round` until it is warm, then counts.
fn assert_no_allocation(what: &str, mut round: impl FnMut()) {
    (0..WARM_UP).for_each(|_| round());
    let counted = allocation_counter::measure(|| (0..COUNTED).for_each(|_| round()));
    assert_eq!(counted.count_total, 0, "{what}: allocations in {COUNTED} rounds");
}

#[test]
fn the_allocator_counts() {
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(vec![1u8])));
    assert_eq!(counted.count_total, 1);
}

// ---- PostgreSQL

/// One column of every writer: type id, modifier, the server's text.
const COLUMNS: &[(u32, i32, &str)] = &[
    (23, -1, "42"),
    (16, -1, "t"),
    (21, -1, "-7"),
    (20, -1, "9223372036854775807"),
    (700, -1, "1.5e-05"),
    (701, -1, "-123456.789"),
    (25, -1, "text with \"quotes\", a line\nand 😀"),
    (17, -1, "\\x000102ff00aa55"),
    (1700, (10 << 16 | 2) + 4, "12345678.90"),
    (1700, -1, "-98765.432100"),
    (1082, -1, "2024-02-29"),
    (1083, 3, "23:59:59.123"),
    (1083, -1, "23:59:59.123456"),
    (1114, 3, "2024-02-29 12:34:56.789"),
    (1114, -1, "2024-02-29 12:34:56.789012"),
    (1184, -1, "2024-02-29 12:34:56.789012+05:30"),
    (1266, -1, "23:59:59.5-08"),
    (1186, -1, "1 year 2 mons -3 days -04:05:06.78"),
    (2950, -1, "9f2c4d3e-0000-4000-8000-123456789abc"),
    (3802, -1, "{\"a\": [1, 2, {\"b\": null}]}"),
    (790, -1, "-$1,234.11"),
    (1560, 12, "000110000001"),
    (600, -1, "(1.5,-2e-07)"),
    (718, -1, "<(10,20.25),1e+15>"),
    (HSTORE, -1, "\"a\"=>\"1\", \"q\\\"uote\"=>\"back\\\\slash\", \"n\"=>NULL"),
    (1009, -1, "{plain,NULL,\"with \\\"quotes\\\"\",\"a,b\",{nested}}"),
    (1231, -1, "{1.50,-2,NULL}"),
    (1182, -1, "{1500-02-28,2024-02-29}"),
    (HSTORE_ARRAY, -1, "{\"\\\"a\\\"=>\\\"b\\\"\",NULL}"),
];

const HSTORE: u32 = 20_000;
const HSTORE_ARRAY: u32 = 20_001;

fn resolved(oid: u32, modifier: i32) -> Resolved {
    let hstore = || Resolved::base(HSTORE, -1, "hstore");
    match oid {
        HSTORE => hstore(),
        HSTORE_ARRAY => hstore().array(oid, modifier),
        1009 => Resolved::base(25, -1, "text").array(oid, modifier),
        1231 => Resolved::base(1700, -1, "numeric").array(oid, modifier),
        1182 => Resolved::base(1082, -1, "date").array(oid, modifier),
        _ => Resolved::base(oid, modifier, format!("type {oid}")),
    }
}

const TABLE: u32 = 9;

fn relation() -> Relation {
    let column = |(place, (oid, modifier, _)): (usize, &(u32, i32, &str))| Column {
        name: format!("c{place}"),
        resolved: resolved(*oid, *modifier),
        declared: Default::default(),
        optional: place > 0,
        default: None,
        is_domain: false,
        flavour: Flavour::Log,
    };
    Relation {
        id: TABLE,
        schema: "public".into(),
        table: "t".into(),
        columns: COLUMNS.iter().enumerate().map(column).collect(),
        key: vec![0],
        version: 1,
    }
}

/// A tuple of the log with this key. Of the places given the log says that they have not changed.
fn tuple(key: &str, unchanged: &[usize]) -> Vec<u8> {
    let mut out = (COLUMNS.len() as u16).to_be_bytes().to_vec();
    for (place, (_, _, text)) in COLUMNS.iter().enumerate() {
        let text = if place == 0 { key } else { *text };
        if unchanged.contains(&place) {
            out.push(b'u');
            continue;
        }
        out.push(b't');
        out.extend_from_slice(&(text.len() as u32).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// A frame of the log at `start` around these parts.
fn frame(start: u64, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![b'w'];
    out.extend_from_slice(&start.to_be_bytes());
    out.extend_from_slice(&[0; 16]);
    out.extend_from_slice(&parts.concat());
    out
}

/// One transaction: insert, update with the whole old row and one value left out, update of the key, delete.
fn transaction() -> Vec<Vec<u8>> {
    let id = TABLE.to_be_bytes();
    let (row, partly, moved) = (tuple("42", &[]), tuple("42", &[6]), tuple("43", &[6]));
    vec![
        frame(100, &[b"B", &[0; 8], &[0; 8], &7u32.to_be_bytes()]),
        frame(100, &[b"I", &id, b"N", &row]),
        frame(110, &[b"U", &id, b"O", &row, b"N", &partly]),
        frame(115, &[b"U", &id, b"O", &row, b"N", &moved]),
        frame(120, &[b"D", &id, b"O", &row]),
        frame(130, &[b"C", &[0; 25]]),
    ]
}

struct Encoding<'a> {
    encoder: &'a mut postgres::Encoder,
    out: &'a mut Counting<Offset>,
}

impl Changes for Encoding<'_> {
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        self.encoder.encode(change, self.out)
    }

    fn message(&mut self, _: &LogicalMessage<'_>) -> Result<()> {
        panic!("no message is played")
    }

    fn advance(&mut self, offset: &Offset) -> Result<()> {
        self.out.advance(offset);
        Ok(())
    }

    fn is_full(&self) -> bool {
        false
    }
}

fn play(stream: &mut Stream, frames: &[Vec<u8>], changes: &mut Encoding<'_>) {
    for frame in frames {
        let Some(Frame::XLogData { start, message }) = Frame::parse(frame) else { panic!("a frame of the log") };
        stream.handle(start, &read(start, message).unwrap(), changes).unwrap();
    }
}

/// A text that a writer does not take would leave as null.
fn assert_every_column_is_written(value: &[u8]) {
    let value: serde_json::Value = serde_json::from_slice(value).unwrap();
    let after = value.pointer("/payload/after").or(value.pointer("/after")).unwrap().as_object().unwrap();
    assert_eq!(after.len(), COLUMNS.len());
    for (name, value) in after {
        assert!(!value.is_null(), "{name}");
    }
}

#[test]
fn rows_of_postgresql() {
    let modes: &[&[(&str, &str)]] = &[
        &[],
        &[("decimal.handling.mode", "string"), ("time.precision.mode", "connect"), ("binary.handling.mode", "hex")],
        &[("decimal.handling.mode", "double"), ("time.precision.mode", "adaptive_time_microseconds")],
        &[("interval.handling.mode", "string"), ("binary.handling.mode", "base64")],
        &[("binary.handling.mode", "base64-url-safe"), ("hstore.handling.mode", "map")],
    ];
    let frames = transaction();
    for (place, pairs) in modes.iter().enumerate() {
        let map: Map = pairs
            .iter()
            .chain(&[("topic.prefix", "p"), ("include.unknown.datatypes", "true")])
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect();
        let converters = Converters::with_schemas(place == 0, place == 0);
        let mut encoder = postgres::Encoder::new(postgres::Options::parse(&map, converters, Filter::default()));
        let mut stream = Stream::new(&Offset::default());
        stream.put(TABLE, Some(relation()));
        let mut out = Counting::new();
        play(&mut stream, &frames[..2], &mut Encoding { encoder: &mut encoder, out: &mut out });
        assert_every_column_is_written(&out.value);
        out.records = 0;
        assert_no_allocation(&format!("{pairs:?}"), || {
            play(&mut stream, &frames, &mut Encoding { encoder: &mut encoder, out: &mut out });
        });
        // insert, update, three for the update of the key, delete and tombstone
        assert_eq!(out.records, 7 * (WARM_UP + COUNTED));
        assert!(out.bytes > 0);
    }
}

// ---- MongoDB

fn document() -> Document {
    doc! {
        "_id": bson::oid::ObjectId::from_bytes([7; 12]),
        "double": 1.5e-7,
        "string": "text with \"quotes\", a line\nand 😀",
        "document": { "a": { "b": [] } },
        "array": [1, "x", { "y": 2_i64 }],
        "binary": bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![1, 2, 3] },
        "boolean": true,
        "date": bson::DateTime::from_millis(1_700_000_000_123),
        "old date": bson::DateTime::from_millis(-1),
        "null": Bson::Null,
        "int": 5_i32,
        "long": i64::MIN,
        "timestamp": bson::Timestamp { time: 5, increment: 6 },
        "decimal": "1234.5678".parse::<bson::Decimal128>().unwrap(),
        "regex": bson::Regex { pattern: bson::raw::cstr!("^a").into(), options: bson::raw::cstr!("i").into() },
        "min": Bson::MinKey,
        "max": Bson::MaxKey,
    }
}

fn event(operation: &str, more: Document) -> Vec<u8> {
    let mut event = doc! {
        "_id": { "_data": "8263515EAC000000022B0429296E1404" },
        "operationType": operation,
        "clusterTime": bson::Timestamp { time: 7, increment: 2 },
        "wallTime": bson::DateTime::from_millis(1_700_000_000_123),
        "ns": { "db": "shop", "coll": "orders" },
        "documentKey": { "_id": bson::oid::ObjectId::from_bytes([7; 12]) },
    };
    event.extend(more);
    RawDocumentBuf::try_from(event).unwrap().into_bytes()
}

fn mongodb_encoder() -> mongodb::Encoder {
    let map: Map = [("connector.class", "c"), ("mongodb.connection.string", "mongodb://h/"), ("topic.prefix", "mongo")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    mongodb::Encoder::new(&Settings::parse(&map).unwrap(), Converters::with_schemas(true, true)).unwrap()
}

#[test]
fn events_of_mongodb() {
    let session = bson::Binary { subtype: bson::spec::BinarySubtype::Uuid, bytes: vec![3; 16] };
    let update = doc! { "updatedFields": { "int": 6 }, "removedFields": ["gone"], "truncatedArrays": [] };
    let events = [
        event("insert", doc! { "fullDocument": document() }),
        event(
            "update",
            doc! {
                "fullDocument": document(),
                "fullDocumentBeforeChange": document(),
                "updateDescription": update,
                "lsid": { "id": session },
                "txnNumber": 5_i64,
            },
        ),
        event("replace", doc! { "fullDocument": document() }),
        event("delete", doc! { "fullDocumentBeforeChange": document() }),
    ];
    let (mut encoder, mut out) = (mongodb_encoder(), Counting::new());
    assert_no_allocation("change events", || {
        for event in &events {
            encoder.event(event, &mut out).unwrap();
        }
    });
    // the delete has a tombstone
    assert_eq!(out.records, 5 * (WARM_UP + COUNTED));
}

#[test]
fn documents_of_a_mongodb_snapshot() {
    let document = RawDocumentBuf::try_from(document()).unwrap().into_bytes();
    let (mut encoder, mut out) = (mongodb_encoder(), Counting::new());
    assert_no_allocation("snapshot", || encoder.document(("shop", "orders"), &document, false, &mut out).unwrap());
    assert_eq!(out.records, WARM_UP + COUNTED);
}
