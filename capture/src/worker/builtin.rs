//! The connectors of this program, as the worker asks for them.

use super::connectors::{Connectors, Plugin, RunningTask};
use crate::config::key::{Map, Problem};
use crate::error::Result;
use crate::pipeline::TaskHandle;
use crate::pipeline::task::{Spec, StateCell};
use crate::source::connectors::{self, Definition};
use std::time::Duration;

#[derive(Debug, Clone, Copy, Default)]
pub struct Builtin;

impl Connectors for Builtin {
    fn plugins(&self) -> Vec<Plugin> {
        connectors::DEFINITIONS.iter().map(plugin).collect()
    }

    fn find(&self, class: &str) -> Option<Plugin> {
        connectors::find(class.trim()).map(plugin)
    }

    fn validate(&self, class: &str, config: &Map) -> Vec<Problem> {
        connectors::find(class.trim()).map(|definition| (definition.validate)(config)).unwrap_or_default()
    }

    fn unreachable(&self, class: &str, config: &Map) -> Option<Problem> {
        connectors::find(class.trim()).and_then(|definition| (definition.unreachable)(config))
    }

    fn start(&self, spec: Spec, cell: StateCell) -> Result<Box<dyn RunningTask>> {
        Ok(Box::new(crate::pipeline::spawn(spec, cell)?))
    }
}

impl RunningTask for TaskHandle {
    fn stop(&self) {
        TaskHandle::stop(self);
    }

    fn join(self: Box<Self>, timeout: Duration) -> bool {
        TaskHandle::join(*self, timeout)
    }
}

/// Debezium names the class of a connector's tasks after the connector's.
fn plugin(definition: &Definition) -> Plugin {
    Plugin {
        class: definition.class.to_owned(),
        task_class: format!("{}Task", definition.class),
        version: definition.version.to_owned(),
    }
}
