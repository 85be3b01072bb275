//! Request bodies: JSON only, by media type; numbers and booleans become strings.

use crate::store::config::Target;
use crate::store::java_map::JavaMap;
use crate::worker::Refusal;
use axum::http::{HeaderMap, header};
use serde::Deserialize;

/// Body of `POST /connectors`.
#[derive(Debug, Deserialize)]
pub struct Create {
    pub name: Option<String>,
    pub config: Option<JavaMap>,
    pub initial_state: Option<String>,
}

impl Create {
    pub fn target(&self) -> Result<Option<Target>, Refusal> {
        let Some(text) = &self.initial_state else { return Ok(None) };
        match text.to_ascii_uppercase().as_str() {
            "RUNNING" => Ok(Some(Target::Started)),
            "PAUSED" => Ok(Some(Target::Paused)),
            "STOPPED" => Ok(Some(Target::Stopped)),
            _ => Err(Refusal::new(
                400,
                format!("Invalid initial_state '{text}': one of RUNNING, PAUSED, STOPPED is expected"),
            )),
        }
    }
}

pub fn parse<T: for<'de> Deserialize<'de>>(headers: &HeaderMap, body: &[u8]) -> Result<T, Refusal> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if !essence.is_empty() && !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::new(415, "HTTP 415 Unsupported Media Type"));
    }
    serde_json::from_slice(body)
        .map_err(|e| Refusal::new(500, format!("the request body is not what is expected: {e}")))
}
