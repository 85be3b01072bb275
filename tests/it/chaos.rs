//! Everything is killed or restarted under load, again and again. A ledger of every acknowledged write shows none lost
//! in the topics; silver equals the source exactly; gold equals what the source makes of it, also when run again.

mod source;

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use rig::chaos::{self, Options, Windows};
use rig::connectors::{self, EVENTS_TOPIC, USERS_TOPIC};
use rig::load::{self, Ledger, Load, Seen};
use rig::process::{Process, wait};
use rig::{Clickhouse, Extent, Kafka, Mongodb, Postgres, Rig, Server as _, Worker, landing};

const PATIENCE: Duration = Duration::from_secs(90);
const KILLS: usize = 10;
const SEEDS: i32 = 20_000;
const TOPICS: [&str; 2] = [USERS_TOPIC, EVENTS_TOPIC];
const BRONZE: [&str; 2] = ["users_queue", "events_queue"];

/// Fields end in this order.
struct Stage {
    sink: Process,
    capture: Worker,
    clickhouse: Clickhouse,
    kafka: Kafka,
    mongodb: Mongodb,
    postgres: Postgres,
    rig: Rig,
}

#[test]
fn nothing_is_lost_whatever_is_killed() {
    let seed = rand::random();
    println!("chaos: seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut stage = stage();
    stage.kill_in_snapshot();
    let load = Load::start(&stage.postgres, &stage.mongodb, seed).unwrap();
    for _ in 1..KILLS {
        stage.wait_sent(random.random_range(1..150));
        stage.capture.kill().unwrap();
        stage.capture.start().unwrap();
    }
    for _ in 0..KILLS {
        stage.wait_landed(random.random_range(1..150));
        stage.sink.kill().unwrap();
        stage.sink.start().unwrap();
    }
    stage.restart_servers(&load);
    let (rows, documents) = load.finish().unwrap();
    println!("chaos: the load has ended after {} rows and {} documents", rows.inserted.len(), documents.inserted.len());

    let lost = stage.lost(USERS_TOPIC, &rows) + stage.lost(EVENTS_TOPIC, &documents);
    stage.assert_silver();
    stage.assert_gold();
    println!(
        "chaos: inserted={} lost={lost} kills={} restarts=3 silver=exact gold=exact",
        rows.inserted.len() + documents.inserted.len(),
        2 * KILLS + 1,
    );
    assert_eq!(lost, 0);
}

/// A short one of what `make chaos-postgres` plays.
#[test]
fn the_postgres_connector_survives_each_fault() {
    survives(Windows::Watermarks, 1);
}

/// The worker, its connections and the server end while incremental snapshots are read that write nothing.
#[test]
fn incremental_snapshots_that_write_nothing_survive_each_fault() {
    survives(Windows::Views, 2);
}

fn survives(windows: Windows, rounds: usize) {
    let seed = rand::random();
    let streams = seed % 2 == 0;
    println!("chaos: seed {seed}, open transactions are {}", if streams { "sent" } else { "kept by the server" });
    let options = Options { seed, rows: 20_000, rounds, away: Duration::from_secs(2), windows, streams };
    let report = chaos::run(options, &mut |text| println!("chaos: {text}")).unwrap();
    println!("{}", report.table());
    assert!(report.sums.is_clean(), "{:?}", report.sums);
}

fn stage() -> Stage {
    let rig = Rig::new("chaos").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let mongodb = rig.mongodb().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    let clickhouse = rig.clickhouse().start().unwrap();
    load::prepare(&postgres).unwrap();
    load::seed(&postgres, &mongodb, SEEDS).unwrap();
    for topic in TOPICS {
        kafka.create_topic(topic, 1, &[]).unwrap();
    }
    let capture = rig.capture(&kafka).start().unwrap();
    let sink = landing::sink(&rig, &kafka, &clickhouse).unwrap().start().unwrap();
    Stage { sink, capture, clickhouse, kafka, mongodb, postgres, rig }
}

impl Stage {
    /// The first kill comes while the snapshots are read, or as soon after as we notice.
    fn kill_in_snapshot(&mut self) {
        self.capture.create(connectors::POSTGRES, &connectors::postgres(&self.postgres)).unwrap();
        self.capture.create(connectors::MONGODB, &connectors::mongodb(&self.mongodb)).unwrap();
        self.kafka.wait_for_count(USERS_TOPIC, 1).unwrap();
        self.capture.kill().unwrap();
        self.capture.start().unwrap();
        for topic in TOPICS {
            let whole = || Ok((self.seen(topic).ledger.inserted.len() >= SEEDS as usize).then_some(()));
            wait::until(&format!("the snapshot in {topic}"), PATIENCE, whole).unwrap();
        }
        self.postgres.wait_streaming(connectors::SLOT).unwrap();
    }

    /// Waits until both connectors have sent so many more records.
    fn wait_sent(&self, more: usize) {
        let before = TOPICS.map(|topic| self.kafka.count(topic).unwrap());
        for (topic, before) in TOPICS.into_iter().zip(before) {
            let sent = || Ok((self.kafka.count(topic).unwrap_or(0) >= before + more).then_some(()));
            wait::until(&format!("{more} more records in {topic}"), PATIENCE, sent).unwrap();
        }
    }

    /// Waits until so many more records of both topics lie in bronze.
    fn wait_landed(&self, more: usize) {
        let before = BRONZE.map(|table| self.landed(table));
        for (table, before) in BRONZE.into_iter().zip(before) {
            let landed = || Ok((self.landed(table) >= before + more).then_some(()));
            wait::until(&format!("{more} more records in {table}"), PATIENCE, landed).unwrap();
        }
    }

    /// Zero until the sink has made the table.
    fn landed(&self, table: &str) -> usize {
        let count = self.clickhouse.query(&format!("SELECT count() FROM {table}"));
        count.ok().and_then(|count| count.trim().parse().ok()).unwrap_or(0)
    }

    fn restart_servers(&mut self, load: &Load) {
        self.kafka.stop().unwrap();
        // what capture has read and cannot send dies with it, and has to be read again
        let (rows, documents) = load.written();
        let went_on = || {
            let (more_rows, more_documents) = load.written();
            Ok((more_rows > rows + 200 && more_documents > documents + 200).then_some(()))
        };
        wait::until("writes without a broker", PATIENCE, went_on).unwrap();
        self.capture.kill().unwrap();
        self.kafka.start().unwrap();
        self.capture.start().unwrap();
        self.wait_sent(100);
        self.postgres.kill().unwrap();
        self.postgres.start().unwrap();
        self.wait_sent(100);
        self.mongodb.kill().unwrap();
        self.mongodb.start().unwrap();
        self.wait_sent(100);
        self.wait_landed(100);
    }

    fn seen(&self, topic: &str) -> Seen {
        Seen::of(&self.kafka.read(topic, Extent::Present).unwrap()).unwrap()
    }

    /// How many acknowledged writes have no record, after everything had its time to arrive.
    fn lost(&self, topic: &str, ledger: &Ledger) -> usize {
        let mut seen = Seen::default();
        let everything = wait::until(&format!("every write in {topic}"), PATIENCE, || {
            seen = self.seen(topic);
            Ok(seen.missing(ledger).is_empty().then_some(()))
        });
        let lost = seen.missing(ledger);
        if everything.is_err() {
            println!("chaos: {topic} lacks {lost:?}");
        }
        println!(
            "chaos: {topic} records={} repeated={} snapshot={} of {SEEDS}",
            seen.records, seen.repeated, seen.snapshot
        );
        lost.len()
    }

    fn assert_silver(&self) {
        let users = "SELECT user_id, full_name, email, toUnixTimestamp(updated_at) FROM users_silver FINAL \
                     WHERE is_deleted = 0 ORDER BY user_id FORMAT TSV";
        self.assert_table("users_silver", users, &source::users(&self.postgres));
        let events = "SELECT _id, user_id, event_type, toUnixTimestamp(timestamp), metadata FROM events_silver FINAL \
                      WHERE is_deleted = 0 ORDER BY toInt32(_id) FORMAT TSVRaw";
        self.assert_table("events_silver", events, &source::events(&self.mongodb));
    }

    /// Waits until a query gives exactly these lines; else shows where it differs.
    fn assert_table(&self, table: &str, query: &str, expected: &[String]) {
        let mut found = Vec::new();
        let equal = wait::until(&format!("{table} equal to its source"), PATIENCE, || {
            found = self.clickhouse.query(query)?.lines().map(str::to_owned).collect();
            Ok((found == expected).then_some(()))
        });
        if equal.is_err() {
            let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).take(10).collect();
            let surplus: Vec<_> = found.iter().filter(|line| !expected.contains(line)).take(10).collect();
            panic!(
                "{table}: {} rows, {} expected; missing {missing:?}, surplus {surplus:?}",
                found.len(),
                expected.len()
            );
        }
        println!("chaos: {table} rows={} equal to the source", expected.len());
    }

    fn assert_gold(&self) {
        let days = source::activity(&self.postgres, &self.mongodb);
        assert!(!days.is_empty());
        for (day, expected) in days {
            for (run, word) in [("first", "published"), ("second", "unchanged")] {
                let said =
                    landing::gold(&self.rig, &self.clickhouse, &day).unwrap().output_apart().run(PATIENCE).unwrap();
                println!("chaos: {run} run: {}", said.trim());
                assert!(said.contains(word), "{said}");
                let query = format!(
                    "SELECT user_id, full_name, email, event_type, event_count FROM gold_user_activity FINAL \
                     WHERE date = '{day}' ORDER BY user_id, event_type FORMAT TSV"
                );
                self.assert_table("gold_user_activity", &query, &expected);
            }
        }
    }
}
