//! A database for one test, with the silver tables as the sink creates them, and the `gold` command over it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use clickhouse::{Client, Row};
use gold::config::Config;
use gold::warehouse::Warehouse;
use serde::Deserialize;
use tempfile::TempDir;

pub const DAY: &str = "2026-11-22";

pub struct Place {
    url: String,
    database: String,
    pub client: Client,
    folder: TempDir,
}

/// One row of gold without the time of its computation.
pub type Activity = (i32, String, String, u64);

#[derive(Row, Deserialize)]
struct Line {
    user_id: i32,
    full_name: String,
    event_type: String,
    event_count: u64,
}

impl Place {
    /// With the silver tables.
    pub async fn new() -> Place {
        let place = Place::bare().await;
        place
            .sql(
                "CREATE TABLE users_silver (user_id Int32, full_name String, email String, updated_at DateTime, \
             _version UInt64, is_deleted UInt8, _ingested_at DateTime DEFAULT now()) \
             ENGINE = ReplacingMergeTree(_version, is_deleted) ORDER BY user_id",
            )
            .await;
        place
            .sql(
                "CREATE TABLE events_silver (_id String, user_id Int32, event_type String, timestamp DateTime, \
             metadata String, _version UInt64, is_deleted UInt8, _ingested_at DateTime DEFAULT now()) \
             ENGINE = ReplacingMergeTree(_version, is_deleted) ORDER BY _id",
            )
            .await;
        place
    }

    /// Without any table.
    pub async fn bare() -> Place {
        let Ok(url) = std::env::var("CLICKHOUSE_URL") else {
            panic!("these tests need a ClickHouse server: set CLICKHOUSE_URL, or run `make it`, which starts one");
        };
        let database = format!("gold_{}", uuid::Uuid::new_v4().simple());
        let client = Client::default().with_url(&url);
        client.query(&format!("CREATE DATABASE {database}")).execute().await.expect("create the test's database");
        let client = client.with_database(&database).with_setting("async_insert", "0");
        let folder = tempfile::tempdir().expect("folder");
        let place = Place { url, database, client, folder };
        place.configure("[lock]\nttl_s = 600\n");
        place
    }

    pub fn configure(&self, rest: &str) {
        let text = format!("[clickhouse]\nurl = \"{}\"\ndatabase = \"{}\"\n{rest}", self.url, self.database);
        std::fs::write(self.config(), text).expect("write the configuration");
    }

    pub fn config(&self) -> std::path::PathBuf {
        self.folder.path().join("gold.toml")
    }

    pub fn warehouse(&self) -> Warehouse {
        Warehouse::new(&Config::read(&self.config(), |_| None).expect("configuration").clickhouse)
    }

    pub async fn sql(&self, sql: &str) {
        self.client.query(sql).execute().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub async fn number(&self, sql: &str) -> u64 {
        self.client.query(sql).fetch_one::<u64>().await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The users and events of the users' own seed script.
    pub async fn seed(&self) {
        self.user(1, "Alice Smith", 1, false).await;
        self.user(2, "Bob Jones", 1, false).await;
        self.user(3, "Charlie Brown", 1, false).await;
        self.user(4, "Diana Prince", 1, false).await;
        self.user(2, "Bob A. Jones", 2, false).await;
        self.user(4, "", 3, true).await;
        for (id, user_id, kind) in
            [("a", 1, "login"), ("b", 1, "view_item"), ("c", 2, "login"), ("d", 2, "add_to_cart"), ("e", 3, "login")]
        {
            self.event(id, user_id, kind, &format!("{DAY} 10:00:00"), 1).await;
        }
    }

    pub async fn user(&self, user_id: i32, full_name: &str, version: u64, deleted: bool) {
        let sql = "INSERT INTO users_silver (user_id, full_name, email, updated_at, _version, is_deleted) \
                   SELECT ?, ?, ?, now(), ?, ?";
        let email = format!("{user_id}@example.com");
        let query = self.client.query(sql).bind(user_id).bind(full_name).bind(email).bind(version).bind(deleted);
        query.execute().await.expect("insert a user");
    }

    pub async fn event(&self, id: &str, user_id: i32, kind: &str, at: &str, version: u64) {
        let sql = "INSERT INTO events_silver (_id, user_id, event_type, timestamp, metadata, _version, is_deleted) \
                   SELECT ?, ?, ?, toDateTime(?, 'UTC'), '{}', ?, 0";
        let query = self.client.query(sql).bind(id).bind(user_id).bind(kind).bind(at).bind(version);
        query.execute().await.expect("insert an event");
    }

    pub async fn delete_event(&self, id: &str, version: u64) {
        let sql = "INSERT INTO events_silver (_id, user_id, event_type, timestamp, metadata, _version, is_deleted) \
                   SELECT ?, 0, '', toDateTime(0), '', ?, 1";
        self.client.query(sql).bind(id).bind(version).execute().await.expect("delete an event");
    }

    /// What is published for a day, duplicates included.
    pub async fn gold(&self, day: &str) -> Vec<Activity> {
        let sql = "SELECT user_id, full_name, event_type, event_count FROM gold_user_activity \
                   WHERE date = toDate(?) ORDER BY user_id, event_type";
        let lines = self.client.query(sql).bind(day).fetch_all::<Line>().await.expect("read gold");
        lines.into_iter().map(|l| (l.user_id, l.full_name, l.event_type, l.event_count)).collect()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gold"));
        command.args(arguments).arg("--config").arg(self.config()).env_remove("GOLD_CLICKHOUSE_PASSWORD");
        command
    }

    pub fn start(&self, day: &str) -> Child {
        self.command(&["run", "--date", day]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("start gold")
    }

    /// Runs a day and expects it to end well.
    #[track_caller]
    pub fn run(&self, day: &str) -> String {
        let output = self.command(&["run", "--date", day]).output().expect("run gold");
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    }

    /// Runs and expects the exit code; gives what was said.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.command(arguments).output().expect("run gold");
        assert_eq!(output.status.code(), Some(code), "{}{}", stdout(&output), stderr(&output));
        stderr(&output)
    }
}

impl Drop for Place {
    /// Plain HTTP by hand: there is no runtime left to ask when a test has failed.
    fn drop(&mut self) {
        let host = self.url.trim_start_matches("http://").trim_end_matches('/');
        let body = format!("DROP DATABASE IF EXISTS {}", self.database);
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if let Ok(mut stream) = TcpStream::connect(host) {
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn activity(user_id: i32, full_name: &str, kind: &str, count: u64) -> Activity {
    (user_id, full_name.to_owned(), kind.to_owned(), count)
}
