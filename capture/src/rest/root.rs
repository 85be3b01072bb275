//! `GET /` and `GET /health`.

use super::answer::{Answer, json, ok};
use crate::worker::{Health, Worker};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;

/// The release whose behaviour this worker has, and the commit that its own worker names.
const VERSION: &str = "4.0.0";
const COMMIT: &str = "985bc99521dd22bb";

#[derive(Serialize)]
struct ServerInfo<'a> {
    version: &'a str,
    commit: &'a str,
    kafka_cluster_id: &'a str,
}

#[derive(Serialize)]
struct HealthInfo {
    status: &'static str,
    message: String,
}

pub async fn root(State(worker): State<Arc<Worker>>) -> Answer {
    let topics = worker.ready()?;
    Ok(ok(&ServerInfo { version: VERSION, commit: COMMIT, kafka_cluster_id: &topics.cluster_id }))
}

pub async fn health(State(worker): State<Arc<Worker>>) -> Response {
    let (status, word, message) = match worker.health() {
        Health::Healthy => {
            (StatusCode::OK, "healthy", "Worker has completed startup and is ready to handle requests.".to_owned())
        }
        Health::Starting(what) => {
            (StatusCode::SERVICE_UNAVAILABLE, "starting", format!("Worker is still starting up. The worker is {what}."))
        }
        Health::Unhealthy => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "unhealthy",
            "Worker was unable to handle this request and may be unable to handle other requests.".to_owned(),
        ),
    };
    json(status, &HealthInfo { status: word, message })
}
