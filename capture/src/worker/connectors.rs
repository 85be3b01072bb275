//! What the worker asks of the connectors that are built in.

use crate::config::key::{Map, Problem};
use crate::error::Result;
use crate::pipeline::task::{Spec, StateCell};
use std::time::Duration;

/// One connector class, as `/connector-plugins` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    pub class: String,
    /// The class of its tasks, which stands in stored task configurations.
    pub task_class: String,
    pub version: String,
}

pub trait Connectors: Send + Sync + 'static {
    fn plugins(&self) -> Vec<Plugin>;

    /// By full class name or by an alias that Connect would take.
    fn find(&self, class: &str) -> Option<Plugin>;

    /// Every problem of a resolved configuration, without opening anything.
    fn validate(&self, class: &str, config: &Map) -> Vec<Problem>;

    /// Logs in to the source with a valid configuration, and says what stands against it.
    fn unreachable(&self, class: &str, config: &Map) -> Option<Problem>;

    /// Starts the task on a thread of its own and returns at once. A panic of the task must end as `State::Failed`.
    fn start(&self, spec: Spec, cell: StateCell) -> Result<Box<dyn RunningTask>>;
}

pub trait RunningTask: Send {
    /// Asks for an orderly end and returns at once.
    fn stop(&self);

    /// True once the task has ended; false where it did not within `timeout`.
    fn join(self: Box<Self>, timeout: Duration) -> bool;
}
