//! What the catalog is asked beside the log.

use std::thread;
use std::time::Duration;

use rig::process::wait;
use rig::{Extent, Postgres, Rig, Server as _, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const TOPIC: &str = "seen.public.users";

fn config(postgres: &Postgres) -> Value {
    let own = [("topic.prefix", "seen"), ("slot.name", "seen"), ("table.include.list", "public.users")];
    own.iter().fold(connectors::postgres(postgres), |config, (key, value)| connectors::with(config, key, json!(value)))
}

fn wait_for_a_standby(postgres: &Postgres, name: &str) {
    let mut session = postgres.client().unwrap();
    session.batch_execute(&format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'")).unwrap();
    session.batch_execute("SELECT pg_reload_conf()").unwrap();
}

/// The server sends the commit while it waits for a standby, and shows it to nobody before that has answered.
#[test]
fn a_table_is_looked_up_when_its_transaction_is_seen() {
    let rig = Rig::new("seen").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres
        .sql("CREATE TABLE users (id int PRIMARY KEY, name text DEFAULT 'old'); INSERT INTO users VALUES (1)")
        .unwrap();
    let mut worker = rig.capture(&kafka).schemas(true).start().unwrap();
    worker.create("seen", &config(&postgres)).unwrap();
    kafka.wait_for_count(TOPIC, 1).unwrap();
    postgres.wait_streaming("seen").unwrap();
    wait_for_a_standby(&postgres, "nobody");
    let mut session = postgres.client().unwrap();
    let writer = thread::spawn(move || {
        let change = "BEGIN; ALTER TABLE users ALTER name SET DEFAULT 'new'; INSERT INTO users VALUES (2); COMMIT";
        session.batch_execute(change)
    });
    let waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    wait::until("a commit that waits", PATIENCE, || postgres.value(waits)).unwrap();
    let end = "SELECT sent_lsn = pg_current_wal_flush_lsn() FROM pg_stat_replication";
    wait::until("that all is sent", PATIENCE, || Ok((postgres.value(end)?.as_deref() == Some("t")).then_some(())))
        .unwrap();
    wait_for_a_standby(&postgres, "");
    writer.join().unwrap().unwrap();
    kafka.wait_for_count(TOPIC, 2).unwrap();
    let records = kafka.read(TOPIC, Extent::Present).unwrap();
    let default = |record: usize| {
        let value: Value = records[record].json().unwrap();
        let fields = value["schema"]["fields"][1]["fields"].as_array().unwrap().clone();
        fields.iter().find(|field| field["field"] == "name").unwrap()["default"].clone()
    };
    assert_eq!((default(0), default(1)), (json!("old"), json!("new")));
    worker.stop().unwrap();
}
