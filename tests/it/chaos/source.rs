//! What the source databases hold, in the lines that the tables derived from them must give.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc};
use rig::{Mongodb, Postgres};

pub fn users(postgres: &Postgres) -> Vec<String> {
    let query = "SELECT user_id, full_name, email, floor(extract(epoch FROM updated_at))::bigint \
                 FROM users ORDER BY user_id";
    postgres.sql(query).unwrap().into_iter().map(|row| cells(&row).join("\t")).collect()
}

fn cells(row: &[Option<String>]) -> Vec<String> {
    row.iter().map(|cell| cell.clone().unwrap_or_default()).collect()
}

pub fn events(mongodb: &Mongodb) -> Vec<String> {
    let line = |event: &Document| {
        let key = event.get_document("metadata").unwrap().get_i32("key").unwrap();
        let seconds = event.get_datetime("ts").unwrap().timestamp_millis() / 1_000;
        let (id, user) = (event.get_i32("_id").unwrap(), event.get_i32("user_id").unwrap());
        format!("{id}\t{user}\t{}\t{seconds}\t{{\"key\": {key}}}", event.get_str("event_type").unwrap())
    };
    documents(mongodb).iter().map(line).collect()
}

/// By day, the lines of `gold_user_activity`: events counted by user and kind, for users that are there.
pub fn activity(postgres: &Postgres, mongodb: &Mongodb) -> BTreeMap<String, Vec<String>> {
    let rows = postgres.sql("SELECT user_id, full_name, email FROM users").unwrap();
    let user = |row: &Vec<Option<String>>| (cells(row)[0].parse::<i32>().unwrap(), cells(row)[1..].join("\t"));
    let users: BTreeMap<i32, String> = rows.iter().map(user).collect();
    let mut counts: BTreeMap<(String, i32, String), u64> = BTreeMap::new();
    for event in documents(mongodb) {
        let day = event.get_datetime("ts").unwrap().try_to_rfc3339_string().unwrap()[..10].to_owned();
        let kind = event.get_str("event_type").unwrap().to_owned();
        *counts.entry((day, event.get_i32("user_id").unwrap(), kind)).or_default() += 1;
    }
    let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((day, user, kind), count) in counts {
        let lines = days.entry(day).or_default();
        lines.extend(users.get(&user).map(|columns| format!("{user}\t{columns}\t{kind}\t{count}")));
    }
    days
}

fn documents(mongodb: &Mongodb) -> Vec<Document> {
    let find = doc! {"find": "events", "sort": {"_id": 1}, "batchSize": 1_000_000};
    let mut answer = mongodb.command("commerce", find).unwrap();
    let cursor = answer.get_document_mut("cursor").unwrap();
    assert_eq!(cursor.get_i64("id").unwrap(), 0, "more documents than one answer holds");
    let batch = cursor.remove("firstBatch").unwrap();
    let Bson::Array(batch) = batch else { panic!("no batch: {batch}") };
    batch.into_iter().map(|document| document.as_document().unwrap().clone()).collect()
}
