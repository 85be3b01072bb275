//! Snapshots by several connections, and on from where they broke off.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rig::process::wait;
use rig::{Extent, Kafka, Postgres, Rig, Server as _, connectors};
use serde_json::{Value, json};

const OFFSETS: &str = "connect-cluster-offsets";
const PATIENCE: Duration = Duration::from_secs(60);
/// In the order in which they are read: with no key, with one of one column, and with one of two of which the first is a text.
const TABLES: [(&str, usize); 3] = [("none", 20_000), ("one", 60_000), ("two", 150_000)];

fn topic(table: &str) -> String {
    format!("parts.public.{table}")
}

fn fill(postgres: &Postgres) {
    let keys = ["", ", PRIMARY KEY (id)", ", PRIMARY KEY (part, id)"];
    for ((table, rows), key) in TABLES.into_iter().zip(keys) {
        postgres
            .sql(&format!(
                "CREATE TABLE {table} (id int NOT NULL, part varchar(9) NOT NULL, filler text{key});
                 ALTER TABLE {table} REPLICA IDENTITY FULL;
                 INSERT INTO {table} SELECT i, 'g' || i % 7, repeat('x', 1000) FROM generate_series(1, {rows}) i"
            ))
            .unwrap();
    }
}

fn config(postgres: &Postgres, ours: &[(&str, &str)]) -> Value {
    let fixed = [("topic.prefix", "parts"), ("slot.name", "parts"), ("table.include.list", "public.*")];
    let pairs = fixed.iter().chain(ours);
    pairs.fold(connectors::postgres(postgres), |config, (key, value)| connectors::with(config, key, json!(value)))
}

/// What the stored offset says is left of the snapshot.
fn left(kafka: &Kafka) -> anyhow::Result<Value> {
    let stored = kafka.read(OFFSETS, Extent::Present)?;
    let Some(last) = stored.last() else { return Ok(Value::Null) };
    let state = last.json()?["tailrace_snapshot_unfinished"].as_str().map(serde_json::from_str);
    Ok(state.transpose()?.unwrap_or_default())
}

/// The values of a table's topic.
fn values(kafka: &Kafka, table: &str) -> anyhow::Result<Vec<Value>> {
    let messages = kafka.read(&topic(table), Extent::Present)?;
    messages.iter().filter(|m| !m.value_text().is_empty()).map(|m| m.json()).collect()
}

/// The rows that a consumer holds that takes each change as it comes.
fn folded(values: &[Value]) -> BTreeMap<i64, String> {
    let mut rows = BTreeMap::new();
    for value in values {
        let id = |image: &str| value[image]["id"].as_i64();
        if let Some(gone) = id("before") {
            rows.remove(&gone);
        }
        if let Some(id) = id("after") {
            rows.insert(id, value["after"]["filler"].as_str().unwrap_or_default().to_owned());
        }
    }
    rows
}

/// What a table holds, as a consumer is to see it.
fn rows_of(postgres: &Postgres, table: &str) -> BTreeMap<i64, String> {
    let rows = postgres.sql(&format!("SELECT id, filler FROM {table}")).unwrap();
    rows.into_iter().map(|row| (row[0].clone().unwrap().parse().unwrap(), row[1].clone().unwrap())).collect()
}

