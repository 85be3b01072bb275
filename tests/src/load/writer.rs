//! The threads that write, one for each database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use bson::{Document, doc};

use super::plan::{Batch, Ledger, Plan};
use crate::{Mongodb, Postgres, blocking};

/// Between two batches: a load, not a stress test.
const PACE: Duration = Duration::from_millis(20);
const TABLE: &str = "CREATE TABLE users (user_id serial PRIMARY KEY, full_name varchar(100), \
    email varchar(100) UNIQUE, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now())";

/// Two threads that write until they are told to stop, or until this value is dropped.
#[derive(Debug)]
pub struct Load {
    stop: Stop,
    rows: Writer,
    /// None where only PostgreSQL is written to.
    documents: Option<Writer>,
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

/// So many rows that nothing changes afterwards, for a snapshot to find.
pub fn seed_rows(postgres: &Postgres, count: i32) -> Result<()> {
    let rows = format!(
        "INSERT INTO users SELECT -id, 'seed ' || id, 'seed' || id || '@example.com' FROM generate_series(1, {count}) id"
    );
    postgres.sql(&rows).map(drop)
}

/// So many rows and documents that nothing changes afterwards, for a snapshot to find.
pub fn seed(postgres: &Postgres, mongodb: &Mongodb, count: i32) -> Result<()> {
    seed_rows(postgres, count)?;
    mongodb.insert("commerce", "events", (1..=count).map(|id| event(-id, "seed")).collect())
}

impl Load {
    pub fn start(postgres: &Postgres, mongodb: &Mongodb, seed: u64) -> Result<Self> {
        let documents = Documents { client: mongodb.client()? };
        let mut load = Self::rows(postgres, seed);
        load.documents = Some(Writer::start("load-documents", documents, seed, &load.stop.wanted));
        Ok(load)
    }

    /// On PostgreSQL alone.
    pub fn rows(postgres: &Postgres, seed: u64) -> Self {
        let stop = Stop::default();
        let rows = Rows { url: postgres.url(), client: None };
        Self { rows: Writer::start("load-rows", rows, seed, &stop.wanted), documents: None, stop }
    }

    /// How many rows and documents were written so far.
    pub fn written(&self) -> (usize, usize) {
        let written = |writer: &Writer| writer.written.load(Ordering::Relaxed);
        (written(&self.rows), self.documents.as_ref().map_or(0, written))
    }

    /// Ends the load: what PostgreSQL and what MongoDB acknowledged.
    pub fn finish(self) -> Result<(Ledger, Ledger)> {
        drop(self.stop);
        let joined = |writer: Writer| writer.thread.join().map_err(|_| anyhow!("a thread of the load panicked"));
        let documents = self.documents.map(joined).transpose()?.unwrap_or_default();
        Ok((joined(self.rows)?, documents))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::wait;

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
}
