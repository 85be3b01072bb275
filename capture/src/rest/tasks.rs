//! Tasks of a connector, and restarts.

use super::answer::{Answer, blocking, empty, json, ok};
use super::info::{self, State as StateShape, TaskState};
use crate::store::java_map::JavaMap;
use crate::worker::{Refusal, Worker};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize)]
struct TaskInfo {
    id: info::TaskId,
    config: JavaMap,
}

pub async fn list(State(worker): State<Arc<Worker>>, Path(name): Path<String>) -> Answer {
    worker.known(&name, || format!("Connector {name} not found"))?;
    let configs = worker.ready()?.config.view();
    let tasks = configs.tasks(&name).map(|t| t.configs.clone()).unwrap_or_default();
    let infos = tasks.into_iter().enumerate();
    let infos = infos.map(|(task, config)| TaskInfo { id: info::TaskId { connector: name.clone(), task }, config });
    Ok(ok(&infos.collect::<Vec<_>>()))
}

pub async fn status(State(worker): State<Arc<Worker>>, Path((name, task)): Path<(String, String)>) -> Answer {
    let task = number(&task)?;
    let none = || Refusal::new(404, format!("No status found for task {name}-{task}"));
    worker.known(&name, || format!("No status found for task {name}-{task}"))?;
    let statuses = worker.ready()?.status.view();
    let status = statuses.task(&name, task).ok_or_else(none)?;
    Ok(ok(&TaskState { id: task, state: StateShape::from(status) }))
}

pub async fn restart(State(worker): State<Arc<Worker>>, Path((name, task)): Path<(String, String)>) -> Answer {
    let task = number(&task)?;
    blocking(move || {
        worker.known(&name, || format!("Unknown connector: {name}"))?;
        let has_task = task == 0 && worker.ready()?.config.view().tasks(&name).is_some_and(|t| !t.configs.is_empty());
        if !has_task {
            return Err(Refusal::new(404, format!("Unknown task: {name}-{task}")));
        }
        worker.restart_task(&name)?;
        Ok(empty(StatusCode::NO_CONTENT))
    })
    .await
}

/// What is no number is no route.
fn number(task: &str) -> Result<u32, Refusal> {
    task.parse().map_err(|_| Refusal::new(404, "HTTP 404 Not Found"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestartFlags {
    include_tasks: bool,
    only_failed: bool,
}

/// A connector here is its one task's configuration and nothing that runs by itself: without its tasks there is nothing to
/// restart, so only those that the flags name are.
pub async fn restart_connector(
    State(worker): State<Arc<Worker>>,
    Path(name): Path<String>,
    Query(flags): Query<RestartFlags>,
) -> Answer {
    blocking(move || {
        worker.known(&name, || format!("Unknown connector: {name}"))?;
        if !flags.include_tasks && !flags.only_failed {
            return Ok(empty(StatusCode::NO_CONTENT));
        }
        let mut shown = info::status(&worker, &name)?;
        let affected = |state: &str| !flags.only_failed || state == "FAILED";
        if affected(&shown.connector.state) {
            shown.connector.state = "RESTARTING".into();
            shown.connector.trace = None;
        }
        for task in shown.tasks.iter_mut().filter(|t| flags.include_tasks && affected(&t.state.state)) {
            task.state.state = "RESTARTING".into();
            task.state.trace = None;
            worker.restart_task(&name)?;
        }
        Ok(json(StatusCode::ACCEPTED, &shown))
    })
    .await
}
