//! `GET /connector-plugins`: what is built in.

use super::answer::{Answer, ok};
use crate::worker::Worker;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct PluginInfo {
    class: String,
    #[serde(rename = "type")]
    kind: &'static str,
    version: String,
}

pub async fn list(State(worker): State<Arc<Worker>>) -> Answer {
    let plugins = worker.connectors.plugins();
    let infos = plugins.into_iter().map(|p| PluginInfo { class: p.class, kind: "source", version: p.version });
    Ok(ok(&infos.collect::<Vec<_>>()))
}
