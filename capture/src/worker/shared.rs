//! What the REST API, the supervisor and the process share.

use super::connectors::Connectors;
use super::supervisor::Command;
use crate::config::worker::Settings;
use crate::store::topics::Topics;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A supervisor that has not come round for so long is stuck.
const STUCK: Duration = Duration::from_secs(10);

/// What `/health` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// With what the worker is waiting for.
    Starting(String),
    Healthy,
    Unhealthy,
}

pub struct Worker {
    pub settings: Settings,
    pub connectors: Arc<dyn Connectors>,
    /// `host:port`, as it stands in status records.
    pub worker_id: String,
    topics: OnceLock<Arc<Topics>>,
    waiting_for: Mutex<String>,
    pub(super) commands: Sender<Command>,
    /// Changes of configurations are made one at a time, so that "exists already" is true when it is said.
    pub(super) changing: Mutex<()>,
    born: Instant,
    last_round_ms: AtomicU64,
}

impl Worker {
    pub(super) fn new(
        settings: Settings,
        connectors: Arc<dyn Connectors>,
        worker_id: String,
        commands: Sender<Command>,
    ) -> Self {
        let waiting_for = format!("connecting to Kafka at {}", settings.bootstrap_servers);
        Self {
            settings,
            connectors,
            worker_id,
            topics: OnceLock::new(),
            waiting_for: Mutex::new(waiting_for),
            commands,
            changing: Mutex::new(()),
            born: Instant::now(),
            last_round_ms: AtomicU64::new(0),
        }
    }

    /// `None` until the worker's topics have been read to their ends.
    pub fn topics(&self) -> Option<&Arc<Topics>> {
        self.topics.get()
    }

    pub fn health(&self) -> Health {
        if self.topics.get().is_none() {
            return Health::Starting(self.waiting_for.lock().unwrap_or_else(PoisonError::into_inner).clone());
        }
        let silent = self.since_born_ms().saturating_sub(self.last_round_ms.load(Ordering::Relaxed));
        if Duration::from_millis(silent) > STUCK { Health::Unhealthy } else { Health::Healthy }
    }

    pub(super) fn waits_for(&self, what: String) {
        *self.waiting_for.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }

    pub(super) fn is_ready_with(&self, topics: Arc<Topics>) {
        self.came_round();
        // set once, by the one thread that opens the topics
        let _ = self.topics.set(topics);
    }

    pub(super) fn came_round(&self) {
        self.last_round_ms.store(self.since_born_ms(), Ordering::Relaxed);
    }

    fn since_born_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
