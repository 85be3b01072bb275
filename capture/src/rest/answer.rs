//! Answers: JSON with the headers that a Connect worker sends, and its errors.

use crate::worker::Refusal;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

pub type Answer = Result<Response, Refusal>;

#[derive(Serialize)]
struct ErrorBody<'a> {
    error_code: u16,
    message: &'a str,
}

pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(error) => Refusal::new(500, error.to_string()).into_response(),
    }
}

pub fn ok<T: Serialize>(value: &T) -> Response {
    json(StatusCode::OK, value)
}

pub fn empty(status: StatusCode) -> Response {
    (status, Body::empty()).into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, &ErrorBody { error_code: status.as_u16(), message: &self.message });
        // the layer below Connect answers these, without a media type
        if self.message.starts_with("HTTP ") {
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        response
    }
}

/// Runs what may wait for Kafka off the threads that serve.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(Refusal::new(500, "the request ended in a panic, see the worker's log")),
    }
}
