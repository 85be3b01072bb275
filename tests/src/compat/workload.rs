//! What both engines are fed with: the users' own rows and documents, then random ones from a seed. One part exists
//! before the engines start and is found by their snapshots; the other is streamed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Result;
use bson::{Document, doc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::value;
use crate::{Mongodb, Postgres};

/// A key of the last row and document of a workload: who has seen it has seen everything.
pub const LAST: i64 = 2_000_000_001;
const LARGEST_BATCH: usize = 200;
const SCHEMA: &str = "
CREATE TABLE users (user_id serial PRIMARY KEY, full_name varchar(100), email varchar(100) UNIQUE,
  created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
CREATE TABLE items (item_id bigint PRIMARY KEY, small smallint, amount numeric(12,4), ratio float8, narrow float4,
  flag boolean NOT NULL DEFAULT false, label varchar(40), note text, day date, at timestamp, at_zone timestamptz,
  clock time, tag uuid, doc jsonb, raw bytea);
CREATE TABLE entries (account int, position bigint, memo text, PRIMARY KEY (account, position));
ALTER TABLE entries REPLICA IDENTITY FULL;";
const SEED_ROWS: &str = "
INSERT INTO users (full_name, email) VALUES ('Alice Smith', 'alice@example.com'), ('Bob Jones', 'bob@example.com'),
  ('Charlie Brown', 'charlie@example.com'), ('Diana Prince', 'diana@example.com');";
const SEED_CHANGES: &str = "
UPDATE users SET full_name = 'Bob A. Jones', updated_at = now() WHERE user_id = 2;
DELETE FROM users WHERE user_id = 4;";

pub const TABLES: [&str; 3] = ["public.users", "public.items", "public.entries"];
pub const COLLECTIONS: [&str; 2] = ["commerce.events", "commerce.profiles"];

/// A stream of random changes; the same seed gives the same changes.
pub struct Workload<'a> {
    postgres: &'a Postgres,
    mongodb: &'a Mongodb,
    random: StdRng,
    next_id: i64,
    /// Documents that have been updated or deleted already. An update event carries the document as it is when the
    /// event is *read*, so a second change soon after the first makes even two Debeziums differ.
    touched: BTreeSet<i64>,
}

impl<'a> Workload<'a> {
    pub fn new(postgres: &'a Postgres, mongodb: &'a Mongodb, seed: u64) -> Self {
        Self { postgres, mongodb, random: StdRng::seed_from_u64(seed), next_id: 1_000, touched: BTreeSet::new() }
    }

    /// Empty tables and the users' seed rows.
    pub fn prepare(&self) -> Result<()> {
        self.postgres.sql("DROP TABLE IF EXISTS users, items, entries")?;
        self.postgres.sql(SCHEMA)?;
        self.postgres.sql(SEED_ROWS)?;
        self.mongodb.command("commerce", doc! {"dropDatabase": 1})?;
        self.mongodb.insert("commerce", "events", seed_events())
    }

    /// The users' own changes, in transactions of their own.
    pub fn seed_changes(&self) -> Result<()> {
        for statement in SEED_CHANGES.split_inclusive(';') {
            self.postgres.sql(statement)?;
        }
        // the operations manual spells the date field in a second way
        let other = doc! {"user_id": 1, "event_type": "logout", "timestamp": bson::DateTime::now(), "metadata": {}};
        self.mongodb.insert("commerce", "events", vec![other])
    }

    /// So many rows and as many documents, with updates and deletes among them.
    pub fn random(&mut self, rows: usize) -> Result<()> {
        let mut left = rows;
        while left > 0 {
            let size = self.random.random_range(1..=LARGEST_BATCH).min(left);
            let first = self.next_id;
            self.next_id += i64::try_from(size)?;
            let statements = self.row_batch(first);
            self.postgres.client()?.batch_execute(&statements)?;
            self.document_batch(first)?;
            left -= size;
        }
        Ok(())
    }

    /// Everything written so far has been read by both engines: documents may be changed once more.
    pub fn settled(&mut self) {
        self.touched.clear();
    }

    /// The row and the document that come last, one for each topic.
    pub fn finish(&self) -> Result<()> {
        self.postgres.sql(&format!(
            "INSERT INTO users (user_id, full_name) VALUES ({LAST}, 'last'); \
             INSERT INTO items (item_id) VALUES ({LAST}); INSERT INTO entries VALUES (0, {LAST}, 'last')"
        ))?;
        self.mongodb.insert("commerce", "events", vec![doc! {"_id": LAST, "user_id": 0}])?;
        self.mongodb.insert("commerce", "profiles", vec![doc! {"_id": LAST}])
    }

    fn row_batch(&mut self, first: i64) -> String {
        let mut text = String::from("BEGIN;\n");
        for id in first..self.next_id {
            let statement = match id % 3 {
                0 => self.user(id),
                1 => self.item(id),
                _ => self.entry(id),
            };
            // writing to a String cannot fail
            let _ = writeln!(text, "{statement};");
            if self.random.random_bool(0.3) {
                let _ = writeln!(text, "{};", self.row_update());
            }
            if self.random.random_bool(0.1) {
                let _ = writeln!(text, "{};", self.row_delete());
            }
        }
        text.push_str("COMMIT;");
        text
    }

    fn user(&mut self, id: i64) -> String {
        let name = value::sql_text(&mut self.random, 30);
        format!("INSERT INTO users (user_id, full_name, email) VALUES ({id}, {name}, 'user{id}@example.com')")
    }

    fn item(&mut self, id: i64) -> String {
        let random = &mut self.random;
        let columns = [
            value::sql_or_null(random, |random| random.random::<i16>().to_string()),
            value::sql_or_null(random, value::sql_numeric),
            value::sql_or_null(random, value::sql_float),
            value::sql_or_null(random, value::sql_float),
            random.random_bool(0.5).to_string(),
            value::sql_or_null(random, |random| value::sql_text(random, 40)),
            if random.random_bool(0.02) { value::sql_long_text(random) } else { value::sql_text(random, 60) },
            value::sql_or_null(random, |random| format!("'{}'", value::sql_date(random))),
            value::sql_or_null(random, |random| format!("'{}'", value::sql_timestamp(random))),
            value::sql_or_null(random, |random| format!("'{}+02'", value::sql_timestamp(random))),
            value::sql_or_null(random, |random| format!("'{}'", &value::sql_timestamp(random)[11..])),
            value::sql_or_null(random, |random| format!("'{}'", value::sql_uuid(random))),
            value::sql_or_null(random, |random| format!("'{{\"a\": {}, \"b\": [1, null]}}'", random.random::<i32>())),
            value::sql_or_null(random, value::sql_bytes),
        ];
        format!("INSERT INTO items VALUES ({id}, {})", columns.join(", "))
    }

    fn entry(&mut self, id: i64) -> String {
        let memo = value::sql_or_null(&mut self.random, |random| value::sql_text(random, 30));
        format!("INSERT INTO entries VALUES ({}, {id}, {memo})", id % 7)
    }

    fn row_update(&mut self) -> String {
        let id = self.any_id();
        match id % 3 {
            0 => {
                let name = value::sql_text(&mut self.random, 30);
                format!("UPDATE users SET full_name = {name}, updated_at = clock_timestamp() WHERE user_id = {id}")
            }
            1 => format!(
                "UPDATE items SET flag = NOT flag, ratio = {} WHERE item_id = {id}",
                value::sql_float(&mut self.random)
            ),
            // a changed key is a delete and an insert for the reader
            _ if self.random.random_bool(0.3) => {
                format!("UPDATE entries SET account = account + 10 WHERE position = {id}")
            }
            _ => format!("UPDATE entries SET memo = {} WHERE position = {id}", value::sql_text(&mut self.random, 20)),
        }
    }

    fn row_delete(&mut self) -> String {
        let id = self.any_id();
        match id % 3 {
            0 => format!("DELETE FROM users WHERE user_id = {id}"),
            1 => format!("DELETE FROM items WHERE item_id = {id}"),
            _ => format!("DELETE FROM entries WHERE position = {id}"),
        }
    }

    fn any_id(&mut self) -> i64 {
        self.random.random_range(1_000..self.next_id)
    }

    fn document_batch(&mut self, first: i64) -> Result<()> {
        let (mut events, mut profiles) = (Vec::new(), Vec::new());
        for id in first..self.next_id {
            if id % 2 == 0 { events.push(self.event(id)) } else { profiles.push(self.profile(id)) }
        }
        self.change_documents("events", 0, events)?;
        self.change_documents("profiles", 1, profiles)
    }

    fn change_documents(&mut self, collection: &str, parity: i64, inserts: Vec<Document>) -> Result<()> {
        let (updates, deletes) = (inserts.len().div_ceil(3), inserts.len().div_ceil(8));
        if !inserts.is_empty() {
            self.mongodb.insert("commerce", collection, inserts)?;
        }
        let updates: Vec<i64> = (0..updates).filter_map(|_| self.untouched(parity)).collect();
        let updates: Vec<Document> = updates.into_iter().map(|id| self.document_update(id)).collect();
        if !updates.is_empty() {
            self.mongodb.command("commerce", doc! {"update": collection, "updates": updates})?;
        }
        let deletes: Vec<i64> = (0..deletes).filter_map(|_| self.untouched(parity)).collect();
        let deletes: Vec<Document> = deletes.into_iter().map(|id| doc! {"q": {"serial": id}, "limit": 1}).collect();
        if !deletes.is_empty() {
            self.mongodb.command("commerce", doc! {"delete": collection, "deletes": deletes})?;
        }
        Ok(())
    }

    /// A document of a collection that has not been changed since both engines were level.
    fn untouched(&mut self, parity: i64) -> Option<i64> {
        let id = self.any_id();
        (id % 2 == parity && self.touched.insert(id)).then_some(id)
    }

    fn event(&mut self, id: i64) -> Document {
        let random = &mut self.random;
        let date_field = if random.random_bool(0.8) { "ts" } else { "timestamp" };
        doc! {
            "_id": bson::oid::ObjectId::from_bytes(random.random()), "serial": id,
            "user_id": random.random_range(1..100_i32), "event_type": value::text(random, 10),
            date_field: value::date(random), "metadata": value::metadata(random),
        }
    }

    /// Keys of every usual kind.
    fn profile(&mut self, id: i64) -> Document {
        let key = match id % 4 {
            1 => bson::Bson::Int64(id),
            _ => bson::Bson::String(format!("profile \"{id}\"")),
        };
        doc! {"_id": key, "serial": id, "profile": value::metadata(&mut self.random)}
    }

    fn document_update(&mut self, id: i64) -> Document {
        let change = match self.random.random_range(0..3) {
            0 => doc! {"$set": {"metadata.device": value::text(&mut self.random, 8)}},
            1 => doc! {"$unset": {"event_type": ""}, "$set": {"user_id": self.random.random_range(1..100_i32)}},
            _ => doc! {"serial": id, "replaced": value::metadata(&mut self.random)},
        };
        doc! {"q": {"serial": id}, "u": change}
    }
}

fn seed_events() -> Vec<Document> {
    let event = |user: i32, kind: &str, metadata: Document| {
        doc! {"user_id": user, "event_type": kind, "ts": bson::DateTime::now(), "metadata": metadata}
    };
    vec![
        event(1, "login", doc! {"device": "mobile"}),
        event(1, "view_item", doc! {"item_id": "A100"}),
        event(2, "login", doc! {"device": "desktop"}),
        event(2, "add_to_cart", doc! {"item_id": "B200", "quantity": 1}),
        event(3, "login", doc! {"device": "tablet"}),
    ]
}
