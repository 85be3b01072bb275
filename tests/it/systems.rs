//! Another server behind the same address, and the same one on another timeline.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use rig::process::wait;
use rig::{Extent, Kafka, Postgres, Rig, Server as _, Worker, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const TOPIC: &str = "systems.public.users";

fn config(postgres: &Postgres) -> Value {
    let own = [("topic.prefix", "systems"), ("slot.name", "systems"), ("slot.system.check", "true")];
    own.iter().fold(connectors::postgres(postgres), |config, (key, value)| connectors::with(config, key, json!(value)))
}

fn prepare(postgres: &Postgres) {
    postgres.sql("CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
}

/// Until the connector has brought a row by the log and stored an offset behind it, with the server's mark.
fn bring(postgres: &Postgres, kafka: &Kafka, id: u32) -> String {
    // else the row may be a part of the snapshot
    kafka.wait_for_count(TOPIC, id as usize - 1).unwrap();
    let before: u64 =
        postgres.value("SELECT pg_current_wal_lsn() - '0/0'").unwrap().unwrap_or_default().parse().unwrap();
    postgres.sql(&format!("INSERT INTO users VALUES ({id})")).unwrap();
    kafka.wait_for_count(TOPIC, id as usize).unwrap();
    let mark = wait::until("an offset behind the row", PATIENCE, || {
        let stored = kafka.read("connect-cluster-offsets", Extent::Present)?;
        let Some(last) = stored.last() else { return Ok(None) };
        let offset: Value = last.json()?;
        let behind = offset["lsn"].as_u64().is_some_and(|lsn| lsn >= before);
        Ok(behind.then(|| offset["tailrace_system"].to_string()))
    });
    mark.unwrap()
}

fn trace(worker: &Worker) -> String {
    let failed = wait::until("that the task fails", PATIENCE, || {
        let task = worker.status("systems")?["tasks"][0].clone();
        Ok((task["state"] == "FAILED").then(|| task["trace"].as_str().unwrap_or_default().to_owned()))
    });
    failed.unwrap()
}

#[test]
fn another_server_behind_the_address_is_told_from_the_first() {
    let rig = Rig::new("systems").unwrap();
    let first = rig.postgres().start().unwrap();
    let second = rig.postgres().name("second").start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    [&first, &second].into_iter().for_each(prepare);
    // the second one's log is the longer one, and has a slot of the same name behind the stored position
    second.sql("SELECT pg_create_logical_replication_slot('systems', 'pgoutput')").unwrap();
    let mut worker = rig.capture(&kafka).property("offset.flush.interval.ms", "100").start().unwrap();
    worker.create("systems", &config(&first)).unwrap();
    bring(&first, &kafka, 2);
    second.sql("SELECT pg_switch_wal(); INSERT INTO users VALUES (7); SELECT pg_switch_wal()").unwrap();
    worker.update("systems", &config(&second)).unwrap();
    let trace = trace(&worker);
    assert!(trace.contains("another server answers") && trace.contains("remedy: "), "{trace}");
    assert_eq!(kafka.count(TOPIC).unwrap(), 2);
    worker.stop().unwrap();
}

#[test]
fn a_timeline_that_has_everything_delivered_is_read_on() {
    let rig = Rig::new("timelines").unwrap();
    // recovery that finds no archive ends where the log ends, on a new timeline
    let mut postgres = rig.postgres().setting("restore_command", "false").start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    prepare(&postgres);
    let mut worker = rig.capture(&kafka).property("offset.flush.interval.ms", "100").start().unwrap();
    worker.create("systems", &config(&postgres)).unwrap();
    let before = bring(&postgres, &kafka, 2);
    worker.stop().unwrap();
    postgres.stop().unwrap();
    let signal = postgres.socket_folder().join("data/recovery.signal");
    std::fs::write(&signal, "").unwrap();
    std::fs::set_permissions(&signal, Permissions::from_mode(0o666)).unwrap();
    postgres.start().unwrap();
    worker.start().unwrap();
    let after = bring(&postgres, &kafka, 3);
    println!("systems: {before}, then {after}");
    assert!(before.ends_with("/1\"") && after.ends_with("/2\""), "{before} {after}");
    worker.stop().unwrap();
}
