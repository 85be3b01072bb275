//! The REST interface of Kafka Connect, which the Java worker and ours share.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::process::wait;

const RUNNING_TIMEOUT: Duration = Duration::from_secs(90);

/// A worker's address.
#[derive(Debug, Clone)]
pub struct Rest {
    http: http::Client,
}

impl Rest {
    pub fn new(base: impl Into<String>) -> Self {
        Self { http: http::Client::new(base) }
    }

    pub fn base(&self) -> &str {
        self.http.base()
    }

    /// Any call, whatever the worker answers.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.http.call(method, path, body)
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.http.get(path)
    }

    pub fn create(&self, name: &str, config: &Value) -> Result<()> {
        let body = json!({"name": name, "config": config});
        self.demand("POST", "/connectors", Some(&body)).map(drop)
    }

    pub fn update(&self, name: &str, config: &Value) -> Result<()> {
        self.demand("PUT", &format!("/connectors/{name}/config"), Some(config)).map(drop)
    }

    pub fn delete(&self, name: &str) -> Result<()> {
        self.demand("DELETE", &format!("/connectors/{name}"), None).map(drop)
    }

    pub fn status(&self, name: &str) -> Result<Value> {
        self.demand("GET", &format!("/connectors/{name}/status"), None)?.json()
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

    /// A call that the worker must answer with success.
    fn demand(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let answer = self.call(method, path, body)?;
        if !(200..300).contains(&answer.status) {
            bail!("{method} {path}: the worker answered {}: {}", answer.status, answer.text);
        }
        Ok(answer)
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
