//! `capture tail` on a machine with nothing but the database: the first change soon, and every later one once.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bson::doc;
use rig::Rig;
use rig::process::{Process, wait};
use rustix::process::Signal;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);
/// What is promised is a second; a loaded machine gets more.
const SOON: Duration = Duration::from_secs(5);

/// A running `capture tail`, each start with a new output.
struct Tail<'a> {
    rig: &'a Rig,
    source: String,
    key: &'static str,
    starts: u32,
    process: Option<Process>,
}

impl<'a> Tail<'a> {
    fn new(rig: &'a Rig, source: String, key: &'static str) -> Self {
        Self { rig, source, key, starts: 0, process: None }
    }

    fn offsets(&self) -> PathBuf {
        self.rig.folder().join("tail-offsets.json")
    }

    fn start(&mut self) {
        self.starts += 1;
        let program = self.rig.program("capture").unwrap().output_apart().log_as(&format!("tail-{}", self.starts));
        let program = program.arguments(["tail", "--source", &self.source, "--offsets"]).argument(self.offsets());
        self.process = Some(program.start().unwrap());
    }

    /// Waits for so many records, and gives them as `operation key`.
    fn records(&mut self, count: usize) -> Vec<String> {
        self.records_until(|records| records.len() >= count)
    }

    fn records_until(&mut self, enough: impl Fn(&[String]) -> bool) -> Vec<String> {
        let key = self.key;
        let records = self.process.as_mut().unwrap().wait_output(PATIENCE, |text| {
            // the last line may not be whole yet
            let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let records: Vec<String> = lines.map(|line| summary(line, key)).collect();
            enough(&records).then_some(records)
        });
        records.unwrap()
    }

    /// An orderly end, as by Ctrl-C.
    fn stop(&mut self) {
        let mut process = self.process.take().unwrap();
        process.signal(Signal::INT).unwrap();
        let status = process.wait(PATIENCE).unwrap();
        assert!(status.success(), "{status}{}", process.log_tail());
    }

    fn kill(&mut self) {
        self.process.take().unwrap().kill().unwrap();
    }
}

fn summary(line: &str, key: &str) -> String {
    let record: Value = serde_json::from_str(line).unwrap();
    let image = if record["after"].is_null() { &record["before"] } else { &record["after"] };
    // MongoDB's documents are JSON within JSON
    let image = image.as_str().map_or_else(|| image.clone(), |text| serde_json::from_str(text).unwrap());
    let id = &image[key];
    format!("{} {id}", record["op"].as_str().unwrap())
}

#[test]
fn a_bare_postgres_is_tailed_at_once_and_resumed_exactly() {
    let rig = Rig::new("tail-postgres").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let table = "CREATE TABLE users (user_id int PRIMARY KEY, full_name text)";
    postgres.sql(&format!("{table}; INSERT INTO users VALUES (1, 'Alice'), (2, 'Bob')")).unwrap();
    let mut tail = Tail::new(&rig, postgres.url(), "user_id");

    let begun = Instant::now();
    tail.start();
    assert_eq!(tail.records(1)[0], "r 1");
    let first = begun.elapsed();
    tail.records(2);
    let committed = Instant::now();
    postgres.sql("INSERT INTO users VALUES (3, 'Charlie')").unwrap();
    assert_eq!(tail.records(3), ["r 1", "r 2", "c 3"]);
    println!(
        "tail postgres: first record {first:.1?} after the start, a change {:.1?} after its commit",
        committed.elapsed()
    );
    assert!(first < SOON, "{first:?}");

    tail.stop();
    postgres.sql("INSERT INTO users VALUES (4, 'Diana')").unwrap();
    postgres
        .sql("UPDATE users SET full_name = 'Bob A.' WHERE user_id = 2; DELETE FROM users WHERE user_id = 1")
        .unwrap();
    tail.start();
    assert_eq!(tail.records(3), ["c 4", "u 2", "d 1"]);
    postgres.sql("INSERT INTO users VALUES (5, 'Eve')").unwrap();
    assert_eq!(tail.records(4), ["c 4", "u 2", "d 1", "c 5"]);
    tail.stop();
}

#[test]
fn a_bare_mongodb_is_tailed_at_once_and_resumed_exactly() {
    let rig = Rig::new("tail-mongodb").unwrap();
    let mongodb = rig.mongodb().start().unwrap();
    let insert = |id: i32| mongodb.insert("commerce", "events", vec![doc! {"_id": id, "user_id": 1}]).unwrap();
    insert(1);
    insert(2);
    let mut tail = Tail::new(&rig, mongodb.url(), "_id");

    let begun = Instant::now();
    tail.start();
    assert_eq!(tail.records(1)[0], "r 1");
    let first = begun.elapsed();
    tail.records(2);
    let written = Instant::now();
    insert(3);
    assert_eq!(tail.records(3), ["r 1", "r 2", "c 3"]);
    println!(
        "tail mongodb: first record {first:.1?} after the start, a change {:.1?} after its write",
        written.elapsed()
    );
    assert!(first < SOON, "{first:?}");

    tail.stop();
    insert(4);
    mongodb.update("commerce", "events", doc! {"_id": 2}, doc! {"$set": {"x": 1}}).unwrap();
    tail.start();
    assert_eq!(tail.records(2), ["c 4", "u 2"]);
    insert(5);
    assert_eq!(tail.records(3), ["c 4", "u 2", "c 5"]);
    tail.stop();
}

#[test]
fn a_killed_tail_loses_nothing() {
    let rig = Rig::new("tail-kill").unwrap();
    let postgres = rig.postgres().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    let mut tail = Tail::new(&rig, postgres.url(), "user_id");
    tail.start();
    tail.records(1);
    let offsets = tail.offsets();
    wait::until("the stored position", PATIENCE, || Ok(offsets.exists().then_some(()))).unwrap();
    let mut seen = Vec::new();
    for round in 1..=3 {
        postgres.sql(&format!("INSERT INTO users SELECT generate_series({round}00, {round}99)")).unwrap();
        seen.extend(tail.records(1));
        tail.kill();
        tail.start();
    }
    postgres.sql("INSERT INTO users VALUES (1000)").unwrap();
    seen.extend(tail.records_until(|records| records.iter().any(|record| record == "c 1000")));
    let wanted = (100..400).map(|id| format!("c {id}"));
    let missing: Vec<String> = wanted.filter(|record| !seen.contains(record)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    tail.stop();
}
