//! Connectors on a running worker: refused at the door, failed with the cause, or trying on in sight.

use bson::doc;
use rig::process::wait;
use rig::{Kafka, Postgres, Rig, Server as _, Worker, connectors};
use serde_json::{Value, json};

use super::{PATIENCE, assert_says};

struct Stage {
    worker: Worker,
    kafka: Kafka,
    postgres: Postgres,
    rig: Rig,
}

fn stage(name: &str) -> Stage {
    let rig = Rig::new(name).unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    let provider = "org.apache.kafka.common.config.provider.FileConfigProvider";
    let worker =
        rig.capture(&kafka).property("config.providers", "file").property("config.providers.file.class", provider);
    Stage { worker: worker.start().unwrap(), kafka, postgres, rig }
}

impl Stage {
    /// The users' connector under a slot, a publication and a prefix of the case's own.
    fn postgres_config(&self, case: &str, changes: &[(&str, Value)]) -> Value {
        self.postgres_config_on(&self.postgres, case, changes)
    }

    fn postgres_config_on(&self, postgres: &Postgres, case: &str, changes: &[(&str, Value)]) -> Value {
        let mut config = connectors::postgres(postgres);
        for key in ["slot.name", "publication.name", "topic.prefix"] {
            config = connectors::with(config, key, json!(case));
        }
        changes.iter().fold(config, |config, (key, value)| connectors::with(config, key, value.clone()))
    }

    /// Refused at the door, with the HTTP status.
    fn refused(&self, case: &str, status: u16, config: &Value, words: &[&str]) {
        let body = json!({"name": case, "config": config});
        let answer = self.worker.call("POST", "/connectors", Some(&body)).unwrap();
        assert_eq!(answer.status, status, "{case}: {}", answer.text);
        assert_says(case, answer.json().unwrap()["message"].as_str().unwrap(), words);
        assert_eq!(self.worker.get(&format!("/connectors/{case}")).unwrap().status, 404);
    }

    /// Taken, then failed for good: nothing is tried again.
    fn failed(&self, case: &str, config: &Value, words: &[&str]) {
        let trace = self.trace_of_failure(case, config, words);
        assert!(!trace.contains("trying again"), "{case} is retried: {trace}");
        self.worker.delete(case).unwrap();
    }

    /// Taken, and tried again and again while the status says why.
    fn retried(&self, case: &str, config: &Value, words: &[&str]) {
        let trace = self.trace_of_failure(case, config, words);
        assert!(trace.contains("trying again"), "{case} is not retried: {trace}");
        self.worker.delete(case).unwrap();
    }

    fn trace_of_failure(&self, case: &str, config: &Value, words: &[&str]) -> String {
        self.worker.create(case, config).unwrap();
        let trace = self.worker.wait_failed(case).unwrap();
        assert_says(case, &trace, words);
        trace
    }
}

#[test]
fn wrong_settings_are_refused_at_the_door() {
    let stage = stage("bad-settings");
    let change = |key, value| stage.postgres_config("case", &[(key, value)]);
    stage.refused(
        "unknown-key",
        400,
        &change("tabel.include.list", json!("x")),
        &["tabel.include.list", "did you mean 'table.include.list'?"],
    );
    stage.refused(
        "missing-key",
        400,
        &change("database.hostname", Value::Null),
        &["database.hostname", "A value is required"],
    );
    stage.refused("wrong-type", 400, &change("database.port", json!("many")), &["database.port", "invalid"]);
    stage.refused("no-class", 400, &change("connector.class", Value::Null), &["contains no connector type"]);
    let placeholder = change("database.password", json!("${file:/no/such/file.properties:password}"));
    stage.refused("placeholder", 500, &placeholder, &["database.password", "/no/such/file.properties"]);
}

#[test]
fn sources_that_cannot_be_captured_fail_with_the_cause() {
    let stage = stage("bad-sources");
    let replica = stage.rig.postgres().name("replica").setting("wal_level", "replica").start().unwrap();
    let full = stage.rig.postgres().name("full").setting("max_replication_slots", "1").start().unwrap();
    full.sql("CREATE TABLE users (user_id int PRIMARY KEY)").unwrap();
    full.sql("SELECT pg_create_logical_replication_slot('taken', 'pgoutput')").unwrap();
    stage.postgres.sql("CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT SELECT ON users TO reader").unwrap();

    let config = |case, key, value| stage.postgres_config(case, &[(key, value)]);
    let case = stage.postgres_config_on(&replica, "wal_level", &[]);
    stage.failed("wal_level", &case, &["wal_level", "'replica'", "remedy: set wal_level = logical"]);
    let login = [("database.user", json!("reader")), ("database.password", json!("reader"))];
    let case = stage.postgres_config("replication_right", &login);
    stage.failed("replication_right", &case, &["replication", "remedy: grant the role of database.user REPLICATION"]);
    let case = stage.postgres_config_on(&full, "no_free_slot", &[]);
    stage.failed("no_free_slot", &case, &["all replication slots are in use", "remedy: ", "max_replication_slots"]);
    let case = config("no_publication", "publication.autocreate.mode", json!("disabled"));
    stage.failed(
        "no_publication",
        &case,
        &[
            "Publication autocreation is disabled",
            "remedy: create publication no_publication",
            "publication.autocreate.mode",
        ],
    );
    let changes = [("publication.autocreate.mode", json!("filtered")), ("table.include.list", json!("public.orders"))];
    let case = stage.postgres_config("nothing_to_publish", &changes);
    stage.failed(
        "nothing_to_publish",
        &case,
        &["filtered publication nothing_to_publish", "remedy: check table.include.list", "no table matches"],
    );
}

