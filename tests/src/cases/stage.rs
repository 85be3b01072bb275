//! What all cases of a run share: a server for each version, and two brokers with a worker each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result};

use super::names::Role;
use crate::provision::PostgresVersion;
use crate::{Engine, Kafka, Postgres, Rig, Worker};

/// Topics of a worker begin with it.
const GROUP: &str = "cases";

/// A broker and the one worker that runs every case's connector on it.
#[derive(Debug)]
pub struct Side {
    pub worker: Worker,
    pub kafka: Kafka,
    /// For files that both the connectors and the runner use.
    pub folder: PathBuf,
}

impl Side {
    fn start(rig: &Rig, role: Role, engine: Engine) -> Result<Self> {
        let kafka = rig.kafka().name(&format!("kafka-{}", role.name())).start()?;
        let worker = rig.worker(engine, &kafka).name(&format!("worker-{}", role.name())).group(GROUP);
        Ok(Self { worker: worker.start()?, kafka, folder: rig.folder().to_owned() })
    }

    pub fn offsets_topic(&self) -> String {
        format!("{GROUP}-offsets")
    }
}

/// Fields end in this order: those who use others first.
#[derive(Debug)]
pub struct Stage {
    sides: [Side; 2],
    servers: BTreeMap<PostgresVersion, Postgres>,
    _rig: Rig,
}

impl Stage {
    pub fn start(subject: Engine, versions: &[PostgresVersion]) -> Result<Self> {
        let rig = Rig::new("cases")?;
        let (reference, subject, servers) = thread::scope(|scope| {
            let reference = scope.spawn(|| Side::start(&rig, Role::Reference, Engine::Debezium));
            let subject = scope.spawn(|| Side::start(&rig, Role::Subject, subject));
            let servers: Result<BTreeMap<_, _>> =
                versions.iter().map(|version| Ok((*version, server(&rig, *version)?))).collect();
            (joined(reference), joined(subject), servers)
        });
        Ok(Self { sides: [reference?, subject?], servers: servers?, _rig: rig })
    }

    pub fn side(&self, role: Role) -> &Side {
        match role {
            Role::Reference => &self.sides[0],
            Role::Subject => &self.sides[1],
        }
    }

    pub fn server(&self, version: PostgresVersion) -> Result<&Postgres> {
        self.servers.get(&version).with_context(|| format!("PostgreSQL {version} was not started"))
    }
}

fn server(rig: &Rig, version: PostgresVersion) -> Result<Postgres> {
    let server = rig.postgres().name(&format!("postgres-{version}")).version(version);
    // what survives a crash of the machine is not looked at
    let settings = [
        ("fsync", "off"),
        ("max_connections", "300"),
        ("max_replication_slots", "100"),
        ("max_wal_senders", "100"),
        ("max_prepared_transactions", "20"),
    ];
    let server = settings.into_iter().fold(server, |server, (key, value)| server.setting(key, value));
    if version.can_send_at_once() { server.sending_at_once().start() } else { server.start() }
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
