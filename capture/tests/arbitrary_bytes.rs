//! What comes from outside may be anything: nothing panics, and what is decoded agrees with other people's libraries.

#![allow(clippy::unwrap_used)] // a test

#[path = "../../tests/fuzz/src/table.rs"]
mod table;

use bson::{RawDocumentBuf, doc};
use capture::config::connector::Converters;
use capture::config::key::Map;
use capture::convert::bson_json::{Dialect, write_document};
use capture::direct::mongodb;
use capture::model::json_text;
use capture::model::offset::SourceOffset;
use capture::source::mongodb::config::Settings;
use capture::source::mongodb::position as mongodb_position;
use capture::source::postgres::decode::{interval, numeric, temporal};
use capture::source::postgres::pgoutput::parse;
use capture::source::postgres::pgoutput::row::{Cell, Cells, Row, tuple_length};
use capture::source::postgres::position::Offset;
use capture::source::postgres::wire::copy::split_line;
use capture::source::postgres::wire::replication::Frame;
use num_bigint::BigInt;
use proptest::collection::vec;
use proptest::prelude::*;
use table::{Encoding, MODES, Nowhere, TABLE, encoder, insert, stream};

/// One for each mode.
fn encoders() -> Vec<Encoding> {
    (0..MODES.len()).map(encoder).collect()
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..200)
}

/// Bytes of which most belong to the alphabet given, so that they get past the first check.
fn near(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![19 => proptest::sample::select(alphabet), 1 => any::<u8>()], 0..60)
}

/// A tuple of the log that is right, but for what is cut off and one byte that is changed.
fn tuple() -> impl Strategy<Value = Vec<u8>> {
    let cell = prop_oneof![
        Just(vec![b'n']),
        Just(vec![b'u']),
        vec(any::<u8>(), 0..12).prop_map(|text| [&b"t"[..], &(text.len() as u32).to_be_bytes(), &text].concat()),
    ];
    (vec(cell, 0..24), any::<prop::sample::Index>(), any::<u8>(), 0..4u8).prop_map(|(cells, at, byte, how)| {
        let mut tuple = (cells.len() as u16).to_be_bytes().to_vec();
        tuple.extend(cells.concat());
        let at = at.index(tuple.len());
        match how {
            0 => tuple[at] = byte,
            1 => tuple.truncate(at),
            _ => {}
        }
        tuple
    })
}

/// A message of the log with a tag that is known.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let id = TABLE.to_be_bytes();
    let row = (proptest::sample::select(&b"IUD"[..]), proptest::sample::select(&b"NKO"[..]), tuple(), tuple())
        .prop_map(move |(tag, kind, one, two)| [&[tag][..], &id, &[kind], &one, b"N", &two].concat());
    let any =
        (proptest::sample::select(&b"BCRIUDTMYO"[..]), bytes()).prop_map(|(tag, body)| [vec![tag], body].concat());
    prop_oneof![row, any, bytes()]
}

/// Close to what the server prints, but with numbers that it never would.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let clock = "[0-9]{1,9}:[0-9]{1,9}:[0-9]{1,9}(\\.[0-9]{1,9})?([-+][0-9]{1,9}(:[0-9]{1,9}){0,3})?";
    let moment =
        "[0-9]{1,9}-[0-9]{1,9}-[0-9]{1,9}( [0-9]{1,9}:[0-9]{1,9}:[0-9]{1,9}(\\.[0-9]{1,6})?([-+][0-9]{1,9})?)?( BC)?";
    let interval =
        "(-?[0-9]{1,20} (years|mons|days) ?){0,3}([-+]{0,2}[0-9]{1,20}:-?[0-9]{1,20}:-?[0-9]{1,20}(\\.[0-9]{0,20})?)?";
    let near = [&b"0123456789"[..], b"0123456789-: .+BC", b"-.0123456789eE", b"\\x09afAF", b"{},\"\\NULa[]=>()$-.1 "]
        .map(|a| near(a).boxed());
    let shaped = [clock, moment, interval].map(|shape| shape.prop_map(String::into_bytes).boxed());
    proptest::strategy::Union::new(near.into_iter().chain(shaped))
}

