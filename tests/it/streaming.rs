//! Transactions that the server sends while they are open.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use rig::process::wait;
use rig::{Extent, Kafka, Postgres, Rig, Server as _, Worker, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const SESSIONS: usize = 4;
const STEPS: usize = 160;

/// A server that sends a transaction as soon as it is larger than it may be at least.
fn server(rig: &Rig) -> Postgres {
    let postgres = rig.postgres().setting("logical_decoding_work_mem", "64kB").start().unwrap();
    postgres.sql("CREATE TABLE users (id int PRIMARY KEY, filler text)").unwrap();
    postgres
}

fn config(postgres: &Postgres, name: &str, ours: &[(&str, &str)]) -> Value {
    let fixed = [("topic.prefix", name), ("slot.name", name), ("table.include.list", "public.users")];
    let pairs = fixed.iter().chain(ours);
    pairs.fold(connectors::postgres(postgres), |config, (key, value)| connectors::with(config, key, json!(value)))
}

fn topic(name: &str) -> String {
    format!("{name}.public.users")
}

/// Without what tells one connector from another, and the time at which a record was made.
fn values(kafka: &Kafka, name: &str) -> anyhow::Result<Vec<Value>> {
    let messages = kafka.read(&topic(name), Extent::Present)?;
    let value = |text: &str| -> anyhow::Result<Value> {
        let mut value: Value = serde_json::from_str(text)?;
        for key in ["ts_ms", "ts_us", "ts_ns"] {
            value[key] = Value::Null;
        }
        value["source"]["name"] = Value::Null;
        Ok(value)
    };
    messages.iter().map(|m| if m.value_text().is_empty() { Ok(Value::Null) } else { value(&m.value_text()) }).collect()
}

/// How often the server has sent a part of an open transaction.
fn parts_sent(postgres: &Postgres, slot: &str) -> u64 {
    let query = format!("SELECT stream_count FROM pg_stat_replication_slots WHERE slot_name = '{slot}'");
    postgres.value(&query).unwrap().unwrap_or_default().parse().unwrap()
}

/// Sessions whose transactions lie in one another, in rows of their own each.
fn interleave(postgres: &Postgres, random: &mut StdRng) {
    let mut sessions: Vec<_> = (0..SESSIONS).map(|_| (postgres.client().unwrap(), false, 0)).collect();
    for _ in 0..STEPS {
        let chosen = random.random_range(0..SESSIONS);
        let (client, is_open, next) = &mut sessions[chosen];
        let first = chosen * 1_000_000 + *next;
        let count = random.random_range(1..600);
        let rows =
            format!("INSERT INTO users SELECT i, repeat('x', 90) FROM generate_series({first}, {}) i;", first + count);
        let changed = format!(
            "UPDATE users SET filler = repeat('y', 50) WHERE id BETWEEN {} AND {first};",
            first.saturating_sub(70)
        );
        let (statement, opens) = match (random.random_range(0..10), *is_open) {
            (0..2, false) => (rows, false),
            (_, false) => (format!("BEGIN; {rows}"), true),
            (0..4, true) => (format!("{rows} {changed}"), true),
            (4..6, true) => (format!("SAVEPOINT s; {changed} {rows} ROLLBACK TO s; {changed}"), true),
            (6, true) => (format!("SAVEPOINT s; {rows} RELEASE s"), true),
            (7, true) => ("ROLLBACK".to_owned(), false),
            (_, true) => (format!("{changed} COMMIT"), false),
        };
        client.batch_execute(&statement).unwrap();
        *is_open = opens;
        *next += count + 1;
    }
    for (client, ..) in &mut sessions {
        client.batch_execute("COMMIT").unwrap();
    }
    postgres.sql("INSERT INTO users VALUES (-1, 'the last one')").unwrap();
}

#[test]
fn open_transactions_give_the_records_that_they_give_without_streaming() {
    let rig = Rig::new("streaming").unwrap();
    let postgres = server(&rig);
    let kafka = rig.kafka().start().unwrap();
    let mut worker = rig.capture(&kafka).start().unwrap();
    let ways: [(&str, &[(&str, &str)]); 3] = [
        ("plain", &[]),
        ("memory", &[("slot.streaming.enabled", "true")]),
        ("file", &[("slot.streaming.enabled", "true"), ("slot.streaming.memory.bytes", "30000")]),
    ];
    for (name, ours) in ways {
        worker.create(name, &config(&postgres, name, ours)).unwrap();
        postgres.wait_streaming(name).unwrap();
    }
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    println!("streaming: seed {seed}");
    interleave(&postgres, &mut StdRng::seed_from_u64(seed));
    let seen = |name: &str| {
        let all = wait::until("the last row", PATIENCE, || {
            let values = values(&kafka, name)?;
            let is_whole = values.last().is_some_and(|value| value["after"]["id"] == -1);
            Ok(is_whole.then_some(values))
        });
        all.unwrap()
    };
    let plain = seen("plain");
    for name in ["memory", "file"] {
        let ours = seen(name);
        let different = plain.iter().zip(&ours).find(|(plain, ours)| plain != ours);
        assert!(different.is_none(), "seed {seed}, {name}: {different:?}");
        assert_eq!(plain.len(), ours.len(), "seed {seed}, {name}");
        println!("streaming: {} records equal, {} parts sent for {name}", ours.len(), parts_sent(&postgres, name));
        assert!(parts_sent(&postgres, name) > 0);
    }
    assert_eq!(parts_sent(&postgres, "plain"), 0);
    worker.stop().unwrap();
}

fn ids(kafka: &Kafka, name: &str) -> anyhow::Result<Vec<i64>> {
    Ok(values(kafka, name)?.iter().filter_map(|value| value["after"]["id"].as_i64()).collect())
}

/// The slot is moved on while the transaction is open, and so beyond its first changes.
fn kill_in_a_transaction(name: &str, ours: &[(&str, &str)]) {
    const ROWS: i64 = 300_000;
    let rig = Rig::new(name).unwrap();
    let postgres = server(&rig);
    let kafka = rig.kafka().start().unwrap();
    let mut worker = rig.capture(&kafka).property("offset.flush.interval.ms", "50").start().unwrap();
    worker.create(name, &config(&postgres, name, ours)).unwrap();
    postgres.wait_streaming(name).unwrap();
    let mut session = postgres.client().unwrap();
    let rows = format!("BEGIN; INSERT INTO users SELECT i, repeat('x', 50) FROM generate_series(1, {ROWS}) i");
    session.batch_execute(&rows).unwrap();
    let written = postgres.value("SELECT pg_current_wal_insert_lsn()").unwrap().unwrap();
    let is_passed =
        format!("SELECT confirmed_flush_lsn >= '{written}' FROM pg_replication_slots WHERE slot_name = '{name}'");
    wait::until("that the slot has passed the rows", PATIENCE, || {
        // something for the server to tell of
        postgres.sql("SELECT pg_log_standby_snapshot()").or_else(|_| postgres.sql("CHECKPOINT"))?;
        Ok((postgres.value(&is_passed)?.as_deref() == Some("t")).then_some(()))
    })
    .unwrap();
    session.batch_execute("COMMIT").unwrap();
    wait::until("some rows in Kafka", PATIENCE, || Ok(kafka.count(&topic(name)).is_ok_and(|n| n > 5000).then_some(())))
        .unwrap();
    worker.kill().unwrap();
    let cut = kafka.count(&topic(name)).unwrap();
    assert!((cut as i64) < ROWS, "all rows were there before the kill");
    worker.start().unwrap();
    let all = wait::until("every row", PATIENCE, || {
        let count = kafka.count(&topic(name))?;
        let ids = if count as i64 >= ROWS { ids(&kafka, name)? } else { vec![] };
        let different: BTreeSet<i64> = ids.iter().copied().collect();
        Ok((different.len() as i64 == ROWS).then_some(ids))
    });
    let all = all.unwrap();
    println!("{name}: killed after {cut} rows, {} of {ROWS} went out twice", all.len() as i64 - ROWS);
    // whatever goes out twice goes out in order, from one place behind the start on
    let falls = all.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
    assert!(falls <= 1 && (all.len() as i64) < ROWS + cut as i64, "{falls} falls, {} records", all.len());
    worker.stop().unwrap();
}

#[test]
fn a_kill_while_a_kept_transaction_goes_out_loses_nothing() {
    let ours = [("slot.streaming.enabled", "true"), ("slot.streaming.memory.bytes", "100000")];
    kill_in_a_transaction("kept", &ours);
}

#[test]
fn a_kill_while_a_long_transaction_goes_out_loses_nothing() {
    kill_in_a_transaction("long", &[]);
}

fn trace(worker: &Worker) -> String {
    let failed = wait::until("that the task fails", PATIENCE, || {
        let task = worker.status("bounded")?["tasks"][0].clone();
        Ok((task["state"] == "FAILED").then(|| task["trace"].as_str().unwrap_or_default().to_owned()))
    });
    failed.unwrap()
}

#[test]
fn a_transaction_beyond_the_bound_stops_the_task_and_comes_later() {
    let rig = Rig::new("bounded").unwrap();
    let postgres = server(&rig);
    let kafka = rig.kafka().start().unwrap();
    let mut worker = rig.capture(&kafka).start().unwrap();
    let bounds = |spill| {
        let memory = ("slot.streaming.memory.bytes", "100000");
        config(
            &postgres,
            "bounded",
            &[("slot.streaming.enabled", "true"), memory, ("slot.streaming.spill.bytes", spill)],
        )
    };
    worker.create("bounded", &bounds("500000")).unwrap();
    postgres.wait_streaming("bounded").unwrap();
    postgres.sql("INSERT INTO users SELECT i, repeat('x', 50) FROM generate_series(1, 30000) i").unwrap();
    let trace = trace(&worker);
    assert!(trace.contains("more than slot.streaming.spill.bytes, 500000") && trace.contains("remedy: "), "{trace}");
    assert_eq!(kafka.count(&topic("bounded")).unwrap_or(0), 0);
    worker.update("bounded", &bounds("100000000")).unwrap();
    kafka.wait_for_count(&topic("bounded"), 30_000).unwrap();
    assert_eq!(ids(&kafka, "bounded").unwrap(), (1..=30_000).collect::<Vec<i64>>());
    worker.stop().unwrap();
}
