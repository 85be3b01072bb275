//! The three topics of a worker, opened together.

use super::config::Configs;
use super::offset::OffsetStore;
use super::offset_topic::{Offsets, PartitionOffset};
use super::status::{Status, Statuses, Subject};
use crate::config::key::{Map, refused};
use crate::config::worker::{Settings, Topic};
use crate::error::{Error, Result};
use crate::kafka::admin::Admin;
use crate::kafka::client::{self, Role};
use crate::kafka::log::{Apply, Log, Pending, Writer, prepare};
use std::sync::Arc;
use tokio::runtime::Handle;

pub struct Topics {
    pub cluster_id: String,
    pub config: Log<Configs>,
    pub status: Log<Statuses>,
    pub offsets: Arc<Log<Offsets>>,
}

/// librdkafka properties for the three kinds of client that the topics need.
struct Clients {
    admin: Map,
    reader: Map,
    writer: Map,
}

impl Topics {
    /// Reads all three to their ends, side by side. Blocks.
    pub fn open(settings: &Settings, runtime: &Handle) -> Result<Self> {
        let clients = clients(settings)?;
        let admin = Admin::new(&clients.admin, runtime.clone())?;
        // asking for metadata makes the client connect at once, and the answer carries the cluster's id
        admin.partitions(&settings.config_topic.name)?;
        let cluster_id = admin.cluster_id()?;
        let writer = Writer::new(&clients.writer)?;
        let opened = std::thread::scope(|scope| {
            let config = scope.spawn(|| open::<Configs>(&admin, &clients, &writer, &settings.config_topic, true));
            let status = scope.spawn(|| open::<Statuses>(&admin, &clients, &writer, &settings.status_topic, false));
            let offsets = open::<Offsets>(&admin, &clients, &writer, &settings.offset_topic, false);
            let ended = |_| Error::fatal("reading a topic of the worker ended in a panic");
            Ok(Self {
                config: config.join().map_err(ended)??,
                status: status.join().map_err(ended)??,
                offsets: Arc::new(offsets?),
                cluster_id: cluster_id.clone(),
            })
        });
        close_aside(admin);
        opened
    }

    /// The store of one source partition, for a task.
    pub fn offset_store(&self, connector: &str, partition: &str) -> Result<Box<dyn OffsetStore>> {
        Ok(Box::new(PartitionOffset::new(Arc::clone(&self.offsets), connector, partition)?))
    }

    /// Begins to tell a state; `None` forgets the subject.
    pub fn tell(&self, subject: &Subject, status: Option<&Status>) -> Pending {
        self.status.send(subject.key().as_bytes(), status.map(Status::to_json).as_deref())
    }
}

/// Checks the client settings of the worker's file without opening anything.
pub fn check(settings: &Settings) -> Result<()> {
    clients(settings)?;
    client::task_producer(settings, &Map::new(), "check", 0).map_err(|p| refused(CLIENTS, &p))?;
    Ok(())
}

const CLIENTS: &str = "kafka client settings of the worker";

fn clients(settings: &Settings) -> Result<Clients> {
    let of = |role| client::internal(settings, role).map_err(|p| refused(CLIENTS, &p));
    let mut reader = of(Role::Consumer)?;
    reader.insert("group.id".into(), settings.group_id.clone());
    let mut admin = of(Role::Admin)?;
    admin.insert("group.id".into(), settings.group_id.clone());
    Ok(Clients { admin, reader, writer: of(Role::Producer)? })
}

/// Its clients say goodbye to the brokers for a tenth of a second or two, for which nothing has to wait.
fn close_aside(admin: Admin) {
    // where there is no thread to be had, it is closed here
    let _ = std::thread::Builder::new().name("admin-close".into()).spawn(move || drop(admin));
}

fn open<A: Apply + Default>(
    admin: &Admin,
    clients: &Clients,
    writer: &Writer,
    topic: &Topic,
    single: bool,
) -> Result<Log<A>> {
    let partitions = prepare(admin, topic, single)?;
    Log::open(&clients.reader, writer.clone(), &topic.name, partitions, A::default())
}
