//! The components of a run, and what can be done to them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::book::{Mark, stored_position};
use super::fault::{Fault, Phase};
use crate::connectors::{self, POSTGRES, SLOT, USERS_TOPIC, with};
use crate::kafka::Reader;
use crate::load::{self, Seen};
use crate::process::wait;
use crate::provision::PostgresVersion;
use crate::proxy::Proxy;
use crate::{Kafka, Postgres, Rig, Server as _, Worker};

pub const PATIENCE: Duration = Duration::from_secs(120);
const OFFSETS: &str = "connect-cluster-offsets";
const SIGNALS: &str =
    "CREATE TABLE signals (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))";

/// How incremental snapshots are asked for, and what bounds their chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Windows {
    /// Rows of a signal table.
    Watermarks,
    /// Nothing is written: the server's view of transactions. Signals come through a file.
    Views,
}

/// Fields end in this order.
pub struct Stage {
    pub worker: Worker,
    reader: Reader,
    kafka: Kafka,
    proxy: Proxy,
    pub postgres: Postgres,
    windows: Windows,
    streams: bool,
    signals: PathBuf,
    _rig: Rig,
}

impl Stage {
    /// With so many rows, which nobody changes.
    pub fn start(rows: i32, windows: Windows, streams: bool) -> Result<Self> {
        let rig = Rig::new("chaos-postgres")?;
        // a server that hears nothing from us gives the slot free soon
        let postgres = rig.postgres().setting("wal_sender_timeout", "5s");
        let postgres =
            if streams { postgres.version(PostgresVersion::V17).sending_at_once() } else { postgres }.start()?;
        let kafka = rig.kafka().start()?;
        load::prepare(&postgres)?;
        load::seed_rows(&postgres, rows)?;
        postgres.sql(SIGNALS)?;
        kafka.create_topic(USERS_TOPIC, 1, &[])?;
        let worker = rig.capture(&kafka).start()?;
        let proxy = Proxy::to(postgres.port())?;
        let (reader, signals) = (kafka.reader()?, rig.folder().join("signals"));
        Ok(Self { worker, reader, kafka, proxy, postgres, windows, streams, signals, _rig: rig })
    }

    pub fn create(&self) -> Result<()> {
        let config = connectors::postgres(&self.postgres);
        let config = with(config, "database.port", json!(self.proxy.port().to_string()));
        let settings = match self.windows {
            Windows::Watermarks => vec![("signal.data.collection", json!("public.signals"))],
            Windows::Views => vec![
                ("read.only", json!("true")),
                ("signal.enabled.channels", json!("file")),
                ("signal.file", json!(self.signals)),
                ("signal.poll.interval.ms", json!("100")),
            ],
        };
        let config = settings.into_iter().fold(config, |config, (key, value)| with(config, key, value));
        let config = with(config, "incremental.snapshot.chunk.size", json!("50"));
        let config = with(config, "status.update.interval.ms", json!("1000"));
        let config = with(config, "slot.streaming.enabled", json!(self.streams.to_string()));
        let config = with(config, "slot.streaming.memory.bytes", json!("0"));
        self.worker.create(POSTGRES, &config)
    }

    /// How many records the topic has.
    pub fn count(&self) -> Result<usize> {
        self.reader.count(USERS_TOPIC)
    }

    pub fn seen(&self) -> Result<Seen> {
        Seen::of(&self.reader.read(USERS_TOPIC)?)
    }

    /// The keys that a snapshot has told of, in records from a place on.
    pub fn snapshot_rows(&self, from: usize) -> Result<BTreeSet<String>> {
        let messages = self.reader.read(USERS_TOPIC)?;
        let later: Vec<_> = messages.into_iter().filter(|message| message.offset >= from as i64).collect();
        Ok(Seen::of(&later)?.snapshot_keys)
    }

    /// The last offset that is stored.
    pub fn stored(&self) -> Result<Option<Value>> {
        let messages = self.reader.read(OFFSETS)?;
        messages.last().map(|message| message.json().context("an offset is no JSON")).transpose()
    }

