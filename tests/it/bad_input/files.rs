//! Files that are wrong before anything is opened.

use rig::Rig;
use rig::process::Outcome;
use serde_json::{Value, json};

use super::{PATIENCE, assert_says};

fn validate(rig: &Rig, text: &str) -> Outcome {
    let file = rig.folder().join("connector.json");
    std::fs::write(&file, text).unwrap();
    let program = rig.program("capture").unwrap().output_apart();
    program.argument("validate").argument(file).outcome(PATIENCE).unwrap()
}

fn good() -> Value {
    json!({"name": "postgres-connector", "config": {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "plugin.name": "pgoutput",
        "database.hostname": "127.0.0.1", "database.port": "5432", "database.user": "postgres",
        "database.password": "secret-word", "database.dbname": "postgres", "topic.prefix": "postgres",
        "table.include.list": "public.users",
    }})
}

fn with(changes: &[(&str, Value)]) -> String {
    let mut file = good();
    for (key, value) in changes {
        let config = file["config"].take();
        file["config"] = rig::connectors::with(config, key, value.clone());
    }
    file.to_string()
}

#[test]
fn validate_lists_every_error_under_its_key() {
    let rig = Rig::new("bad-files").unwrap();
    let valid = validate(&rig, &good().to_string());
    assert!(valid.status.success(), "{}", valid.output);

    let wrong = with(&[
        ("database.hostname", Value::Null),
        ("database.port", json!("many")),
        ("tombstones.on.delte", json!("true")),
        ("snapshot.mode", json!("sometimes")),
        ("table.include.list", json!("public.(users")),
        ("topic.prefix", json!("a b")),
    ]);
    let outcome = validate(&rig, &wrong);
    assert_eq!(outcome.status.code(), Some(2), "{}", outcome.output);
    let keys = [
        "6 error(s)",
        "database.hostname: ",
        "database.port: ",
        "did you mean 'tombstones.on.delete'?",
        "snapshot.mode: ",
        "table.include.list: ",
        "topic.prefix: ",
    ];
    assert_says("six errors", &outcome.output, &keys);
    assert!(!outcome.output.contains("secret-word"), "{}", outcome.output);
}

#[test]
fn a_file_that_is_cut_or_without_its_class_is_named() {
    let rig = Rig::new("bad-cut").unwrap();
    let whole = good().to_string();
    let cut = validate(&rig, &whole[..whole.len() / 2]);
    assert_eq!(cut.status.code(), Some(2));
    assert_says("cut", &cut.log, &["connector.json", "ends too early and may be cut off"]);
    assert!(!cut.log.contains("secret-word"), "{}", cut.log);

    let classless = validate(&rig, &with(&[("connector.class", Value::Null)]));
    assert_says("no class", &classless.output, &["connector.class: "]);
    let foreign = validate(&rig, &with(&[("connector.class", json!("org.example.Nothing"))]));
    assert_eq!(foreign.status.code(), Some(2));
    assert_says("foreign class", &foreign.output, &["connector.class: ", "org.example.Nothing", "PostgresConnector"]);
    let absent =
        rig.program("capture").unwrap().arguments(["validate", "/no/such/file.json"]).outcome(PATIENCE).unwrap();
    assert_eq!(absent.status.code(), Some(2));
    assert_says("absent", &absent.output, &["/no/such/file.json", "cannot be read"]);
}

/// `capture worker` with these properties; it must refuse to start.
fn worker(rig: &Rig, properties: &str, connector: Option<&str>) -> String {
    let file = rig.folder().join("worker.properties");
    std::fs::write(&file, properties).unwrap();
    let mut program = rig.program("capture").unwrap().argument("worker").argument("--config").argument(file);
    if let Some(connector) = connector {
        let file = rig.folder().join("connector.json");
        std::fs::write(&file, connector).unwrap();
        program = program.argument("--connector").argument(file);
    }
    let outcome = program.outcome(PATIENCE).unwrap();
    assert!(!outcome.status.success(), "{}", outcome.output);
    outcome.output
}

const PROPERTIES: &str = "bootstrap.servers=127.0.0.1:1\ngroup.id=connect-cluster\nlisteners=http://127.0.0.1:0\n\
    key.converter=org.apache.kafka.connect.json.JsonConverter\n\
    value.converter=org.apache.kafka.connect.json.JsonConverter\n\
    config.storage.topic=connect-cluster-configs\nstatus.storage.topic=connect-cluster-status\n\
    offset.storage.topic=connect-cluster-offsets\n";

#[test]
fn a_worker_refuses_properties_that_are_cut_or_wrong() {
    let rig = Rig::new("bad-worker").unwrap();
    let cut = &PROPERTIES[..PROPERTIES.find("offset.storage").unwrap()];
    assert_says("cut properties", &worker(&rig, cut, None), &["offset.storage.topic", "worker.properties"]);
    let wrong = format!("{PROPERTIES}offset.flush.interval.ms=soon\n");
    assert_says("wrong type", &worker(&rig, &wrong, None), &["offset.flush.interval.ms"]);
    let converter = PROPERTIES.replace("connect.json.JsonConverter", "connect.storage.StringConverter");
    assert_says("converter", &worker(&rig, &converter, None), &["key.converter", "StringConverter"]);
    let connector = good().to_string();
    let report = worker(&rig, PROPERTIES, Some(&connector[..connector.len() - 9]));
    assert_says("cut connector", &report, &["connector.json", "may be cut off"]);
    let absent = rig.program("capture").unwrap().arguments(["worker", "--config", "/no/such.properties"]);
    assert_says("absent", &absent.outcome(PATIENCE).unwrap().output, &["/no/such.properties"]);
}
