use super::super::event::Event;
use super::*;
use bson::{DateTime, RawDocumentBuf, Timestamp, doc, oid::ObjectId};

fn shape(schemas: bool) -> Shape {
    Shape { prefix: "mongo".into(), delimiter: ".".into(), converters: Converters::with_schemas(schemas, schemas) }
}

fn raw(document: bson::Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}

fn id() -> ObjectId {
    ObjectId::parse_str("507f1f77bcf86cd799439011").unwrap()
}

/// Key and value of one event of `dbit.c1`.
fn record(event: bson::Document, schemas: bool, now_ms: i64) -> (String, String) {
    let event = raw(event);
    let event = Event::parse(event.as_bytes()).unwrap();
    let plan = Plan::new(&shape(schemas), "dbit", "c1");
    let (mut key, mut value) = (vec![], vec![]);
    plan.write_key(&mut key, event.id).unwrap();
    let body = Body {
        op: event.operation().unwrap().letter(),
        mark: Mark::Streamed,
        before: event.before,
        after: event.after,
        update: event.update,
        sec: event.cluster_time.0,
        ord: event.cluster_time.1,
        transaction: None,
        wall_time: event.wall_time,
        now_ms,
    };
    plan.write_value(&mut value, &body).unwrap();
    (String::from_utf8(key).unwrap(), String::from_utf8(value).unwrap())
}

fn insert() -> bson::Document {
    doc! {
        "_id": { "_data": "82" },
        "operationType": "insert",
        "clusterTime": Timestamp { time: 1_666_193_824, increment: 1 },
        "wallTime": DateTime::from_millis(1_666_193_824_123),
        "fullDocument": { "_id": id(), "n": 5_i64, "d": DateTime::from_millis(1_577_836_800_000) },
        "ns": { "db": "dbit", "coll": "c1" },
        "documentKey": { "shard": 1, "_id": id() },
    }
}

#[test]
fn an_insert_is_debeziums() {
    let (key, value) = record(insert(), false, 1_666_193_824_300);
    assert_eq!(key, r#"{"id":"{\"$oid\": \"507f1f77bcf86cd799439011\"}"}"#);
    assert_eq!(
        value,
        r#"{"before":null,"after":"{\"_id\": {\"$oid\": \"507f1f77bcf86cd799439011\"},\"n\": {\"$numberLong\": \"5\"},\"d\": {\"$date\": 1577836800000}}","updateDescription":null,"source":{"version":"2.7.0.Final","connector":"mongodb","name":"mongo","ts_ms":1666193824000,"snapshot":"false","db":"dbit","sequence":null,"ts_us":1666193824000000,"ts_ns":1666193824000000000,"collection":"c1","ord":1,"lsid":null,"txnNumber":null,"wallTime":1666193824123},"op":"c","ts_ms":1666193824300,"transaction":null}"#
    );
}

#[test]
fn an_update_describes_itself() {
    let mut event = insert();
    event.insert("operationType", "update");
    event.insert("fullDocument", bson::Bson::Null);
    event.insert(
        "updateDescription",
        doc! { "updatedFields": { "n": 6_i64, "s": "x" }, "removedFields": ["d\"", "e"], "truncatedArrays": [{ "field": "a", "newSize": 3 }] },
    );
    let (_, value) = record(event.clone(), false, 0);
    assert!(
        value.starts_with(
            r#"{"before":null,"after":null,"updateDescription":{"removedFields":["d\"","e"],"updatedFields":"{\"n\": 6, \"s\": \"x\"}","truncatedArrays":[{"field":"a","size":3}]},"source":"#
        ),
        "{value}"
    );
    event.insert("updateDescription", doc! { "updatedFields": {}, "removedFields": [], "truncatedArrays": [] });
    let (_, value) = record(event, false, 0);
    assert!(
        value.contains(r#""updateDescription":{"removedFields":null,"updatedFields":"{}","truncatedArrays":null}"#),
        "{value}"
    );
}

#[test]
fn schemas_lead_where_they_are_on() {
    let (key, value) = record(insert(), true, 5);
    assert!(key.starts_with(r#"{"schema":{"type":"struct","fields":[{"type":"string","optional":false,"field":"id"}],"optional":false,"name":"mongo.dbit.c1.Key"},"payload":{"id":"#));
    let plain = record(insert(), false, 5).1;
    let payload = value.split_once(r#","payload":"#).unwrap().1;
    assert_eq!(payload, format!("{plain}}}"));
    assert!(value.contains(
        r#"{"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,"parameters":{"allowed":"true,last,false,incremental"},"default":"false","field":"snapshot"}"#
    ));
    assert!(value.contains(r#""optional":false,"name":"mongo.dbit.c1.Envelope"},"payload""#));
}
