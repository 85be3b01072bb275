//! What the worker and the command line see of a task.

use crate::config::key::Map;
use crate::error::Result;
use crate::store::offset::OffsetStore;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Opens the store of one source partition, given as JSON text.
pub type OpenStore = Box<dyn FnOnce(&str) -> Result<Box<dyn OffsetStore>> + Send>;

/// Everything a task needs, resolved: no placeholder is left.
pub struct Spec {
    pub connector: String,
    /// The connector's settings.
    pub config: Map,
    /// librdkafka properties of the producer, from `kafka::client::task_producer`: what makes writes durable and ordered, then
    /// worker `producer.*`, then `producer.override.*`.
    pub producer: Map,
    /// Worker-level converter settings (`key.converter`, `value.converter.schemas.enable`, ...); the connector's own win.
    pub worker_converters: Map,
    pub offset_flush_interval: Duration,
    /// How long the task may take to end once it is asked to.
    pub shutdown_timeout: Duration,
    /// Opens the store for the source partition given as JSON text, e.g. `{"server":"postgres"}`.
    pub offsets: OpenStore,
}

/// What a task is doing. `Failed` carries the report for `/status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Starting,
    Running,
    /// A transient failure: the task tries again by itself; the text says why and when.
    Retrying(String),
    Failed(String),
    Stopped,
}

/// A running task's shared cell: the task writes its state, the worker reads it.
#[derive(Debug, Clone)]
pub struct StateCell(Arc<Mutex<State>>);

impl Default for StateCell {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State::Starting)))
    }
}

impl StateCell {
    pub fn get(&self) -> State {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = state;
    }
}
