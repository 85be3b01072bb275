//! A compacted topic seen as a map.
//!
//! One thread reads the topic from its beginning and keeps following it; every record is applied to a view in the order of
//! the topic. One writer appends; a write returns when all replicas have it and the view shows it.

use super::admin::Admin;
pub use super::entry::{Apply, Entry};
use super::tail::{Progress, Tail};
pub use super::writer::{Pending, Position, Writer};
use crate::config::key::Map;
use crate::config::worker::Topic;
use crate::error::{Error, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest wait for an acknowledged write; Connect's own limit for its topics.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// A deleted or superseded record may be compacted away before it is read back, so this wait has an end.
pub const READ_BACK_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for a created topic to be seen.
const CREATION_TIMEOUT: Duration = Duration::from_secs(5);

pub struct Log<A> {
    topic: String,
    view: Arc<Mutex<A>>,
    progress: Arc<Progress>,
    writer: Writer,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Creates the topic where it is missing and checks what Connect demands of it. Returns its partitions.
pub fn prepare(admin: &Admin, topic: &Topic, single_partition: bool) -> Result<i32> {
    let partitions = match admin.partitions(&topic.name)? {
        Some(partitions) => partitions,
        None => {
            admin.create_compacted(topic)?;
            tracing::info!(topic = topic.name, "topic created");
            created_partitions(admin, &topic.name)?
        }
    };
    if let Some(policy) = admin.cleanup_policy(&topic.name)? {
        check_policy(&topic.name, &policy)?;
    }
    if single_partition && partitions != 1 {
        return Err(Error::definite(format!(
            "topic '{}' has {partitions} partitions, but must have exactly 1",
            topic.name
        ))
        .remedy("set config.storage.topic to another name, or delete the topic and let the worker create it"));
    }
    Ok(partitions)
}

/// A new topic is known to every broker only after a moment, and led a moment later. A client that asks for its records
/// before then waits a second until it asks again.
fn created_partitions(admin: &Admin, topic: &str) -> Result<i32> {
    let deadline = Instant::now() + CREATION_TIMEOUT;
    loop {
        match admin.led_partitions(topic)? {
            Some(partitions) if partitions > 0 => return Ok(partitions),
            _ if Instant::now() > deadline => {
                return Err(Error::transient(format!("topic '{topic}' was created, but is not there yet"))
                    .remedy("check that the brokers run and know a controller"));
            }
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn check_policy(topic: &str, policy: &str) -> Result<()> {
    if policy == "compact" {
        return Ok(());
    }
    Err(Error::definite(format!("topic '{topic}' has cleanup.policy={policy}, but must have cleanup.policy=compact"))
        .remedy(format!("run kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config cleanup.policy=compact")))
}

impl<A: Apply> Log<A> {
    /// Returns once everything written before is in the view.
    pub fn open(reader: &Map, writer: Writer, topic: &str, partitions: i32, view: A) -> Result<Self> {
        let view = Arc::new(Mutex::new(view));
        let mut tail = Tail::new(reader, topic, Arc::clone(&view))?;
        tail.read_to_end(partitions)?;
        let progress = tail.progress();
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name(format!("log-{topic}"))
            .spawn(move || tail.follow(&stopping))
            .map_err(|e| Error::fatal("no thread can be started").caused_by(e))?;
        Ok(Self { topic: topic.to_owned(), view, progress, writer, stop, thread: Some(thread) })
    }

    pub fn view(&self) -> MutexGuard<'_, A> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes, waits for the acknowledgement and until the view shows it.
    pub fn write(&self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let position = self.send(key, value).wait(WRITE_TIMEOUT)?;
        if !self.progress.wait_for(position, READ_BACK_TIMEOUT) {
            tracing::warn!(topic = self.topic, "a write is acknowledged but not read back yet");
        }
        Ok(())
    }

    /// Whether the view holds the record at `position`.
    pub fn shows(&self, position: Position) -> bool {
        self.progress.wait_for(position, Duration::ZERO)
    }

    /// Begins a write and returns at once.
    pub fn send(&self, key: &[u8], value: Option<&[u8]>) -> Pending {
        self.writer.send(&self.topic, key, value)
    }
}

impl<A> Drop for Log<A> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
