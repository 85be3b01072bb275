//! Slots and logs that a connector cannot simply go on from, and retries that end.

use rig::process::wait;
use rig::{Kafka, Postgres, Rig, Worker, connectors};
use serde_json::{Value, json};

use super::{PATIENCE, assert_says};

struct Stage {
    worker: Worker,
    kafka: Kafka,
    postgres: Postgres,
    _rig: Rig,
}

fn stage(name: &str) -> Stage {
    let rig = Rig::new(name).unwrap();
    let postgres = rig.postgres().setting("max_slot_wal_keep_size", "1MB").setting("max_wal_size", "32MB");
    let postgres = postgres.setting("wal_keep_size", "0").start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    let worker = rig.capture(&kafka).start().unwrap();
    Stage { worker, kafka, postgres, _rig: rig }
}

impl Stage {
    fn config(&self, case: &str, changes: &[(&str, Value)]) -> Value {
        let mut config = connectors::postgres(&self.postgres);
        for key in ["slot.name", "publication.name", "topic.prefix"] {
            config = connectors::with(config, key, json!(case));
        }
        changes.iter().fold(config, |config, (key, value)| connectors::with(config, key, value.clone()))
    }

    /// Runs the connector until it has stored an offset behind a streamed change, then removes it.
    fn run_once(&self, case: &str) {
        self.worker.create(case, &self.config(case, &[])).unwrap();
        self.postgres.wait_streaming(case).unwrap();
        self.postgres.sql("UPDATE users SET user_id = user_id").unwrap();
        self.kafka.wait_for_count(&format!("{case}.public.users"), 2).unwrap();
        self.worker.delete(case).unwrap();
        let query = format!("SELECT active FROM pg_replication_slots WHERE slot_name = '{case}'");
        let is_free = || Ok((self.postgres.value(&query)?.as_deref() == Some("f")).then_some(()));
        wait::until("a slot that nobody reads", PATIENCE, is_free).unwrap();
    }

    fn fails(&self, case: &str, changes: &[(&str, Value)], words: &[&str]) {
        self.worker.create(case, &self.config(case, changes)).unwrap();
        let trace = self.worker.wait_failed(case).unwrap();
        assert_says(case, &trace, words);
        assert!(!trace.contains("trying again"), "{case} is retried: {trace}");
        self.worker.delete(case).unwrap();
    }

    /// Writes log until the server has given up what the slot needs.
    fn invalidate(&self, slot: &str) {
        let status = format!("SELECT wal_status FROM pg_replication_slots WHERE slot_name = '{slot}'");
        let is_lost = || {
            self.postgres.sql("SELECT pg_switch_wal()")?;
            self.postgres.sql("INSERT INTO users SELECT max(user_id) + 1 FROM users")?;
            self.postgres.sql("CHECKPOINT")?;
            Ok((self.postgres.value(&status)?.as_deref() == Some("lost")).then_some(()))
        };
        wait::until("a slot without its log", PATIENCE, is_lost).unwrap();
    }
}

#[test]
fn what_the_slot_no_longer_gives_is_named_or_read_again() {
    let stage = stage("bad-slots");
    stage.run_once("moved");
    stage.run_once("lost");
    stage.run_once("gone");
    stage.postgres.sql("INSERT INTO users VALUES (2)").unwrap();
    stage.postgres.sql("SELECT pg_replication_slot_advance('moved', pg_current_wal_lsn())").unwrap();
    stage.fails(
        "moved",
        &[],
        &["moved beyond the stored position", "slot moved at", "remedy: set snapshot.mode to when_needed"],
    );
    stage.postgres.sql("SELECT pg_drop_replication_slot('gone')").unwrap();
    stage.fails("gone", &[], &["the slot does not exist", "slot gone at none", "remedy: "]);

    stage.invalidate("lost");
    stage.fails("lost", &[], &["the slot was invalidated", "everything behind the stored position", "remedy: "]);
    let before = stage.kafka.read("lost.public.users", rig::Extent::Present).unwrap().len();
    stage.worker.create("lost", &stage.config("lost", &[("snapshot.mode", json!("when_needed"))])).unwrap();
    stage.postgres.wait_streaming("lost").unwrap();
    let rows: usize = stage.postgres.value("SELECT count(*) FROM users").unwrap().unwrap().parse().unwrap();
    stage.kafka.wait_for_count("lost.public.users", before + rows).unwrap();
}

#[test]
fn a_budget_a_number_of_retries_and_a_list_of_servers_are_kept_to() {
    let stage = stage("bad-budget");
    let budget = [
        ("slot.wal.budget.bytes", json!("1")),
        ("slot.wal.budget.policy", json!("stop")),
        ("status.update.interval.ms", json!("100")),
        ("flush.lsn.source", json!("false")),
    ];
    stage.worker.create("budget", &stage.config("budget", &budget)).unwrap();
    stage.kafka.wait_for_count("budget.public.users", 1).unwrap();
    stage.postgres.sql("INSERT INTO users VALUES (2)").unwrap();
    let trace = stage.worker.wait_failed("budget").unwrap();
    assert_says("budget", &trace, &["replication slot budget keeps", "slot.wal.budget.bytes, 1", "remedy: "]);

    // the first two listen nowhere
    let hosts = json!(format!("127.0.0.1:1,[::1]:1,127.0.0.1:{}", stage.postgres.port()));
    stage.worker.create("hosts", &stage.config("hosts", &[("database.hostname", hosts)])).unwrap();
    stage.postgres.wait_streaming("hosts").unwrap();
    stage.kafka.wait_for_count("hosts.public.users", 2).unwrap();

    let retries = [("errors.max.retries", json!("0"))];
    stage.worker.create("retries", &stage.config("retries", &retries)).unwrap();
    stage.postgres.wait_streaming("retries").unwrap();
    let end = "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'retries'";
    stage.postgres.sql(end).unwrap();
    let trace = stage.worker.wait_failed("retries").unwrap();
    assert!(
        trace.starts_with(
            "org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer. \
             This connector will be stopped.\nCaused by: "
        ),
        "{trace}"
    );
}