#[test]
fn a_mongodb_that_cannot_be_captured_fails_with_the_cause() {
    let stage = stage("bad-mongodb");
    let mongodb = stage.rig.mongodb().with_login().start().unwrap();
    let config = |url: String| connectors::with(connectors::mongodb(&mongodb), "mongodb.connection.string", json!(url));
    let wrong = config(mongodb.url().replace(mongodb.password(), "wrong"));
    stage.failed("login", &wrong, &["refused the login", "remedy: ", "mongodb.connection.string"]);
    mongodb.command("admin", doc! {"createUser": "reader", "pwd": "reader", "roles": []}).unwrap();
    let login = format!("{}:{}@", mongodb.user(), mongodb.password());
    let powerless = config(mongodb.url().replace(&login, "reader:reader@"));
    stage.failed("right", &powerless, &["has no right", "remedy: ", "readAnyDatabase"]);
    let option = config(format!("{}&readPreference=sometimes", mongodb.url()));
    stage.refused("option", 400, &option, &["mongodb.connection.string", "'sometimes' is not a valid read preference"]);
    let login = config(mongodb.url().replace(&login, "root:a%b@"));
    stage.refused("encoding", 400, &login, &["mongodb.connection.string", "percent-encoded"]);
    let unreachable = config("mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=500".to_owned());
    stage.retried(
        "reach",
        &unreachable,
        &["no usable MongoDB server", "remedy: check host names", "mongodb.connection.string"],
    );
}

#[test]
fn a_postgres_that_does_not_let_us_in_is_refused_at_the_door() {
    let stage = stage("bad-reach");
    let refused = |case: &str, key, value, words: &[&str]| {
        stage.refused(case, 400, &stage.postgres_config(case, &[(key, json!(value))]), words);
    };
    let words = ["FATAL: password authentication failed", "remedy: check database.user, database.password"];
    refused("password", "database.password", "wrong", &words);
    let words = ["FATAL: database \"nowhere\" does not exist", "remedy: check database.dbname"];
    refused("database", "database.dbname", "nowhere", &words);
    let words = ["no-such-host.invalid", "remedy: check database.hostname"];
    refused("host", "database.hostname", "no-such-host.invalid", &words);
    let words = ["127.0.0.1:1", "Connection refused", "remedy: check database.hostname and database.port"];
    refused("port", "database.port", "1", &words);
}

#[test]
fn a_table_that_is_missing_warns_and_is_captured_once_it_is_there() {
    let mut stage = stage("bad-table");
    let config = stage.postgres_config("late", &[("table.include.list", json!("public.orders"))]);
    stage.worker.create("late", &config).unwrap();
    stage.worker.wait_running("late").unwrap();
    stage.worker.process().wait_log("no table matches the filters", PATIENCE).unwrap();
    stage.postgres.wait_streaming("late").unwrap();
    stage.postgres.sql("CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1)").unwrap();
    stage.kafka.wait_for_count("late.public.orders", 1).unwrap();
}

#[test]
fn a_slot_in_use_is_said_and_waited_for() {
    let stage = stage("bad-slot");
    let first = stage.postgres_config("shared", &[]);
    stage.worker.create("first", &first).unwrap();
    stage.kafka.wait_for_count("shared.public.users", 1).unwrap();
    let second = connectors::with(first, "topic.prefix", json!("second"));
    stage.worker.create("second", &second).unwrap();
    let trace = wait::until("a word about the slot", PATIENCE, || {
        let status = stage.worker.status("second").unwrap_or_default();
        let trace = status["tasks"][0]["trace"].as_str().unwrap_or_default().to_owned();
        Ok(trace.contains("is active for PID").then_some(trace))
    });
    assert_says(
        "slot in use",
        &trace.unwrap(),
        &["\"shared\"", "remedy: the slot is in use", "slot.name", "trying again"],
    );

    stage.worker.delete("first").unwrap();
    stage.postgres.sql("INSERT INTO users VALUES (2)").unwrap();
    let seen = wait::until("the second reader's turn", PATIENCE, || {
        let records = stage.kafka.read("second.public.users", rig::Extent::Present)?;
        let keys: Vec<String> = records.iter().map(rig::Message::key_text).collect();
        Ok(keys.iter().any(|key| key.contains('2')).then_some(keys))
    });
    assert!(seen.unwrap().iter().any(|key| key.contains('1')));
    stage.worker.wait_running("second").unwrap();
    let status = stage.worker.status("second").unwrap();
    assert_eq!(status["tasks"][0]["trace"], Value::Null, "{status}");
}

#[test]
fn a_postgres_that_goes_away_is_said_and_waited_for() {
    let mut stage = stage("bad-away");
    let config = stage.postgres_config("away", &[]);
    stage.worker.create("away", &config).unwrap();
    stage.kafka.wait_for_count("away.public.users", 1).unwrap();
    stage.postgres.stop().unwrap();
    let task = |wanted: &dyn Fn(&str) -> bool| {
        wait::until("the trace of the task", PATIENCE, || {
            let task = stage.worker.status("away")?["tasks"][0].take();
            Ok(wanted(task["trace"].as_str().unwrap_or_default()).then_some(task))
        })
        .unwrap()
    };
    let waiting = task(&|trace| trace.contains("cannot reach"));
    assert_eq!(waiting["state"], "RUNNING", "{waiting}");
    let words = ["cannot reach PostgreSQL at 127.0.0.1", "remedy: check database.hostname", "trying again"];
    assert_says("away", waiting["trace"].as_str().unwrap(), &words);

    stage.postgres.start().unwrap();
    stage.postgres.sql("INSERT INTO users VALUES (2)").unwrap();
    stage.kafka.wait_for_count("away.public.users", 2).unwrap();
    let mended = task(&str::is_empty);
    assert_eq!(mended["state"], "RUNNING", "{mended}");
}
