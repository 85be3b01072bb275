//! A broker that is down at the start, and one that goes away.

use rig::process::wait;
use rig::{Rig, Server as _, connectors};
use serde_json::Value;

use super::{PATIENCE, assert_says};

#[test]
fn a_broker_that_is_down_at_the_start_is_waited_for() {
    let rig = Rig::new("bad-broker-start").unwrap();
    let mut kafka = rig.kafka().start().unwrap();
    kafka.stop().unwrap();
    let mut worker = rig.capture(&kafka).launch().unwrap();
    let health = wait::until("an answer of the worker", PATIENCE, || {
        let answer = worker.get("/health").ok();
        Ok(answer.filter(|answer| answer.text.contains("waiting for Kafka")))
    });
    let health = health.unwrap();
    assert_eq!(health.status, 503, "{}", health.text);
    assert_says("health", &health.text, &["starting", &kafka.bootstrap()]);
    let refused = worker.get("/connectors").unwrap();
    assert_eq!(refused.status, 503, "{}", refused.text);
    worker.process().wait_log("kafka is not ready, trying again", PATIENCE).unwrap();

    kafka.start().unwrap();
    worker.wait_ready().unwrap();
    let health = worker.get("/health").unwrap();
    assert_eq!((health.status, health.json().unwrap()["status"].as_str()), (200, Some("healthy")));
}

#[test]
fn a_broker_that_goes_away_loses_nothing() {
    let rig = Rig::new("bad-broker-gone").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let mut kafka = rig.kafka().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (0)").unwrap();
    let worker = rig.capture(&kafka).start().unwrap();
    worker.create(connectors::POSTGRES, &connectors::postgres(&postgres)).unwrap();
    kafka.wait_for_count(connectors::USERS_TOPIC, 1).unwrap();

    kafka.kill().unwrap();
    postgres.sql("INSERT INTO users SELECT generate_series(1, 500)").unwrap();
    let status = worker.status(connectors::POSTGRES).unwrap();
    assert_eq!(status["connector"]["state"], "RUNNING", "{status}");
    kafka.start().unwrap();
    kafka.wait_for_count(connectors::USERS_TOPIC, 501).unwrap();
    let records = kafka.read(connectors::USERS_TOPIC, rig::Extent::Present).unwrap();
    let key = |record: &rig::Message| serde_json::from_slice::<Value>(record.key.as_ref().unwrap()).unwrap();
    let mut keys: Vec<i64> = records.iter().map(|record| key(record)["user_id"].as_i64().unwrap()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys, (0..=500).collect::<Vec<i64>>());
    worker.wait_running(connectors::POSTGRES).unwrap();
}
