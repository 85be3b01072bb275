//! One worker hands its connectors over to another, under load: from Java to ours and back, on the same group, topics
//! and slot. Nothing is lost, no second snapshot is taken, and only what Connect itself would send again comes twice.

use std::time::Duration;

use rig::connectors::{self, EVENTS_TOPIC, USERS_TOPIC};
use rig::load::{self, Ledger, Load, Seen};
use rig::process::wait;
use rig::{Extent, Kafka, Mongodb, Postgres, Rig, Server as _, Worker};

const PATIENCE: Duration = Duration::from_secs(90);
const TOPICS: [&str; 2] = [USERS_TOPIC, EVENTS_TOPIC];
const SEEDS: i32 = 20;
/// Changes of each database that every worker has to bring over.
const SHARE: usize = 300;
/// An orderly end stores the last offset, so hardly anything is told again; a flush under way may be cut.
const WINDOW: usize = 100;

struct Stage {
    kafka: Kafka,
    mongodb: Mongodb,
    postgres: Postgres,
    rig: Rig,
}

fn stage() -> Stage {
    let rig = Rig::new("takeover").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let mongodb = rig.mongodb().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    load::prepare(&postgres).unwrap();
    load::seed(&postgres, &mongodb, SEEDS).unwrap();
    Stage { kafka, mongodb, postgres, rig }
}

impl Stage {
    /// Waits until a worker runs both connectors and has brought over its share of the load.
    fn bring_over(&self, worker: &Worker) {
        let before = TOPICS.map(|topic| self.kafka.count(topic).unwrap());
        for name in [connectors::POSTGRES, connectors::MONGODB] {
            worker.wait_running(name).unwrap();
        }
        for (topic, before) in TOPICS.into_iter().zip(before) {
            self.kafka.wait_for_count(topic, before + SHARE).unwrap();
        }
    }

    /// The same, then an orderly end while the load goes on.
    fn hand_over(&self, mut worker: Worker) {
        self.bring_over(&worker);
        worker.stop().unwrap();
        let [users, events] = TOPICS.map(|topic| self.kafka.count(topic).unwrap());
        println!("takeover: {:?} is stopped at {users} user and {events} event records", worker.engine());
    }

    /// Every change of the ledger has its record.
    fn check(&self, topic: &str, ledger: &Ledger) {
        let mut seen = Seen::default();
        let everything = wait::until(&format!("every change of the load in {topic}"), PATIENCE, || {
            seen = Seen::of(&self.kafka.read(topic, Extent::Present)?)?;
            Ok(seen.missing(ledger).is_empty().then_some(()))
        });
        let lost = seen.missing(ledger);
        println!(
            "takeover: {topic} written={} records={} lost={} repeated={} snapshot={}",
            ledger.marks.len() + ledger.deleted.len(),
            seen.records,
            lost.len(),
            seen.repeated,
            seen.snapshot
        );
        assert!(everything.is_ok(), "{topic} lacks {lost:?}");
        assert_eq!(seen.snapshot, SEEDS as usize, "a second snapshot was taken of {topic}");
        assert!(seen.repeated <= WINDOW, "{} records of {topic} came twice", seen.repeated);
    }
}

#[test]
fn java_hands_over_to_us_and_takes_back() {
    let stage = stage();
    let java = stage.rig.connect(&stage.kafka).start().unwrap();
    java.create(connectors::POSTGRES, &connectors::postgres(&stage.postgres)).unwrap();
    java.create(connectors::MONGODB, &connectors::mongodb(&stage.mongodb)).unwrap();
    for topic in TOPICS {
        stage.kafka.wait_for_count(topic, SEEDS as usize).unwrap();
    }
    stage.postgres.wait_streaming(connectors::SLOT).unwrap();
    let seed = rand::random();
    println!("takeover: seed {seed}");
    let load = Load::start(&stage.postgres, &stage.mongodb, seed).unwrap();
    stage.hand_over(java);

    let ours = stage.rig.capture(&stage.kafka).start().unwrap();
    stage.hand_over(ours);

    let java = stage.rig.connect(&stage.kafka).name("connect-again").start().unwrap();
    stage.bring_over(&java);
    let (rows, documents) = load.finish().unwrap();
    stage.check(USERS_TOPIC, &rows);
    stage.check(EVENTS_TOPIC, &documents);
}
