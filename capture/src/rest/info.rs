//! The shapes that tell of a connector.

use crate::store::config::{Configs, Target};
use crate::store::java_map::JavaMap;
use crate::store::status::{Status, Statuses};
use crate::worker::{Refusal, Worker};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct ConnectorInfo {
    pub name: String,
    pub config: JavaMap,
    pub tasks: Vec<TaskId>,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Debug, Serialize)]
pub struct TaskId {
    pub connector: String,
    pub task: usize,
}

#[derive(Debug, Serialize)]
pub struct StateInfo {
    pub name: String,
    pub connector: State,
    pub tasks: Vec<TaskState>,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Debug, Serialize)]
pub struct State {
    pub state: String,
    pub worker_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct TaskState {
    pub id: u32,
    #[serde(flatten)]
    pub state: State,
}

impl From<&Status> for State {
    fn from(status: &Status) -> Self {
        let trace = status.trace.clone().filter(|t| !t.is_empty());
        Self { state: status.state.clone(), worker_id: status.worker_id.clone(), trace }
    }
}

pub fn kind(worker: &Worker, config: &JavaMap) -> &'static str {
    let class = config.get("connector.class").unwrap_or_default();
    if worker.connectors.find(class).is_some() { "source" } else { "unknown" }
}

pub fn task_ids(configs: &Configs, name: &str) -> Vec<TaskId> {
    let count = configs.tasks(name).map_or(0, |t| t.configs.len());
    (0..count).map(|task| TaskId { connector: name.to_owned(), task }).collect()
}

pub fn connector(worker: &Worker, name: &str) -> Result<ConnectorInfo, Refusal> {
    let configs = worker.ready()?.config.view();
    let found = configs.connector(name).ok_or_else(|| Refusal::new(404, format!("Connector {name} not found")))?;
    Ok(ConnectorInfo {
        name: name.to_owned(),
        config: found.config.clone(),
        tasks: task_ids(&configs, name),
        kind: kind(worker, &found.config),
    })
}

pub fn status(worker: &Worker, name: &str) -> Result<StateInfo, Refusal> {
    let none = || Refusal::new(404, format!("No status found for connector {name}"));
    let topics = worker.ready()?;
    let (kind, target) = {
        let configs = topics.config.view();
        let found = configs.connector(name).ok_or_else(none)?;
        (kind(worker, &found.config), found.target)
    };
    let statuses = topics.status.view();
    let connector = statuses.connector(name).map(State::from).ok_or_else(none)?;
    Ok(StateInfo { name: name.to_owned(), connector, tasks: tasks(&statuses, name, target), kind })
}

fn tasks(statuses: &Statuses, name: &str, target: Target) -> Vec<TaskState> {
    if target == Target::Stopped {
        return vec![];
    }
    statuses.tasks(name).iter().map(|(id, status)| TaskState { id: *id, state: State::from(status) }).collect()
}