    /// What the slot may have forgotten.
    fn confirmed(&self) -> Result<Option<i64>> {
        let query = format!(
            "SELECT (confirmed_flush_lsn - '0/0')::bigint FROM pg_replication_slots WHERE slot_name = '{SLOT}'"
        );
        Ok(self.postgres.value(&query)?.and_then(|text| text.parse().ok()))
    }

    /// How things stand, in an order in which nothing that goes on meanwhile looks like a fault. Also whether the slot is
    /// ahead of what is stored.
    pub fn look(&self, phase: Phase, fault: Fault) -> Result<(Mark, bool)> {
        let confirmed = self.confirmed()?;
        let offset = self.stored()?;
        let stored = offset.as_ref().and_then(stored_position);
        let is_ahead = stored.is_some() && confirmed > stored;
        if is_ahead {
            println!("chaos: the slot is at {confirmed:?}, the stored offset is {offset:?}");
        }
        Ok((Mark { phase, fault, stored, end: i64::try_from(self.count()?)? }, is_ahead))
    }

    /// Does it, and undoes it where that is not the worker's own affair.
    pub fn inflict(&mut self, fault: Fault, away: Duration) -> Result<()> {
        match fault {
            Fault::Kill => {
                self.worker.kill()?;
                self.worker.start()
            }
            Fault::Cut => {
                ensure!(self.proxy.cut() > 0, "there was no connection to cut");
                Ok(())
            }
            Fault::Silence => {
                ensure!(self.proxy.silence() > 0, "there was no connection to silence");
                Ok(())
            }
            Fault::Crash => {
                self.postgres.kill()?;
                self.postgres.start()
            }
            Fault::Away => {
                self.kafka.stop()?;
                std::thread::sleep(away);
                self.kafka.start()
            }
            Fault::Dropped => {
                self.worker.stop()?;
                self.postgres.sql(&format!("SELECT pg_drop_replication_slot('{SLOT}')"))?;
                self.postgres
                    .sql("INSERT INTO users (user_id, full_name) VALUES (-2000000000, 'nobody hears of it')")?;
                self.worker.start()
            }
        }
    }

    /// Waits until the topic has so many more records.
    pub fn wait_sent(&self, more: usize) -> Result<()> {
        let before = self.count()?;
        let what = format!("{more} more records behind {before}");
        let sent = wait::closely(&what, PATIENCE, || Ok((self.count()? >= before + more).then_some(())));
        sent.with_context(|| self.worker.testimony(POSTGRES))
    }

    /// Asks for every row once more.
    pub fn ask_for_snapshot(&self, number: usize) -> Result<()> {
        let data = json!({"data-collections": ["public.users"], "type": "incremental"});
        match self.windows {
            Windows::Watermarks => self
                .postgres
                .sql(&format!("INSERT INTO signals VALUES ('s{number}', 'execute-snapshot', '{data}')"))
                .map(drop),
            Windows::Views => {
                let signal = json!({"id": format!("s{number}"), "type": "execute-snapshot", "data": data});
                Ok(std::fs::write(&self.signals, format!("{signal}\n"))?)
            }
        }
    }

    /// Keys of which the last record does not say what the table has, or of which there is none.
    pub fn stale(&self, seen: &Seen) -> Result<Vec<String>> {
        let rows = self.postgres.sql("SELECT user_id, full_name FROM users")?;
        let cell = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let rows: BTreeMap<String, String> = rows.iter().map(|row| (cell(&row[0]), cell(&row[1]))).collect();
        let name = |key: &str| seen.last.get(key).and_then(|row| row["full_name"].as_str());
        let keys: BTreeSet<&String> = rows.keys().chain(seen.last.keys()).collect();
        Ok(keys.into_iter().filter(|key| name(key) != rows.get(*key).map(String::as_str)).cloned().collect())
    }

    /// Whether what is stored tells of an incremental snapshot that goes on.
    pub fn is_incremental(&self) -> Result<bool> {
        let stored = self.stored()?.unwrap_or_default();
        Ok(stored.get("incremental_snapshot_collections").is_some())
    }
}
