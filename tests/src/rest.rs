//! The REST interface of Kafka Connect, which the Java worker and ours share.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::blocking;
use crate::process::wait;

const CALL_TIMEOUT: Duration = Duration::from_secs(100);
const RUNNING_TIMEOUT: Duration = Duration::from_secs(90);

/// What a worker answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text).with_context(|| format!("the answer is not JSON: {}", self.text))
    }

    fn expect_success(self) -> Result<Self> {
        if !(200..300).contains(&self.status) {
            bail!("the worker answered {}: {}", self.status, self.text);
        }
        Ok(self)
    }
}

/// A worker's address.
#[derive(Debug, Clone)]
pub struct Rest {
    base: String,
}

impl Rest {
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// Any call, whatever the worker answers.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let method = Method::from_bytes(method.as_bytes()).context("no HTTP method")?;
        self.send(method, path, body.map(|body| ("application/json", body.to_string())))
    }

    /// Posts plain text, as ClickHouse takes statements.
    pub fn post_text(&self, path: &str, text: &str) -> Result<Answer> {
        self.send(Method::POST, path, Some(("text/plain", text.to_owned())))
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.call("GET", path, None)
    }

    pub fn create(&self, name: &str, config: &Value) -> Result<()> {
        let body = json!({"name": name, "config": config});
        self.call("POST", "/connectors", Some(&body))?.expect_success()?;
        Ok(())
    }

    pub fn update(&self, name: &str, config: &Value) -> Result<()> {
        self.call("PUT", &format!("/connectors/{name}/config"), Some(config))?.expect_success()?;
        Ok(())
    }

    pub fn delete(&self, name: &str) -> Result<()> {
        self.call("DELETE", &format!("/connectors/{name}"), None)?.expect_success()?;
        Ok(())
    }

    pub fn status(&self, name: &str) -> Result<Value> {
        self.get(&format!("/connectors/{name}/status"))?.expect_success()?.json()
    }

    /// Waits until the connector and a task of it run; a failed one is an error with its trace.
    pub fn wait_running(&self, name: &str) -> Result<()> {
        self.wait_state(name, "RUNNING").map(|_| ())
    }

    /// Waits until the connector or a task has failed, and gives the trace.
    pub fn wait_failed(&self, name: &str) -> Result<String> {
        let status = self.wait_state(name, "FAILED")?;
        Ok(trace(&status).unwrap_or_default().to_owned())
    }

    fn wait_state(&self, name: &str, wanted: &str) -> Result<Value> {
        let mut last = Value::Null;
        let what = format!("state {wanted} of connector {name}");
        let reached = wait::until(&what, RUNNING_TIMEOUT, || {
            // not known yet: the worker answers 404, or 409 while it rebalances
            let Ok(status) = self.status(name) else { return Ok(None) };
            let state = overall(&status);
            if state == "FAILED" && wanted != "FAILED" {
                bail!("connector {name} has failed: {}", trace(&status).unwrap_or("without a trace"));
            }
            let reached = state == wanted;
            last = status;
            Ok(reached.then(|| last.clone()))
        });
        reached.with_context(|| format!("last status of {name}: {last}"))
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

/// The state of the task if there is one, except that a failed connector has failed.
fn overall(status: &Value) -> &str {
    let connector = status["connector"]["state"].as_str().unwrap_or("UNKNOWN");
    let task = status["tasks"][0]["state"].as_str();
    if connector == "FAILED" { connector } else { task.unwrap_or("UNASSIGNED") }
}

fn trace(status: &Value) -> Option<&str> {
    status["tasks"][0]["trace"].as_str().or_else(|| status["connector"]["trace"].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_runs_only_when_its_task_does() {
        let of = |connector, tasks: Value| json!({"connector": {"state": connector}, "tasks": tasks});
        assert_eq!(overall(&of("RUNNING", json!([]))), "UNASSIGNED");
        assert_eq!(overall(&of("RUNNING", json!([{"state": "RUNNING"}]))), "RUNNING");
        assert_eq!(overall(&of("RUNNING", json!([{"state": "FAILED"}]))), "FAILED");
        assert_eq!(overall(&of("FAILED", json!([]))), "FAILED");
    }
}
