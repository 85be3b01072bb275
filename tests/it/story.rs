//! The rig's own story: a row goes through the real Debezium, from the database to the topic.

use rig::{Extent, Rig};
use serde_json::json;

#[test]
fn a_change_travels_through_debezium() {
    let rig = Rig::new("story").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    let connect = rig.connect(&kafka).start().unwrap();
    let config = json!({
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "database.hostname": "127.0.0.1", "database.port": postgres.port().to_string(),
        "database.user": postgres.user(), "database.password": postgres.password(),
        "database.dbname": postgres.database(), "topic.prefix": "postgres", "plugin.name": "pgoutput",
        "table.include.list": "public.users",
    });
    connect.create("postgres-connector", &config).unwrap();
    connect.wait_running("postgres-connector").unwrap();
    kafka.wait_for_count("postgres.public.users", 1).unwrap();
    postgres.sql("DELETE FROM users").unwrap();
    let records = kafka.read("postgres.public.users", Extent::Count(3)).unwrap();
    let operations: Vec<_> = records.iter().map(|record| record.json().unwrap()["op"].clone()).collect();
    assert_eq!(operations, [json!("r"), json!("d"), json!(null)]);
    assert!(!kafka.read("connect-cluster-configs", Extent::Present).unwrap().is_empty());

    let mut wrong = config;
    wrong["database.password"] = json!("wrong");
    let refused = connect.create("wrong", &wrong).unwrap_err();
    assert!(format!("{refused:#}").contains("answered 400"), "{refused:#}");
    connect.delete("postgres-connector").unwrap();
    assert_eq!(connect.get("/connectors").unwrap().json().unwrap(), json!([]));
}
