//! A write load on both databases, with a ledger of what they acknowledged.
//!
//! Every write carries a mark of its own (`mark-17`), so that a topic can be searched for each single one. The load goes
//! on while its databases restart: a write whose outcome is unknown is not in the ledger, and its key is not used again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use bson::{Document, doc};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::{Message, Mongodb, Postgres, blocking};

/// Writes of one transaction or command.
const BATCH: i32 = 10;
/// Between two batches: a load, not a stress test.
const PACE: Duration = Duration::from_millis(20);
const TABLE: &str = "CREATE TABLE users (user_id serial PRIMARY KEY, full_name varchar(100), \
    email varchar(100) UNIQUE, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now())";

/// What the database has acknowledged.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Keys that were inserted and are still there, or were deleted later.
    pub inserted: BTreeSet<String>,
    /// The mark of each insert and update.
    pub marks: BTreeSet<String>,
    pub deleted: BTreeSet<String>,
}

/// What a topic holds of it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub ledger: Ledger,
    /// Records without tombstones.
    pub records: usize,
    /// Records that a snapshot made.
    pub snapshot: usize,
    /// Records of a change that an earlier one had already told.
    pub repeated: usize,
}

/// Two threads that write until they are told to stop, or until this value is dropped.
#[derive(Debug)]
pub struct Load {
    stop: Stop,
    rows: Writer,
    documents: Writer,
}

/// Tells the threads to stop when it is dropped.
#[derive(Debug, Default)]
struct Stop {
    wanted: Arc<AtomicBool>,
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.wanted.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Writer {
    written: Arc<AtomicUsize>,
    thread: JoinHandle<Ledger>,
}

/// Creates the users' table.
pub fn prepare(postgres: &Postgres) -> Result<()> {
    postgres.sql(TABLE).map(drop)
}

/// So many rows and documents that nothing changes afterwards, for a snapshot to find.
pub fn seed(postgres: &Postgres, mongodb: &Mongodb, count: i32) -> Result<()> {
    let rows = format!(
        "INSERT INTO users SELECT -id, 'seed ' || id, 'seed' || id || '@example.com' FROM generate_series(1, {count}) id"
    );
    postgres.sql(&rows)?;
    mongodb.insert("commerce", "events", (1..=count).map(|id| event(-id, "seed")).collect())
}

impl Load {
    pub fn start(postgres: &Postgres, mongodb: &Mongodb, seed: u64) -> Result<Self> {
        let stop = Stop::default();
        let rows = Rows { url: postgres.url(), client: None };
        let documents = Documents { client: mongodb.client()? };
        Ok(Self {
            rows: Writer::start("load-rows", rows, seed, &stop.wanted),
            documents: Writer::start("load-documents", documents, seed, &stop.wanted),
            stop,
        })
    }

    /// How many rows and documents were written so far.
    pub fn written(&self) -> (usize, usize) {
        (self.rows.written.load(Ordering::Relaxed), self.documents.written.load(Ordering::Relaxed))
    }

    /// Ends the load: what PostgreSQL and what MongoDB acknowledged.
    pub fn finish(self) -> Result<(Ledger, Ledger)> {
        drop(self.stop);
        let joined = |writer: Writer| writer.thread.join().map_err(|_| anyhow!("a thread of the load panicked"));
        Ok((joined(self.rows)?, joined(self.documents)?))
    }
}

impl Writer {
    fn start(name: &str, mut target: impl Target, seed: u64, stop: &Arc<AtomicBool>) -> Self {
        let written = Arc::new(AtomicUsize::new(0));
        let (counter, stop) = (Arc::clone(&written), Arc::clone(stop));
        let body = move || {
            let mut plan = Plan::new(seed);
            while !stop.load(Ordering::Relaxed) {
                let batch = plan.next();
                match target.write(&batch) {
                    Ok(()) => drop(counter.fetch_add(plan.acknowledged(batch), Ordering::Relaxed)),
                    // its database may be down on purpose; the ledger says nothing of such a batch
                    Err(_) => plan.unknown(&batch),
                }
                std::thread::sleep(PACE);
            }
            plan.ledger
        };
        let thread = std::thread::Builder::new().name(name.into()).spawn(body).expect("a thread can be started");
        Self { written, thread }
    }
}

/// One transaction: an update of an earlier key, sometimes a delete, and new keys.
#[derive(Debug)]
struct Batch {
    inserts: Vec<(i32, String)>,
    update: Option<(i32, String)>,
    delete: Option<i32>,
}

/// Chooses what is written, and keeps the ledger.
struct Plan {
    random: StdRng,
    next_key: i32,
    next_mark: u64,
    /// Keys that may be changed.
    alive: Vec<i32>,
    ledger: Ledger,
}

impl Plan {
    fn new(seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self { random, next_key: 1, next_mark: 1, alive: Vec::new(), ledger: Ledger::default() }
    }

