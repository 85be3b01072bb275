//! Starting one task: its configuration resolved, its producer's properties, its offset store.

use super::shared::Worker;
use crate::config::key::{Map, Problem, refused};
use crate::error::{Error, Result};
use crate::kafka::client;
use crate::pipeline::task::{Spec, StateCell};
use crate::store::java_map::JavaMap;
use crate::store::topics::Topics;
use crate::worker::{Plugin, RunningTask};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Starts the task of connector `name`; nothing it does can take the worker down.
pub fn start(
    worker: &Worker,
    topics: &Arc<Topics>,
    name: &str,
    config: &JavaMap,
    cell: &StateCell,
) -> Result<Box<dyn RunningTask>> {
    let spec = spec(worker, topics, name, config)?;
    let cell = cell.clone();
    let started = catch_unwind(AssertUnwindSafe(|| worker.connectors.start(spec, cell)));
    started.unwrap_or_else(|_| {
        Err(Error::definite(format!("connector {name} panicked while it was started"))
            .remedy("report it with the panic's message from the worker's log"))
    })
}

fn spec(worker: &Worker, topics: &Arc<Topics>, name: &str, config: &JavaMap) -> Result<Spec> {
    let settings = &worker.settings;
    let unusable = |problems: Vec<Problem>| refused(&format!("configuration of connector {name}"), &problems);
    // a file that is not there yet may come
    let unresolved = |problems| unusable(problems).into_transient();
    let resolved = resolve(worker, config).map_err(unresolved)?;
    let class = resolved.get("connector.class").map(String::as_str).unwrap_or_default();
    if worker.connectors.find(class).is_none() {
        return Err(Error::definite(format!("connector {name}: connector.class '{class}' is not served"))
            .remedy("see GET /connector-plugins for the classes that are"));
    }
    let problems = worker.connectors.validate(class, &resolved);
    if !problems.is_empty() {
        return Err(unusable(problems));
    }
    let producer = client::task_producer(settings, &resolved, name, 0).map_err(unusable)?;
    let (topics, connector) = (Arc::clone(topics), name.to_owned());
    Ok(Spec {
        connector: name.to_owned(),
        config: resolved,
        producer,
        worker_converters: settings.converters.clone(),
        offset_flush_interval: settings.offset_flush_interval,
        shutdown_timeout: settings.shutdown_timeout,
        offsets: Box::new(move |partition| topics.offset_store(&connector, partition)),
    })
}

/// The configuration that a Java worker stores for the one task of a Debezium connector: the connector's own, with its
/// placeholders, and the class of the task.
pub fn task_config(plugin: &Plugin, config: &JavaMap) -> JavaMap {
    let mut task = config.clone().copied_hash_order();
    task.set("task.class", plugin.task_class.as_str());
    task.copied_hash_order()
}

/// The configuration with the text of each placeholder that a provider knows.
pub fn resolve(worker: &Worker, config: &JavaMap) -> Result<Map, Vec<Problem>> {
    worker.settings.providers.resolve_map(&config.to_map())
}
