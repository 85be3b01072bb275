//! Signals that come through a topic: which are obeyed, and from where a start reads on.

use std::time::Duration;

use rig::process::wait;
use rig::{Extent, Kafka, Postgres, Rig, Server as _, Worker, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const ROWS: usize = 5;
const ROWS_TOPIC: &str = "told.public.users";
const SIGNALS: &str = "told-signal";

/// Fields end in this order.
struct Stage {
    worker: Worker,
    kafka: Kafka,
    postgres: Postgres,
    rig: Rig,
}

impl Stage {
    fn start(more: &[(&str, &str)]) -> Self {
        let stage = Self::prepare();
        stage.kafka.create_topic(SIGNALS, 1, &[]).unwrap();
        // asked for before anybody listens
        stage.tell(&execute("early"));
        stage.create(more);
        stage
    }

    /// Everything but the connector and the topic of signals.
    fn prepare() -> Self {
        let rig = Rig::new("signals").unwrap();
        let (postgres, kafka) =
            (rig.postgres().setting("max_prepared_transactions", "5").start().unwrap(), rig.kafka().start().unwrap());
        let rows = format!(
            "CREATE TABLE users (user_id int PRIMARY KEY, name text);
             INSERT INTO users SELECT i, 'x' FROM generate_series(1, {ROWS}) i"
        );
        postgres.sql(&rows).unwrap();
        for topic in [ROWS_TOPIC, "told.public.others", "told.notices"] {
            kafka.create_topic(topic, 1, &[]).unwrap();
        }
        let worker = rig.capture(&kafka).name("listening").property("offset.flush.interval.ms", "100").start().unwrap();
        Self { worker, kafka, postgres, rig }
    }

    fn create(&self, more: &[(&str, &str)]) {
        let mut config = connectors::postgres(&self.postgres);
        let bootstrap = self.kafka.bootstrap();
        let settings = [
            ("topic.prefix", "told"),
            ("slot.name", "told"),
            ("snapshot.mode", "no_data"),
            ("read.only", "true"),
            ("signal.enabled.channels", "kafka"),
            ("signal.kafka.bootstrap.servers", &bootstrap),
            ("signal.poll.interval.ms", "100"),
            ("incremental.snapshot.chunk.size", "2"),
            ("notification.enabled.channels", "sink"),
            ("notification.sink.topic.name", "told.notices"),
        ];
        for (key, value) in settings.iter().chain(more) {
            config = connectors::with(config, key, json!(value));
        }
        self.worker.create("told", &config).unwrap();
        self.postgres.wait_streaming("told").unwrap();
    }

    fn wait_log(&self, text: &str) {
        let log = self.rig.log_path("listening");
        let said = || Ok(std::fs::read_to_string(&log)?.contains(text).then_some(()));
        wait::until(&format!("{text:?} in the log"), PATIENCE, said).unwrap();
    }

    fn tell(&self, signal: &Value) {
        send(&self.kafka, "told", signal);
    }

    /// Waits until a signal of no other effect has been obeyed, so that everything before it has been too.
    fn wait_listening(&self) {
        let listening = || {
            let known: Vec<String> = self.snapshots();
            let id = format!("probe-{}", known.len());
            self.tell(&execute(&id));
            let done = || Ok(self.snapshots().contains(&id).then_some(()));
            Ok(wait::until("a snapshot", Duration::from_secs(2), done).ok())
        };
        wait::until("the end of a snapshot that was asked for", PATIENCE, listening).unwrap();
    }

    /// The ids of the signals whose snapshots have ended.
    fn snapshots(&self) -> Vec<String> {
        let Ok(messages) = self.kafka.read("told.notices", Extent::Present) else { return vec![] };
        let notices = messages.iter().filter_map(|message| message.json().ok());
        let ended = notices.filter(|n| n["aggregate_type"] == "Incremental Snapshot" && n["type"] == "COMPLETED");
        ended.filter_map(|notice| notice["id"].as_str().map(str::to_owned)).collect()
    }

    fn wait_snapshot(&self, id: &str) {
        let done = || Ok(self.snapshots().iter().any(|ended| ended == id).then_some(()));
        wait::until(&format!("the snapshot {id}"), PATIENCE, done).unwrap();
    }

    fn stop(&self) {
        assert_eq!(self.worker.call("PUT", "/connectors/told/stop", None).unwrap().status, 204);
        let idle = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'told' AND NOT active";
        wait::until("the end of the task", PATIENCE, || Ok(self.postgres.value(idle)?.map(drop))).unwrap();
    }

    fn resume(&self) {
        assert!(self.worker.call("PUT", "/connectors/told/resume", None).unwrap().status < 300);
        self.postgres.wait_streaming("told").unwrap();
    }
}

fn execute(id: &str) -> Value {
    json!({"id": id, "type": "execute-snapshot", "data": {"data-collections": ["public.users"], "type": "incremental"}})
}

fn send(kafka: &Kafka, key: &str, signal: &Value) {
    kafka.send(SIGNALS, Some(key.as_bytes()), Some(signal.to_string().as_bytes())).unwrap();
}

/// Without a committed position the end of the topic is where reading begins; an orderly stop commits one, a kill does not.
#[test]
fn signals_of_a_topic_are_obeyed_from_the_last_orderly_stop_on() {
    let mut stage = Stage::start(&[]);
    stage.wait_listening();
    assert!(!stage.snapshots().contains(&"early".to_owned()), "it was sent before the start");

    for (key, signal) in [("other", execute("of another")), ("told", json!({"id": "m1"})), ("told", json!([1]))] {
        send(&stage.kafka, key, &signal);
    }
    stage.kafka.send(SIGNALS, Some(b"told"), Some(b"no json")).unwrap();
    stage.kafka.send(SIGNALS, Some(b"told"), None).unwrap();
    stage.kafka.send(SIGNALS, None, Some(execute("of nobody").to_string().as_bytes())).unwrap();
    stage.tell(&execute("first"));
    stage.wait_snapshot("first");

    stage.stop();
    stage.tell(&execute("while down"));
    stage.resume();
    stage.wait_snapshot("while down");

    stage.worker.kill().unwrap();
    stage.worker.start().unwrap();
    stage.postgres.wait_streaming("told").unwrap();
    let again = || Ok((stage.snapshots().iter().filter(|id| *id == "while down").count() == 2).then_some(()));
    wait::until("the signal behind the committed position, once more", PATIENCE, again).unwrap();

    let ended = stage.snapshots();
    assert!(ended.iter().filter(|id| *id == "first").count() == 1, "{ended:?}: its position was committed");
    assert!(!ended.iter().any(|id| id.starts_with("of ")), "{ended:?}");
    stage.worker.stop().unwrap();
}

/// The beginning of the topic counts where the user wants no signal to be missed; so does every kind of signal.
#[test]
fn a_topic_can_be_read_from_its_beginning() {
    let stage = Stage::start(&[
        ("signal.kafka.consumer.offset.commit.enabled", "true"),
        ("signal.consumer.client.id", "listener"),
    ]);
    stage.wait_snapshot("early");
    stage.tell(&json!({"id": "b", "type": "execute-snapshot",
                       "data": {"data-collections": ["public.users"], "type": "blocking"}}));
    let rows = || Ok((stage.kafka.count(ROWS_TOPIC)? == 2 * ROWS).then_some(()));
    wait::until("every row twice", PATIENCE, rows).unwrap();
    stage.tell(&json!({"id": "l", "type": "log", "data": {"message": "heard at {}"}}));
    stage.wait_log("heard at {");
}

/// The log has not told of the column yet, and the chunks before had none.
#[test]
fn a_column_may_be_added_between_two_chunks() {
    let stage = Stage::start(&[("table.include.list", "public.users,public.others")]);
    stage.wait_listening();
    // while an older transaction is open and nothing is changed, no chunk goes out
    for statement in [
        "CREATE TABLE others (id int PRIMARY KEY)",
        "BEGIN; INSERT INTO others VALUES (1); PREPARE TRANSACTION 'open'",
        "INSERT INTO others VALUES (2)",
    ] {
        stage.postgres.sql(statement).unwrap();
    }
    stage.kafka.wait_for_count("told.public.others", 1).unwrap();
    let before = stage.kafka.count(ROWS_TOPIC).unwrap();
    stage.tell(&execute("altered"));
    let under_way = || {
        let notices = stage.kafka.read("told.notices", Extent::Present)?;
        let mut notices = notices.iter().filter_map(|message| message.json().ok());
        Ok(notices.any(|n| n["id"] == "altered" && n["type"] == "IN_PROGRESS").then_some(()))
    };
    wait::until("the first chunk", PATIENCE, under_way).unwrap();
    assert_eq!(stage.kafka.count(ROWS_TOPIC).unwrap(), before, "the chunk waits");
    stage.postgres.sql("ALTER TABLE users ADD COLUMN more int DEFAULT 7").unwrap();
    stage.postgres.sql("COMMIT PREPARED 'open'").unwrap();
    stage.wait_snapshot("altered");

    let records = stage.kafka.read(ROWS_TOPIC, Extent::Count(before + ROWS)).unwrap();
    let rows: Vec<Value> = records[before..].iter().map(|message| message.json().unwrap()["after"].take()).collect();
    let keys: Vec<i64> = rows.iter().filter_map(|row| row["user_id"].as_i64()).collect();
    assert_eq!(keys, [1, 2, 3, 4, 5]);
    assert!(rows[..2].iter().all(|row| row["more"].is_null()), "{rows:?}");
    assert!(rows[2..].iter().all(|row| row["more"] == 7), "{rows:?}");
}

/// Whoever waits for a topic hears the first signal that it ever holds.
#[test]
fn a_topic_may_come_later() {
    let stage = Stage::prepare();
    stage.create(&[]);
    stage.wait_log("the topic of signals is missing");
    stage.kafka.create_topic(SIGNALS, 1, &[]).unwrap();
    stage.tell(&execute("first"));
    stage.wait_snapshot("first");
}
