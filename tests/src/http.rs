//! Calls to a component that speaks HTTP on loopback, and what it answers.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::Value;

use crate::blocking;

const CALL_TIMEOUT: Duration = Duration::from_secs(100);

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text).with_context(|| format!("the answer is not JSON: {}", self.text))
    }
}

/// Calls to one address. Any answer is a success here; the caller judges its status.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
}

impl Client {
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, None)
    }

    /// A call with a body of JSON, or with none.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let method = Method::from_bytes(method.as_bytes()).with_context(|| format!("{method} is no HTTP method"))?;
        self.send(method, path, body.map(|body| ("application/json", body.to_string())))
    }

    pub fn post_text(&self, path: &str, text: &str) -> Result<Answer> {
        self.send(Method::POST, path, Some(("text/plain", text.to_owned())))
    }

    fn send(&self, method: Method, path: &str, body: Option<(&'static str, String)>) -> Result<Answer> {
        let url = format!("{}{path}", self.base);
        let what = format!("{method} {url}");
        let answer = blocking::wait(async move {
            let client = reqwest::Client::builder().timeout(CALL_TIMEOUT).no_proxy().build()?;
            let mut request = client.request(method, url);
            if let Some((kind, text)) = body {
                request = request.header("Content-Type", kind).body(text);
            }
            let response = request.send().await?;
            let status = response.status().as_u16();
            anyhow::Ok(Answer { status, text: response.text().await? })
        });
        answer.with_context(|| format!("{what} failed"))
    }
}