    fn next(&mut self) -> Batch {
        let first = self.next_key;
        self.next_key += BATCH;
        let inserts = (first..self.next_key).map(|key| (key, self.mark())).collect();
        let update = self.any_key().map(|key| (key, self.mark()));
        let delete = if self.random.random_bool(0.3) { self.any_key() } else { None };
        let delete = delete.filter(|key| update.as_ref().is_none_or(|(updated, _)| updated != key));
        Batch { inserts, update, delete }
    }

    fn mark(&mut self) -> String {
        self.next_mark += 1;
        format!("mark-{}", self.next_mark)
    }

    fn any_key(&mut self) -> Option<i32> {
        (!self.alive.is_empty()).then(|| self.alive[self.random.random_range(0..self.alive.len())])
    }

    /// Gives the number of its changes.
    fn acknowledged(&mut self, batch: Batch) -> usize {
        let changes = batch.inserts.len() + usize::from(batch.update.is_some()) + usize::from(batch.delete.is_some());
        for (key, mark) in batch.inserts {
            self.alive.push(key);
            self.ledger.inserted.insert(key.to_string());
            self.ledger.marks.insert(mark);
        }
        self.ledger.marks.extend(batch.update.map(|(_, mark)| mark));
        if let Some(key) = batch.delete {
            self.alive.retain(|alive| *alive != key);
            self.ledger.deleted.insert(key.to_string());
        }
        changes
    }

    /// The batch may have been written or not; its delete must not be followed by an update.
    fn unknown(&mut self, batch: &Batch) {
        self.alive.retain(|alive| Some(*alive) != batch.delete);
    }
}

trait Target: Send + 'static {
    fn write(&mut self, batch: &Batch) -> Result<()>;
}

struct Rows {
    url: String,
    client: Option<postgres::Client>,
}

impl Target for Rows {
    fn write(&mut self, batch: &Batch) -> Result<()> {
        let mut client = match self.client.take() {
            Some(client) => client,
            None => postgres::Client::connect(&self.url, postgres::NoTls).context("cannot connect")?,
        };
        let rows = batch.inserts.iter().map(|(key, mark)| format!("({key}, '{mark}', 'user{key}@example.com')"));
        let rows = rows.collect::<Vec<_>>().join(", ");
        let mut statements = format!("BEGIN; INSERT INTO users (user_id, full_name, email) VALUES {rows};");
        if let Some((key, mark)) = &batch.update {
            statements.push_str(&format!(
                "UPDATE users SET full_name = '{mark}', updated_at = clock_timestamp() WHERE user_id = {key};"
            ));
        }
        if let Some(key) = batch.delete {
            statements.push_str(&format!("DELETE FROM users WHERE user_id = {key};"));
        }
        client.batch_execute(&format!("{statements} COMMIT;"))?;
        // after a failure the next batch gets a connection of its own
        self.client = Some(client);
        Ok(())
    }
}

struct Documents {
    client: mongodb::Client,
}

impl Target for Documents {
    fn write(&mut self, batch: &Batch) -> Result<()> {
        let documents: Vec<Document> = batch.inserts.iter().map(|(key, mark)| event(*key, mark)).collect();
        self.command(doc! {"insert": "events", "documents": documents})?;
        if let Some((key, mark)) = &batch.update {
            let change = doc! {"q": {"_id": key}, "u": {"$set": {"event_type": mark}}};
            self.command(doc! {"update": "events", "updates": [change]})?;
        }
        if let Some(key) = batch.delete {
            self.command(doc! {"delete": "events", "deletes": [{"q": {"_id": key}, "limit": 1}]})?;
        }
        Ok(())
    }
}

impl Documents {
    fn command(&self, mut command: Document) -> Result<()> {
        command.insert("writeConcern", doc! {"w": "majority", "wtimeout": 5_000});
        let database = self.client.database("commerce");
        let answer = blocking::wait(async move { database.run_command(command).await })?;
        anyhow::ensure!(answer.get_array("writeErrors").is_err(), "a write was refused");
        anyhow::ensure!(answer.get_document("writeConcernError").is_err(), "a write is not durable");
        Ok(())
    }
}