#[test]
fn several_connections_read_each_row_once() {
    let rig = Rig::new("parts").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    fill(&postgres);
    let mut worker = rig.capture(&kafka).start().unwrap();
    let ours = [("snapshot.max.threads", "3"), ("snapshot.range.rows", "7000")];
    worker.create("parts", &config(&postgres, &ours)).unwrap();
    for (table, rows) in TABLES {
        kafka.wait_for_count(&topic(table), rows).unwrap();
    }
    postgres.wait_streaming("parts").unwrap();
    let mut marks: BTreeMap<String, usize> = BTreeMap::new();
    for (table, rows) in TABLES {
        let values = values(&kafka, table).unwrap();
        let ids: BTreeSet<i64> = values.iter().filter_map(|value| value["after"]["id"].as_i64()).collect();
        assert_eq!((values.len(), ids.len()), (rows, rows), "{table}");
        let follows =
            |pair: &[Value]| pair[1]["after"]["id"].as_i64() == pair[0]["after"]["id"].as_i64().map(|id| id + 1);
        assert_eq!(values.windows(2).all(follows), table == "none", "{table}");
        for value in &values {
            *marks.entry(value["source"]["snapshot"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    println!("parts: {marks:?}");
    assert_eq!((marks["first"], marks["last"], marks["last_in_data_collection"]), (1, 1, 2));
    worker.stop().unwrap();
}

/// Rows that have gone out and are deleted before the second view is taken: only the log tells of them. No offset is stored in
/// between but the first.
#[test]
fn a_snapshot_that_begins_anew_tells_what_was_deleted_meanwhile() {
    let rig = Rig::new("anew").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    fill(&postgres);
    let mut worker = rig.capture(&kafka).property("offset.flush.interval.ms", "3600000").start().unwrap();
    worker.create("parts", &config(&postgres, &[])).unwrap();
    wait::until("some rows in Kafka", PATIENCE, || {
        Ok(kafka.count(&topic("one")).is_ok_and(|rows| rows > 0).then_some(()))
    })
    .unwrap();
    worker.kill().unwrap();
    let cut = kafka.count(&topic("two")).unwrap_or(0);
    assert!(cut < TABLES[2].1, "the snapshot was over before the kill");
    for (table, _) in TABLES {
        postgres
            .sql(&format!("DELETE FROM {table} WHERE id % 3 = 0; UPDATE {table} SET filler = 'new' WHERE id % 5 = 0"))
            .unwrap();
    }
    worker.start().unwrap();
    postgres.wait_streaming("parts").unwrap();
    for (table, _) in TABLES {
        let expected = rows_of(&postgres, table);
        let seen = wait::until("the rows of the table", PATIENCE, || {
            Ok((folded(&values(&kafka, table)?) == expected).then_some(()))
        });
        let stale = folded(&values(&kafka, table).unwrap()).len().saturating_sub(expected.len());
        assert!(seen.is_ok(), "{table}: {seen:?}, {stale} rows too many");
    }
    worker.stop().unwrap();
}

/// A worker that is killed in a snapshot goes on with what it has not read, though the tables have changed meanwhile.
#[test]
fn a_snapshot_goes_on_where_it_was_killed() {
    let rig = Rig::new("resume").unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    fill(&postgres);
    let mut worker = rig.capture(&kafka).property("offset.flush.interval.ms", "50").start().unwrap();
    let ours = [("snapshot.resume", "true"), ("snapshot.range.rows", "2000"), ("snapshot.max.threads", "2")];
    worker.create("parts", &config(&postgres, &ours)).unwrap();
    // when the first table is read, and when the second is and the third is not
    for read in ["public.none", "public.one"] {
        let left = wait::until("that a table is read and stored as such", PATIENCE, || {
            let left = left(&kafka)?;
            Ok((left[read] == json!({})).then_some(left))
        });
        worker.kill().unwrap();
        println!("resume: killed with {} to do", left.unwrap());
        for (table, _) in TABLES {
            postgres
                .sql(&format!(
                    "UPDATE {table} SET filler = filler || '!' WHERE id % 10 = 0;
                     DELETE FROM {table} WHERE id % 100 = 3;
                     UPDATE {table} SET id = id + 1000000 WHERE id % 1000 = 7 AND id < 1000000;
                     INSERT INTO {table} SELECT max(id) + 1, 'g1', 'new' FROM {table}"
                ))
                .unwrap();
        }
        worker.start().unwrap();
    }
    postgres.wait_streaming("parts").unwrap();
    for (table, rows) in TABLES {
        let expected = rows_of(&postgres, table);
        let seen = wait::until("the rows of the table", PATIENCE, || {
            Ok((folded(&values(&kafka, table)?) == expected).then_some(()))
        });
        let values = values(&kafka, table).unwrap();
        let readings = values.iter().filter(|value| value["op"] == "r").count();
        println!("resume: {table} has {} rows, {readings} readings", expected.len());
        assert!(seen.is_ok(), "{table}: {seen:?}");
        // no part that was stored as read was read again
        assert!(table != "none" || readings == rows, "{table} was read anew");
        assert!(readings < rows * 3 / 2, "{table} was read anew: {readings} readings");
    }
    worker.stop().unwrap();
}
