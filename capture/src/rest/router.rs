//! Which function answers which request.

use super::{connectors, plugins, root, tasks, topics};
use crate::worker::{Refusal, Worker};
use axum::Router;
use axum::routing::{get, post, put};
use std::sync::Arc;

pub fn router(worker: Arc<Worker>) -> Router {
    Router::new()
        .route("/", get(root::root))
        .route("/health", get(root::health))
        .route("/connector-plugins", get(plugins::list))
        .route("/connectors", get(connectors::list).post(connectors::create))
        .route("/connectors/{name}", get(connectors::read).delete(connectors::delete))
        .route("/connectors/{name}/config", get(connectors::config).put(connectors::put_config))
        .route("/connectors/{name}/status", get(connectors::status))
        .route("/connectors/{name}/pause", put(connectors::pause))
        .route("/connectors/{name}/resume", put(connectors::resume))
        .route("/connectors/{name}/stop", put(connectors::stop))
        .route("/connectors/{name}/restart", post(tasks::restart_connector))
        .route("/connectors/{name}/tasks", get(tasks::list))
        .route("/connectors/{name}/tasks/{task}/status", get(tasks::status))
        .route("/connectors/{name}/tasks/{task}/restart", post(tasks::restart))
        .route("/connectors/{name}/topics", get(topics::list))
        .route("/connectors/{name}/topics/reset", put(topics::reset))
        .method_not_allowed_fallback(|| async { Refusal::new(405, "HTTP 405 Method Not Allowed") })
        .fallback(|| async { Refusal::new(404, "HTTP 404 Not Found") })
        .with_state(worker)
}
