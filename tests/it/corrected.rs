//! Values that Debezium gets wrong, and right with `tailrace.compatibility=corrected`.

use std::collections::BTreeMap;

use rig::{Extent, Kafka, Postgres, Rig, Server as _, connectors};
use serde_json::{Value, json};

const MODES: [&str; 2] = ["debezium", "corrected"];

/// Column, its value in SQL, and what a record is to hold.
fn values() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("d date", "'0044-03-15 BC'", json!(-735_160)),
        ("d_end date", "'infinity'", json!(i32::MAX)),
        ("d_start date", "'-infinity'", json!(i32::MIN)),
        ("ts timestamp", "'1500-02-28 12:00:00'", json!(-14_826_715_200_000_000_i64)),
        ("ts_end timestamp", "'294276-12-31 23:59:59.999999'", json!(i64::MAX)),
        ("tz timestamptz", "'1500-02-28 12:00:00+00'", json!("1500-02-28T12:00:00.000000Z")),
        ("n name", "'called'", json!("called")),
        ("b varbit(1)", "B'1'", json!(true)),
        ("m money", "'92233720368547758.07'", json!("f/////////8=")),
        ("ds date[]", "'{0044-03-15 BC}'", json!([-735_160])),
        ("times time(3)[]", "'{12:00:00.123,NULL}'", json!([43_200_123, null])),
        ("micros time[]", "'{12:00:00.123456}'", json!([43_200_123_456_i64])),
        ("zoned timetz[]", "'{12:00:00.5+01}'", json!(["11:00:00.5Z"])),
        ("tzs timestamptz[]", "'{0044-03-15 12:00:00+00 BC}'", json!(["-0043-03-15T12:00:00.000000Z"])),
        ("moods mood[]", "'{sad,NULL}'", json!(["sad", null])),
        ("numbers numeric(4,1)[]", "'{1.5,NaN}'", json!(["Dw==", null])),
        ("nested int[]", "'{{1,2},{3,4}}'", json!([1, 2, 3, 4])),
        ("texts text[]", "'{{a,\"b,c\"},{NULL,d}}'", json!(["a", "b,c", null, "d"])),
        ("bits bit(3)[]", "'{101,000}'", json!(["BQ==", ""])),
        ("names name[]", "'{a,b}'", json!(["a", "b"])),
        ("sums money[]", "'{$1.50}'", json!(["AJY="])),
        ("spans interval[]", "'{1 day}'", json!([86_400_000_000_i64])),
        ("vector int2vector", "'1 2 3'", json!([1, 2, 3])),
    ]
}

fn config(postgres: &Postgres, mode: &str) -> Value {
    let own = [
        ("topic.prefix", mode),
        ("slot.name", mode),
        ("publication.name", mode),
        ("table.include.list", "public.t"),
        ("publication.autocreate.mode", "filtered"),
        ("tailrace.compatibility", mode),
    ];
    own.iter().fold(connectors::postgres(postgres), |config, (key, value)| connectors::with(config, key, json!(value)))
}

#[test]
fn a_value_that_the_log_leaves_out_is_shown_as_such() {
    let rig = Rig::new("corrected-toast").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres
        .sql("CREATE TABLE t (id int PRIMARY KEY, n int, b bytea); ALTER TABLE t ALTER b SET STORAGE EXTERNAL")
        .unwrap();
    let mut worker = rig.capture(&kafka).start().unwrap();
    for mode in MODES {
        let config = connectors::with(config(&postgres, mode), "binary.handling.mode", json!("base64"));
        worker.create(mode, &config).unwrap();
        postgres.wait_streaming(mode).unwrap();
    }
    postgres
        .sql("INSERT INTO t SELECT 1, 1, string_agg(sha256(i::text::bytea), '') FROM generate_series(1, 500) i; UPDATE t SET n = 2")
        .unwrap();
    let bytes = |mode| written(&kafka, mode)[1]["b"].clone();
    assert_eq!(bytes("debezium"), Value::Null);
    assert_eq!(bytes("corrected"), json!("X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="));
    worker.stop().unwrap();
}

#[test]
fn names_beyond_ascii_are_the_same_in_snapshots_and_changes() {
    let rig = Rig::new("corrected-names").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres
        .sql("CREATE TABLE t (id int, \"ä\" int NOT NULL, PRIMARY KEY (id, \"ä\")); INSERT INTO t VALUES (1, 2)")
        .unwrap();
    let mut worker = rig.capture(&kafka).start().unwrap();
    for mode in MODES {
        worker.create(mode, &config(&postgres, mode)).unwrap();
        postgres.wait_streaming(mode).unwrap();
    }
    postgres.sql("INSERT INTO t VALUES (2, 3)").unwrap();
    let rows = |mode| written(&kafka, mode);
    assert_eq!(rows("corrected"), [json!({"id": 1, "ä": 2}), json!({"id": 2, "ä": 3})]);
    assert_eq!(rows("debezium")[1], json!({"id": 2, "\u{ffc3}\u{ffa4}": 3}));
    worker.stop().unwrap();
}

/// What a mode wrote of the table's two rows, of which the first is of the snapshot.
fn written(kafka: &Kafka, mode: &str) -> Vec<Value> {
    let topic = format!("{mode}.public.t");
    kafka.wait_for_count(&topic, 2).unwrap();
    kafka
        .read(&topic, Extent::Present)
        .unwrap()
        .iter()
        .map(|message| message.json().unwrap()["after"].clone())
        .collect()
}

#[test]
fn corrected_values_are_right_and_the_same_from_snapshot_and_log() {
    let rig = Rig::new("corrected").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    let columns: Vec<&str> = values().iter().map(|(column, ..)| *column).collect();
    let literals: Vec<&str> = values().iter().map(|(_, literal, _)| *literal).collect();
    let insert = |id: u8| format!("INSERT INTO t VALUES ({id}, {})", literals.join(", "));
    postgres
        .sql(&format!(
            "SET lc_monetary = 'C';
             CREATE TYPE mood AS ENUM ('sad', 'ok');
             CREATE TABLE t (id int PRIMARY KEY, {});
             {}",
            columns.join(", "),
            insert(1)
        ))
        .unwrap();
    let mut worker = rig.capture(&kafka).start().unwrap();
    for mode in MODES {
        worker.create(mode, &config(&postgres, mode)).unwrap();
        postgres.wait_streaming(mode).unwrap();
    }
    postgres.sql(&insert(2)).unwrap();

    let (plain, corrected) = (written(&kafka, "debezium"), written(&kafka, "corrected"));
    let wrong: BTreeMap<&str, [&Value; 3]> = values()
        .iter()
        .map(|(column, _, right)| (column.split(' ').next().unwrap_or_default(), right.clone()))
        .filter(|(name, right)| corrected.iter().any(|row| row[name] != *right))
        .map(|(name, _)| (name, [&corrected[0][name], &corrected[1][name], &plain[1][name]]))
        .collect();
    assert!(wrong.is_empty(), "from the snapshot, from the log, uncorrected: {wrong:#?}");
    for (column, _, right) in values() {
        let name = column.split(' ').next().unwrap_or_default();
        assert!(plain.iter().any(|row| row[name] != right), "{name} needs no correction");
    }
    worker.stop().unwrap();
}