proptest! {
    // a failure prints its smallest input, which belongs into a test of its own rather than into a file of seeds
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_and_messages(bytes in bytes(), message in message()) {
        let _ = Frame::parse(&bytes);
        let _ = parse(&bytes);
        let _ = parse(&message);
    }

    #[test]
    fn a_whole_log(messages in vec((any::<u64>(), message()), 0..20)) {
        let mut stream = stream();
        for encoding in &mut encoders() {
            for (start, message) in &messages {
                // a relation takes the catalog, everything else goes all the way
                if let Ok(message) = parse(message) {
                    let _ = stream.handle(*start, &message, encoding);
                }
            }
        }
    }

    #[test]
    fn tuples_stay_within_their_bytes(tuple in prop_oneof![tuple(), bytes()]) {
        let mut cells = Cells::default();
        if cells.read_tuple(&tuple).is_some() {
            let row = Row::new(&tuple, &cells);
            let texts: usize = (0..row.len()).map(|i| match row.cell(i) {
                Cell::Text(text) => text.len() + 5,
                _ => 1,
            }).sum();
            prop_assert_eq!(Some(texts + 2), tuple_length(&tuple));
        }
    }

    #[test]
    fn lines_of_copy_stay_within_their_bytes(line in prop_oneof![bytes(), near(b"\\\t\nNa")]) {
        let (mut scratch, mut ranges) = (vec![], vec![]);
        let text = split_line(&line, &mut scratch, &mut ranges).to_vec();
        for range in ranges.iter().flatten() {
            prop_assert!(text.get(range.clone()).is_some());
        }
    }

    #[test]
    fn lines_of_copy_hold_what_was_written(cells in vec(proptest::option::of(near(b"\\\t\nN\r\x08a")), 1..6)) {
        let mut line = vec![];
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                line.push(b'\t');
            }
            match cell {
                None => line.extend_from_slice(b"\\N"),
                Some(cell) => line.extend(cell.iter().flat_map(|byte| match byte {
                    b'\\' => b"\\\\".to_vec(),
                    b'\t' => b"\\t".to_vec(),
                    b'\n' => b"\\n".to_vec(),
                    b'\r' => b"\\r".to_vec(),
                    0x08 => b"\\b".to_vec(),
                    0x0b => b"\\v".to_vec(),
                    0x0c => b"\\f".to_vec(),
                    other => vec![*other],
                })),
            }
        }
        line.push(b'\n');
        let (mut scratch, mut ranges) = (vec![], vec![]);
        let text = split_line(&line, &mut scratch, &mut ranges).to_vec();
        let read: Vec<Option<Vec<u8>>> = ranges.into_iter().map(|r| r.map(|r| text[r].to_vec())).collect();
        prop_assert_eq!(read, cells);
    }

    #[test]
    fn values_of_every_type(text in prop_oneof![bytes(), value()]) {
        let message = insert(&text);
        for encoding in &mut encoders() {
            stream().handle(5, &parse(&message).unwrap(), encoding).unwrap();
        }
    }

    #[test]
    fn offsets(text in ".*", number in any::<i64>(), key in "[a-z_]{1,12}") {
        let _ = Offset::parse(&text);
        let _ = mongodb_position::Offset::parse(Some(&text));
        let json = serde_json::json!({
            "lsn": number, "lsn_proc": number, "txId": number, "tailrace_index_at_lsn": number, key: text,
            "sec": number, "ord": number, "resume_token": text, "lsid": text,
        }).to_string();
        let mut out = vec![];
        if let Ok(offset) = Offset::parse(&json) {
            offset.write_json(&mut out);
            prop_assert_eq!(Offset::parse(std::str::from_utf8(&out).unwrap()), Ok(offset));
        }
        if let Ok(mongodb_position::Stored::At(offset)) = mongodb_position::Offset::parse(Some(&json)) {
            out.clear();
            offset.write_json(&mut out);
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&out).is_ok());
        }
    }

    #[test]
    fn intervals(
        (years, months, days) in (-178_000_000i64..178_000_000, -11i64..=11, -1_000_000i64..1_000_000),
        micros in -9_223_372_036_854_775_807i64..i64::MAX,
        text in "[-+]?[0-9:. ]{0,40}( (years|mons|days))?",
    ) {
        if let Some(interval) = interval::parse(text.as_bytes()) {
            interval.to_micros();
            interval.write_iso(&mut vec![]);
        }
        let (sign, clock) = (if micros < 0 { "-" } else { "" }, micros.unsigned_abs());
        let (hours, minutes) = (clock / 3_600_000_000, clock / 60_000_000 % 60);
        let (seconds, fraction) = (clock / 1_000_000 % 60, clock % 1_000_000);
        let text = format!("{years} years {months} mons {days} days {sign}{hours:02}:{minutes:02}:{seconds:02}.{fraction:06}");
        let read = interval::parse(text.as_bytes()).unwrap();
        prop_assert_eq!((read.years, read.months, read.days), (years, months, days));
        let of_clock = ((read.hours * 60 + read.minutes) * 60 + read.seconds) * 1_000_000 + read.micros;
        prop_assert_eq!(of_clock, micros);
    }

    #[test]
    fn numbers_agree_with_big_integers(text in "-?[0-9]{1,60}(\\.[0-9]{1,30})?", more in 0usize..30) {
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        let scale = fraction.len() + more;
        let digits = text.replace('.', "") + &"0".repeat(more);
        let expected = BigInt::parse_bytes(digits.as_bytes(), 10).unwrap().to_signed_bytes_be();
        prop_assert_eq!(numeric::with_unscaled(text.as_bytes(), scale, <[u8]>::to_vec), Some(expected.clone()));
        let natural = numeric::natural_scale(text.as_bytes()).unwrap();
        prop_assert_eq!(natural, fraction.trim_end_matches('0').len());
        let read = numeric::with_unscaled(text.as_bytes(), natural, BigInt::from_signed_bytes_be).unwrap();
        let factor = BigInt::from(10).pow((scale - natural) as u32);
        prop_assert_eq!(read * factor, BigInt::from_signed_bytes_be(&expected));
    }

    #[test]
    fn what_a_scale_cannot_keep_is_refused(text in "[0-9]{1,20}\\.[0-9]{0,10}[1-9]") {
        let natural = numeric::natural_scale(text.as_bytes()).unwrap();
        prop_assert!(numeric::with_unscaled(text.as_bytes(), natural - 1, |_| ()).is_none());
    }

    #[test]
    fn moments_agree_with_jiff(
        // 9998 years before and after year 0, so that a zone does not lead beyond what jiff knows
        micros in -377_605_000_000_000_000i64..253_370_000_000_000_000,
        zone in -15 * 3600i32..15 * 3600,
    ) {
        let moment = jiff::Timestamp::from_microsecond(micros).unwrap();
        let offset = jiff::tz::Offset::from_seconds(zone).unwrap();
        let text = |at: jiff::civil::DateTime, zone: &str| {
            let (year, era) = if at.year() > 0 { (at.year(), "") } else { (1 - at.year(), " BC") };
            let (date, fraction) = (format!("{year:04}-{:02}-{:02}", at.month(), at.day()), at.subsec_nanosecond() / 1000);
            format!("{date} {:02}:{:02}:{:02}.{fraction:06}{zone}{era}", at.hour(), at.minute(), at.second())
        };
        let finite = |text: &str| match temporal::moment(text.as_bytes()) {
            Some(temporal::Parsed::Finite(moment)) => moment,
            other => panic!("{text}: {other:?}"),
        };
        let utc = jiff::tz::Offset::UTC.to_datetime(moment);
        let plain = finite(&text(utc, ""));
        prop_assert_eq!(plain.epoch_micros(), micros);
        prop_assert_eq!(plain.epoch_millis(), micros.div_euclid(1000));
        let east = zone.unsigned_abs();
        let sign = if zone < 0 { '-' } else { '+' };
        let suffix = format!("{sign}{:02}:{:02}:{:02}", east / 3600, east / 60 % 60, east % 60);
        let zoned = finite(&text(offset.to_datetime(moment), &suffix));
        prop_assert_eq!(zoned.epoch_micros(), micros);
        prop_assert_eq!(zoned.in_utc(), plain);
    }

    #[test]
    fn json_text_is_read_back(text in ".*", bytes in bytes()) {
        let mut out = vec![];
        json_text::write(&mut out, text.as_bytes());
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        json_text::write(&mut out, &bytes);
    }

    #[test]
    fn bson(bytes in bytes(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in proptest::bool::ANY) {
        let document = doc! {
            "_id": { "_data": "8263515E" },
            "operationType": "update",
            "clusterTime": bson::Timestamp { time: 7, increment: 2 },
            "ns": { "db": "d", "coll": "c" },
            "documentKey": { "_id": 5 },
            "fullDocument": { "a": [1, "x", 2.5, { "b": true }], "d": bson::DateTime::from_millis(5) },
            "updateDescription": { "updatedFields": { "a": 1 }, "removedFields": ["b"], "truncatedArrays": [] },
            "lsid": { "id": bson::Binary { subtype: bson::spec::BinarySubtype::Uuid, bytes: vec![1; 16] } },
            "txnNumber": 5_i64,
        };
        let mut event = RawDocumentBuf::try_from(document).unwrap().into_bytes();
        let at = at.index(event.len());
        event[at] = byte;
        if cut {
            event.truncate(at);
        }
        let map: Map = [("connector.class", "c"), ("mongodb.connection.string", "mongodb://h/"), ("topic.prefix", "m")]
            .map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let converters = Converters::with_schemas(false, false);
        let mut encoder = mongodb::Encoder::new(&Settings::parse(&map).unwrap(), converters).unwrap();
        for bytes in [&bytes, &event] {
            let _ = encoder.event(bytes, &mut Nowhere);
            let _ = encoder.document(("d", "c"), bytes, false, &mut Nowhere);
            for dialect in [Dialect::Strict, Dialect::Relaxed, Dialect::RelaxedSpaced] {
                let _ = write_document(&mut vec![], dialect, bytes);
            }
        }
    }
}
