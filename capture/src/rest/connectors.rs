//! Connectors: list, create, read, reconfigure, pause, resume, stop, delete.

use super::answer::{Answer, blocking, empty, json, ok};
use super::body::{self, Create};
use super::info::{self, ConnectorInfo, StateInfo};
use crate::store::config::Target;
use crate::store::java_map::JavaMap;
use crate::worker::{Put, Refusal, Worker};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

type Shared = State<Arc<Worker>>;

pub async fn list(State(worker): Shared, RawQuery(query): RawQuery) -> Answer {
    let names = worker.ready()?.config.view().names();
    let expand: Vec<&str> =
        query.as_deref().unwrap_or_default().split('&').filter_map(|p| p.strip_prefix("expand=")).collect();
    if expand.is_empty() {
        return Ok(ok(&names));
    }
    let mut all = BTreeMap::new();
    for name in names {
        let status = expand.contains(&"status").then(|| info::status(&worker, &name).ok()).flatten();
        let info = expand.contains(&"info").then(|| info::connector(&worker, &name).ok()).flatten();
        all.insert(name, Expanded { status, info });
    }
    Ok(ok(&all))
}

/// One connector of an expanded list; what was not asked for is left out.
#[derive(Serialize)]
struct Expanded {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StateInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<ConnectorInfo>,
}

pub async fn create(State(worker): Shared, headers: HeaderMap, bytes: Bytes) -> Answer {
    let create: Create = body::parse(&headers, &bytes)?;
    let target = create.target()?;
    let config = create.config.ok_or_else(|| Refusal::new(500, "the request has no 'config'"))?;
    let name = create.name.as_deref().or(config.get("name")).unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::invalid(&["Invalid value  for configuration name: String may not be empty".to_owned()]));
    }
    put(worker, headers, name, config, target, true).await
}

pub async fn put_config(State(worker): Shared, Path(name): Path<String>, headers: HeaderMap, bytes: Bytes) -> Answer {
    let config: JavaMap = body::parse(&headers, &bytes)?;
    put(worker, headers, name, config, None, false).await
}

async fn put(
    worker: Arc<Worker>,
    headers: HeaderMap,
    name: String,
    config: JavaMap,
    target: Option<Target>,
    only_new: bool,
) -> Answer {
    blocking(move || {
        worker.reach(&config)?;
        let Put { created, config } = worker.put_config(&name, config, target, only_new)?;
        let tasks = info::task_ids(&worker.ready()?.config.view(), &name);
        let kind = info::kind(&worker, &config);
        let shown = ConnectorInfo { name: name.clone(), config, tasks, kind };
        if !created {
            return Ok(ok(&shown));
        }
        Ok(with_location(json(StatusCode::CREATED, &shown), &headers, &name))
    })
    .await
}

/// An absolute address under the host that the caller used.
fn with_location(response: Response, headers: &HeaderMap, name: &str) -> Response {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let location = format!("http://{host}/connectors/{}", encode(name));
    match HeaderValue::from_str(&location) {
        Ok(value) => ([(header::LOCATION, value)], response).into_response(),
        Err(_) => response,
    }
}

/// Percent-encodes what may not stand in a path segment.
fn encode(segment: &str) -> String {
    let mut out = String::new();
    for byte in segment.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
            | b':' | b'@' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

pub async fn read(State(worker): Shared, Path(name): Path<String>) -> Answer {
    Ok(ok(&info::connector(&worker, &name)?))
}

pub async fn config(State(worker): Shared, Path(name): Path<String>) -> Answer {
    Ok(ok(&info::connector(&worker, &name)?.config))
}

pub async fn status(State(worker): Shared, Path(name): Path<String>) -> Answer {
    Ok(ok(&info::status(&worker, &name)?))
}

pub async fn delete(State(worker): Shared, Path(name): Path<String>) -> Answer {
    blocking(move || worker.delete(&name)).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

pub async fn pause(State(worker): Shared, Path(name): Path<String>) -> Answer {
    blocking(move || worker.set_target(&name, Target::Paused)).await?;
    Ok(empty(StatusCode::ACCEPTED))
}

pub async fn resume(State(worker): Shared, Path(name): Path<String>) -> Answer {
    blocking(move || worker.set_target(&name, Target::Started)).await?;
    Ok(empty(StatusCode::ACCEPTED))
}

pub async fn stop(State(worker): Shared, Path(name): Path<String>) -> Answer {
    blocking(move || worker.set_target(&name, Target::Stopped)).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_encoded_in_locations() {
        assert_eq!(super::encode("a b/ü%"), "a%20b%2F%C3%BC%25");
    }
}
