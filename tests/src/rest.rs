//! The REST interface of Kafka Connect, which the Java worker and ours share.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::process::wait;

const STATE_TIMEOUT: Duration = Duration::from_secs(90);

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

    /// Whether the connector and a task of it run; a failed one is an error with its trace.
    pub fn is_running(&self, name: &str) -> Result<bool> {
        // not known yet: the worker answers 404, or 409 while it rebalances
        let Ok(status) = self.status(name) else { return Ok(false) };
        match overall(&status) {
            "FAILED" => bail!("connector {name} has failed: {}", trace(&status).unwrap_or("without a trace")),
            state => Ok(state == "RUNNING"),
        }
    }

    pub fn wait_running(&self, name: &str) -> Result<()> {
        let what = format!("start of connector {name}");
        let running = wait::until(&what, STATE_TIMEOUT, || Ok(self.is_running(name)?.then_some(())));
        running.with_context(|| self.testimony(name))
    }

    /// Waits until the connector or a task has failed, and gives the trace.
    pub fn wait_failed(&self, name: &str) -> Result<String> {
        let what = format!("failure of connector {name}");
        let failed = wait::until(&what, STATE_TIMEOUT, || {
            let Ok(status) = self.status(name) else { return Ok(None) };
            let has_failed = overall(&status) == "FAILED";
            Ok(has_failed.then(|| trace(&status).unwrap_or_default().to_owned()))
        });
        failed.with_context(|| self.testimony(name))
    }

    /// For an error message: the status of a connector, or why there is none.
    pub fn testimony(&self, name: &str) -> String {
        match self.status(name) {
            Ok(status) => format!("status of {name}: {status}"),
            Err(error) => format!("no status of {name}: {error:#}"),
        }
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
