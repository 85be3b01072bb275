//! Topics that a connector has written to, as the status topic has them.

use super::answer::{Answer, blocking, empty, ok};
use crate::store::status::topic_key;
use crate::worker::{Refusal, Worker};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

pub async fn list(State(worker): State<Arc<Worker>>, Path(name): Path<String>) -> Answer {
    if !worker.settings.topic_tracking {
        return Err(Refusal::new(403, "Topic tracking is disabled."));
    }
    let topics = worker.ready()?.status.view().topics(&name);
    Ok(ok(&json!({ name: { "topics": topics } })))
}

pub async fn reset(State(worker): State<Arc<Worker>>, Path(name): Path<String>) -> Answer {
    if !worker.settings.topic_tracking {
        return Err(Refusal::new(403, "Topic tracking is disabled."));
    }
    if !worker.settings.topic_reset {
        return Err(Refusal::new(403, "Topic tracking reset is disabled."));
    }
    blocking(move || {
        let topics = worker.ready()?;
        let known = topics.status.view().topics(&name);
        for topic in known {
            topics.status.write(topic_key(&topic, &name).as_bytes(), None)?;
        }
        Ok(())
    })
    .await?;
    Ok(empty(StatusCode::ACCEPTED))
}