/// One document; the users take turns.
fn event(key: i32, mark: &str) -> Document {
    let metadata = doc! {"key": key};
    doc! {
        "_id": key, "user_id": key % 100, "event_type": mark, "ts": bson::DateTime::now(), "metadata": metadata,
    }
}

impl Seen {
    /// Reads what records tell of the ledger, whichever engine wrote them.
    pub fn of(messages: &[Message]) -> Result<Self> {
        let mut seen = Self::default();
        let mut changes = BTreeSet::new();
        for message in messages.iter().filter(|message| message.value.is_some()) {
            let record = message.json()?;
            let (op, source) = (record["op"].as_str().unwrap_or_default(), &record["source"]);
            let key = key(message)?;
            seen.records += 1;
            match op {
                "r" => seen.snapshot += 1,
                "d" => drop(seen.ledger.deleted.insert(key.clone())),
                _ => {}
            }
            if matches!(op, "r" | "c") {
                seen.ledger.inserted.insert(key.clone());
            }
            seen.ledger.marks.extend(marks(&message.value_text()));
            let change = format!("{op} {key} {} {} {}", source["lsn"], source["ts_ms"], source["ord"]);
            if op != "r" && !changes.insert(change) {
                seen.repeated += 1;
            }
        }
        Ok(seen)
    }

    /// Keys and marks of the ledger that no record tells of.
    pub fn missing(&self, ledger: &Ledger) -> Vec<String> {
        let missing = |what: &str, wanted: &BTreeSet<String>, found: &BTreeSet<String>| {
            wanted.difference(found).map(|name| format!("{what} {name}")).collect::<Vec<_>>()
        };
        let mut all = missing("insert of", &ledger.inserted, &self.ledger.inserted);
        all.extend(missing("change", &ledger.marks, &self.ledger.marks));
        all.extend(missing("delete of", &ledger.deleted, &self.ledger.deleted));
        all
    }
}

fn key(message: &Message) -> Result<String> {
    let key: serde_json::Value = serde_json::from_slice(message.key.as_deref().unwrap_or_default())?;
    let id = if key["user_id"].is_null() { &key["id"] } else { &key["user_id"] };
    Ok(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

fn marks(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split("mark-").skip(1);
    parts.map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        format!("mark-{digits}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::wait;

    fn message(op: &str, key: i32, mark: u32, lsn: i64) -> Message {
        let value = format!(r#"{{"op":"{op}","after":{{"full_name":"mark-{mark}"}},"source":{{"lsn":{lsn}}}}}"#);
        Message {
            topic: "t".into(),
            partition: 0,
            offset: 0,
            key: Some(format!(r#"{{"user_id":{key}}}"#).into_bytes()),
            value: Some(value.into_bytes()),
            headers: Vec::new(),
            timestamp_ms: None,
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_lost_write_is_named_and_every_repetition_counted() {
        let ledger =
            Ledger { inserted: names(&["1", "2"]), marks: names(&["mark-1", "mark-12"]), deleted: names(&["1"]) };
        let mut messages = vec![message("r", 1, 1, 5), message("u", 1, 2, 6), message("u", 1, 2, 6)];
        let seen = Seen::of(&messages).unwrap();
        assert_eq!(seen.missing(&ledger), ["insert of 2", "change mark-12", "delete of 1"]);
        assert_eq!((seen.records, seen.snapshot, seen.repeated), (3, 1, 1));
        messages.extend([message("c", 2, 12, 7), message("d", 1, 0, 8)]);
        assert!(Seen::of(&messages).unwrap().missing(&ledger).is_empty());
    }

    struct Refusing;

    impl Target for Refusing {
        fn write(&mut self, _: &Batch) -> Result<()> {
            Err(anyhow!("no database"))
        }
    }

    #[test]
    fn a_load_that_is_dropped_writes_no_more() {
        let stop = Stop::default();
        let writer = Writer::start("load-refused", Refusing, 1, &stop.wanted);
        drop(stop);
        let ended = || Ok(writer.thread.is_finished().then_some(()));
        wait::until("the end of the load", Duration::from_secs(20), ended).unwrap();
    }

    #[test]
    fn a_batch_of_unknown_outcome_is_not_in_the_ledger() {
        let mut plan = Plan::new(1);
        let first = plan.next();
        plan.acknowledged(first);
        let second = plan.next();
        plan.unknown(&second);
        let third = plan.next();
        assert!(third.inserts.iter().all(|(key, _)| *key > 2 * BATCH));
        assert_eq!(plan.ledger.inserted.len(), BATCH as usize);
    }
}
