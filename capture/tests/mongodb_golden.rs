//! Change events recorded from MongoDB 6.0.5 beside the records that Debezium 2.7.0.Final made of the very same events.
//!
//! `golden/mongodb_events.tsv` holds an event a line: its BSON in base64, Debezium's key, Debezium's value with the
//! envelope's processing time set to 0. They cover every BSON type and escape, ids of every type, each operation, pre- and
//! post-images, truncated arrays, transactions and random documents.

#![allow(clippy::unwrap_used)] // a test

use base64::Engine;
use capture::config::connector::Converters;
use capture::convert::bson_json::{Dialect, write_document};
use capture::direct::mongodb::event::Event;
use capture::direct::mongodb::plan::{Body, Mark, Plan, Shape};

const GOLDEN: &str = include_str!("golden/mongodb_events.tsv");

#[test]
fn every_recorded_event_becomes_debeziums_record() {
    let mut compared = 0;
    for (number, line) in GOLDEN.lines().enumerate() {
        let mut parts = line.split('\t');
        let event = base64::engine::general_purpose::STANDARD.decode(parts.next().unwrap()).unwrap();
        let (key, value) = record(&event);
        assert_eq!(key, parts.next().unwrap(), "the key of line {}", number + 1);
        assert_eq!(value, parts.next().unwrap(), "the value of line {}", number + 1);
        compared += 1;
    }
    assert!(compared > 100, "the recording is not empty");
}

fn record(event: &[u8]) -> (String, String) {
    let event = Event::parse(event).unwrap();
    let shape =
        Shape { prefix: "recp".into(), delimiter: ".".into(), converters: Converters::with_schemas(false, false) };
    let name = |bytes| std::str::from_utf8(bytes).unwrap();
    let plan = Plan::new(&shape, name(event.database), name(event.collection));
    let mut lsid = vec![];
    if let Some((session, _)) = event.transaction() {
        write_document(&mut lsid, Dialect::Strict, session).unwrap();
    }
    let body = Body {
        op: event.operation().unwrap().letter(),
        mark: Mark::Streamed,
        before: event.before,
        after: event.after,
        update: event.update,
        sec: event.cluster_time.0,
        ord: event.cluster_time.1,
        transaction: event.transaction().map(|(_, number)| (lsid.as_slice(), number)),
        wall_time: event.wall_time,
        now_ms: 0,
    };
    let (mut key, mut value) = (vec![], vec![]);
    plan.write_key(&mut key, event.id).unwrap();
    plan.write_value(&mut value, &body).unwrap();
    (String::from_utf8(key).unwrap(), String::from_utf8(value).unwrap())
}
