//! Snapshots that are asked for by signals, through ends that nobody asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use rig::process::wait;
use rig::{Extent, Kafka, Rig, Server as _, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const ROWS: usize = 40_000;
const TOPIC: &str = "asked.public.users";

/// How often each row was read by a snapshot, by its key.
fn readings(kafka: &Kafka) -> anyhow::Result<BTreeMap<i64, usize>> {
    let mut readings = BTreeMap::new();
    for message in kafka.read(TOPIC, Extent::Present)? {
        let value: Value = message.json()?;
        if value["op"] == "r" {
            *readings.entry(value["after"]["user_id"].as_i64().unwrap_or_default()).or_default() += 1;
        }
    }
    Ok(readings)
}

/// The log waits for such a snapshot. A worker that is killed meanwhile takes it again, as a whole, and loses no change.
#[test]
fn a_snapshot_for_which_the_log_waits_outlives_a_kill() {
    let rig = Rig::new("on-demand").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres
        .sql(&format!(
            "CREATE TABLE users (user_id int PRIMARY KEY, filler text);
             CREATE TABLE sig (id varchar(42) PRIMARY KEY, type varchar(32), data varchar(2048));
             INSERT INTO users SELECT i, repeat('x', 200) FROM generate_series(1, {ROWS}) i"
        ))
        .unwrap();
    let mut worker = rig.capture(&kafka).property("offset.flush.interval.ms", "100").start().unwrap();
    let mut config = connectors::postgres(&postgres);
    for (key, value) in [
        ("topic.prefix", "asked"),
        ("slot.name", "asked"),
        ("table.include.list", "public.users"),
        ("signal.data.collection", "public.sig"),
    ] {
        config = connectors::with(config, key, json!(value));
    }
    worker.create("asked", &config).unwrap();
    kafka.wait_for_count(TOPIC, ROWS).unwrap();
    postgres.wait_streaming("asked").unwrap();

    let data = r#"{"type": "BLOCKING", "data-collections": ["public.users"]}"#;
    postgres
        .sql(&format!(
            "INSERT INTO sig VALUES ('s1', 'execute-snapshot', '{data}');
             INSERT INTO users VALUES ({ROWS} + 1, 'behind the signal')"
        ))
        .unwrap();
    kafka.wait_for_count(TOPIC, ROWS + 100).unwrap();
    worker.kill().unwrap();
    let cut = kafka.count(TOPIC).unwrap();
    println!("on demand: killed at {cut} records of {}", 2 * ROWS + 2);
    assert!(cut < 2 * ROWS, "the snapshot was over before the kill");
    worker.start().unwrap();

    let seen = wait::until("every row once more, and the change behind the signal", PATIENCE, || {
        let (readings, all) = (readings(&kafka)?, kafka.read(TOPIC, Extent::Present)?);
        let has_change =
            all.iter().any(|m| m.value_text().contains("behind the signal") && m.value_text().contains("\"op\":\"c\""));
        let is_whole = readings.len() > ROWS && readings.iter().all(|(key, times)| *times >= 2 || *key as usize > ROWS);
        Ok((is_whole && has_change).then_some(()))
    });
    assert!(seen.is_ok(), "{seen:?}: {} rows were read", readings(&kafka).unwrap().len());
    worker.stop().unwrap();
}
