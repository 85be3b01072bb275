//! The connectors that are built in, as the worker asks for them.

use super::connectors::{Connectors, Plugin, RunningTask};
use crate::config::key::{Map, Problem};
use crate::error::Result;
use crate::pipeline::task::{Spec, StateCell};
use crate::pipeline::{self, TaskHandle};
use crate::source::connectors::{self, Definition};
use std::time::Duration;

pub struct Native;

impl Connectors for Native {
    fn plugins(&self) -> Vec<Plugin> {
        connectors::DEFINITIONS.iter().map(plugin).collect()
    }

    fn find(&self, class: &str) -> Option<Plugin> {
        connectors::find(class).map(plugin)
    }

    fn validate(&self, class: &str, config: &Map) -> Vec<Problem> {
        connectors::find(class).map(|definition| (definition.validate)(config)).unwrap_or_default()
    }

    fn start(&self, spec: Spec, cell: StateCell) -> Result<Box<dyn RunningTask>> {
        Ok(Box::new(pipeline::spawn(spec, cell)?))
    }
}

fn plugin(definition: &Definition) -> Plugin {
    Plugin {
        class: definition.class.to_owned(),
        task_class: format!("{}Task", definition.class),
        version: definition.version.to_owned(),
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
