//! The rig's own story: a row goes through the real Debezium, from the database to the topic.

use rig::{Extent, Rig, connectors};
use serde_json::json;

#[test]
fn a_change_travels_through_debezium() {
    let rig = Rig::new("story").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    let connect = rig.connect(&kafka).start().unwrap();
    let config = connectors::postgres(&postgres);
    connect.create(connectors::POSTGRES, &config).unwrap();
    connect.wait_running(connectors::POSTGRES).unwrap();
    kafka.wait_for_count(connectors::USERS_TOPIC, 1).unwrap();
    postgres.sql("DELETE FROM users").unwrap();
    let records = kafka.read(connectors::USERS_TOPIC, Extent::Count(3)).unwrap();
    let operations: Vec<_> = records.iter().map(|record| record.json().unwrap()["op"].clone()).collect();
    assert_eq!(operations, [json!("r"), json!("d"), json!(null)]);
    assert!(!kafka.read("connect-cluster-configs", Extent::Present).unwrap().is_empty());

    let mut wrong = config;
    wrong["database.password"] = json!("wrong");
    let refused = connect.create("wrong", &wrong).unwrap_err();
    assert!(format!("{refused:#}").contains("answered 400"), "{refused:#}");
    connect.delete(connectors::POSTGRES).unwrap();
    assert_eq!(connect.get("/connectors").unwrap().json().unwrap(), json!([]));
}
