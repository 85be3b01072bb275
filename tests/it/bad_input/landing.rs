//! The sink and gold: a ClickHouse that is down or read-only, records that are not ours, keys that nobody knows.

use rig::connectors::{EVENTS_TOPIC, USERS_TOPIC};
use rig::process::{Launch, wait};
use rig::{Clickhouse, Kafka, Rig, Server as _, landing};

use super::{PATIENCE, assert_says};

const USER: &str = r#"{"before":null,"after":{"user_id":1,"full_name":"Alice","email":"a@example.com","created_at":0,"updated_at":0},"source":{"version":"2.7.0.Final","connector":"postgresql","name":"postgres","ts_ms":1,"snapshot":"false","db":"postgres","sequence":"[null,\"1\"]","ts_us":1,"ts_ns":1,"schema":"public","table":"users","txId":1,"lsn":1,"xmin":null},"transaction":null,"op":"c","ts_ms":1,"ts_us":1,"ts_ns":1}"#;

fn program(rig: &Rig, name: &str, command: &str, config: &str) -> Launch {
    let file = rig.folder().join(format!("{name}.toml"));
    std::fs::write(&file, config).unwrap();
    rig.program(name).unwrap().argument(command).argument("--config").argument(file)
}

/// A broker with both topics, one user in them.
fn kafka(rig: &Rig) -> Kafka {
    let kafka = rig.kafka().start().unwrap();
    for topic in [USERS_TOPIC, EVENTS_TOPIC] {
        kafka.create_topic(topic, 1, &[]).unwrap();
    }
    kafka.send(USERS_TOPIC, Some(br#"{"user_id":1}"#), Some(USER.as_bytes())).unwrap();
    kafka
}

fn second_user() -> String {
    USER.replace("\"user_id\":1", "\"user_id\":2").replace("\"lsn\":1", "\"lsn\":2")
}

fn wait_landed(clickhouse: &Clickhouse, users: &str) {
    wait::until("landing of the users", PATIENCE, || {
        let count = clickhouse.query("SELECT count() FROM users_silver FINAL").ok();
        Ok((count.as_deref().map(str::trim) == Some(users)).then_some(()))
    })
    .unwrap();
}

#[test]
fn a_clickhouse_that_is_down_is_tried_again_and_nothing_is_lost() {
    let rig = Rig::new("bad-clickhouse-down").unwrap();
    let kafka = kafka(&rig);
    let mut clickhouse = rig.clickhouse().start().unwrap();
    clickhouse.stop().unwrap();
    let mut sink = landing::sink(&rig, &kafka, &clickhouse).unwrap().start().unwrap();
    sink.wait_log("retrying", PATIENCE).unwrap();
    assert_says("sink", &sink.log().unwrap(), &["connection to clickhouse", &clickhouse.url()]);
    clickhouse.start().unwrap();
    wait_landed(&clickhouse, "1");

    clickhouse.kill().unwrap();
    kafka.send(USERS_TOPIC, Some(br#"{"user_id":2}"#), Some(second_user().as_bytes())).unwrap();
    let retried = || Ok((sink.log()?.matches("retrying").count() > 1).then_some(()));
    wait::until("another attempt", PATIENCE, retried).unwrap();
    clickhouse.start().unwrap();
    wait_landed(&clickhouse, "2");
    sink.stop(PATIENCE).unwrap();
}

#[test]
fn a_broker_that_is_down_or_goes_away_is_waited_for() {
    let rig = Rig::new("bad-sink-broker").unwrap();
    let mut kafka = kafka(&rig);
    kafka.stop().unwrap();
    let clickhouse = rig.clickhouse().start().unwrap();
    let mut sink = landing::sink(&rig, &kafka, &clickhouse).unwrap().start().unwrap();
    sink.wait_log("no kafka broker answers at kafka.bootstrap_servers, waiting", PATIENCE).unwrap();
    kafka.start().unwrap();
    wait_landed(&clickhouse, "1");

    kafka.kill().unwrap();
    kafka.start().unwrap();
    kafka.send(USERS_TOPIC, Some(br#"{"user_id":2}"#), Some(second_user().as_bytes())).unwrap();
    wait_landed(&clickhouse, "2");
    sink.stop(PATIENCE).unwrap();
}

/// The first one to be shut out joins anew, since that may have been an accident; with a rival that shuts one of them out again.
#[test]
fn of_two_sinks_of_one_name_one_ends_with_the_remedy_and_the_other_lands() {
    let rig = Rig::new("bad-sink-twice").unwrap();
    let (kafka, clickhouse) = (kafka(&rig), rig.clickhouse().start().unwrap());
    let start = |log: &str| landing::sink(&rig, &kafka, &clickhouse).unwrap().log_as(log).start().unwrap();
    let mut first = start("first");
    wait_landed(&clickhouse, "1");
    let mut second = start("second");
    let ended = wait::until("one of the sinks ends", PATIENCE, || {
        Ok(if first.ended()?.is_some() { Some(true) } else { second.ended()?.map(|_| false) })
    });
    let (mut loser, mut winner) = if ended.unwrap() { (first, second) } else { (second, first) };
    assert_eq!(loser.wait(PATIENCE).unwrap().code(), Some(1));
    assert_says("sink", &loser.log().unwrap(), &["joining it anew", "kafka.instance_id", "a name of its own"]);
    kafka.send(USERS_TOPIC, Some(br#"{"user_id":2}"#), Some(second_user().as_bytes())).unwrap();
    wait_landed(&clickhouse, "2");
    winner.stop(PATIENCE).unwrap();
}

#[test]
fn a_clickhouse_that_is_read_only_ends_the_sink_with_the_remedy() {
    let rig = Rig::new("bad-clickhouse-readonly").unwrap();
    let kafka = kafka(&rig);
    let clickhouse = rig.clickhouse().read_only().start().unwrap();
    let outcome = landing::sink(&rig, &kafka, &clickhouse).unwrap().outcome(PATIENCE).unwrap();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.output);
    assert_says("read-only", &outcome.output, &["clickhouse refuses", "remedy: ", "clickhouse.user", "readonly"]);
}

#[test]
fn a_record_that_is_not_ours_ends_the_sink_and_names_its_place() {
    let rig = Rig::new("bad-record").unwrap();
    let kafka = kafka(&rig);
    kafka.send(USERS_TOPIC, Some(b"k"), Some(br#"{"order":17}"#)).unwrap();
    let clickhouse = rig.clickhouse().start().unwrap();
    let outcome = landing::sink(&rig, &kafka, &clickhouse).unwrap().outcome(PATIENCE).unwrap();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.output);
    assert_says("foreign record", &outcome.output, &["postgres.public.users/0/1", "remedy: ", "policy.skip"]);
    // what stood before it has landed
    wait_landed(&clickhouse, "1");
}

#[test]
fn keys_that_nobody_knows_are_refused_before_anything_is_opened() {
    let rig = Rig::new("bad-landing-keys").unwrap();
    let sink = "[kafka]\nbootstrap_servers = \"b:9092\"\n[clickhouse]\nurl = \"http://c:8123\"\n[batch]\nmax_row = 1\n";
    let outcome = program(&rig, "sink", "run", sink).outcome(PATIENCE).unwrap();
    assert_eq!(outcome.status.code(), Some(2), "{}", outcome.output);
    assert_says("sink", &outcome.output, &["max_row", "line 6", "remedy: "]);
    let outcome = program(&rig, "sink", "run", &sink[..sink.len() / 2]).outcome(PATIENCE).unwrap();
    assert_eq!(outcome.status.code(), Some(2), "{}", outcome.output);
    assert_says("cut", &outcome.output, &["line 3", "remedy: "]);
    let gold = "[clickhouse]\nurl = \"http://c:8123\"\npasword = \"x\"\n";
    let outcome = program(&rig, "gold", "run", gold).arguments(["--date", "2026-01-31"]).outcome(PATIENCE).unwrap();
    assert_eq!(outcome.status.code(), Some(2), "{}", outcome.output);
    assert_says("gold", &outcome.output, &["pasword", "line 3", "gold.example.toml"]);
}

#[test]
fn gold_says_that_clickhouse_is_down_and_may_be_tried_again() {
    let rig = Rig::new("bad-gold").unwrap();
    let mut clickhouse = rig.clickhouse().start().unwrap();
    let run = landing::gold(&rig, &clickhouse, "2026-01-31").unwrap();
    let outcome = run.clone().outcome(PATIENCE).unwrap();
    assert!(!outcome.status.success());
    assert_says("no tables", &outcome.output, &["silver"]);
    clickhouse.stop().unwrap();
    let outcome = run.outcome(PATIENCE).unwrap();
    assert_eq!(outcome.status.code(), Some(75), "{}", outcome.output);
    assert_says("down", &outcome.output, &[&clickhouse.url()]);
}
