//! What may be asked of the worker from outside: create, reconfigure, delete, pause, resume, stop, restart.
//!
//! Every change is a record in the config topic; it is done when the topic has it and our view shows it.

use super::shared::Worker;
use super::supervisor::Command;
use super::task;
use crate::config::key::{Map, Problem};
use crate::error::Error;
use crate::kafka::client;
use crate::store::config::{self, Target};
use crate::store::java_map::JavaMap;
use crate::store::topics::Topics;
use std::sync::{Arc, PoisonError};

/// Why a request is not done, with Connect's HTTP status and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// Connect's text for a configuration with errors, one a line.
    pub fn invalid(errors: &[String]) -> Self {
        let count = errors.len();
        let lines = errors.join("\n");
        Self::new(
            400,
            format!(
                "Connector configuration is invalid and contains the following {count} error(s):\n{lines}\nYou can also find the above list of errors at the endpoint `/connector-plugins/{{connectorType}}/config/validate`"
            ),
        )
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(500, error.report())
    }
}

/// A configuration that was stored.
#[derive(Debug, Clone)]
pub struct Put {
    pub created: bool,
    /// In the order of the request.
    pub config: JavaMap,
}

impl Worker {
    /// The topics, or 503 with what the worker waits for.
    pub fn ready(&self) -> Result<&Arc<Topics>, Refusal> {
        self.topics().ok_or_else(|| match self.health() {
            super::Health::Starting(what) => Refusal::new(503, format!("Worker is still starting up: {what}")),
            _ => Refusal::new(503, "Worker is still starting up"),
        })
    }

    /// Stores a configuration; `only_new` refuses one that exists.
    pub fn put_config(
        &self,
        name: &str,
        mut config: JavaMap,
        target: Option<Target>,
        only_new: bool,
    ) -> Result<Put, Refusal> {
        let topics = self.ready()?;
        if config.get("name").is_none() {
            config.set("name", name);
        }
        if config.get("name") != Some(name) {
            let inside = config.get("name").unwrap_or_default();
            return Err(Refusal::new(
                400,
                format!("Connector name configuration ({inside}) doesn't match connector name in the URL ({name})"),
            ));
        }
        self.validate(&config)?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let exists = topics.config.view().connector(name).is_some();
        if exists && only_new {
            return Err(Refusal::new(409, format!("Connector {name} already exists")));
        }
        if let Some(target) = target {
            let (key, value) = config::target_state(name, target);
            topics.config.write(key.as_bytes(), Some(&value))?;
        }
        let (key, value) = config::connector(name, &config);
        topics.config.write(key.as_bytes(), Some(&value))?;
        tracing::info!(connector = name, created = !exists, "connector configuration stored");
        self.look();
        Ok(Put { created: !exists, config })
    }

    /// Refuses a configuration that is valid but does not lead to its source. A source that is away while the worker
    /// starts is another matter: its task waits for it.
    pub fn reach(&self, config: &JavaMap) -> Result<(), Refusal> {
        let (class, resolved) = self.validate(config)?;
        match self.connectors.unreachable(class, &resolved) {
            None => Ok(()),
            Some(problem) => Err(Refusal::invalid(&[problem.message])),
        }
    }

    /// The class and the resolved settings, or Connect's texts for what is wrong with them.
    fn validate<'a>(&self, config: &'a JavaMap) -> Result<(&'a str, Map), Refusal> {
        let Some(class) = config.get("connector.class") else {
            let shown: Vec<String> =
                config.clone().copied_hash_order().iter().map(|(k, v)| format!("{k}={}", shown(k, v))).collect();
            return Err(Refusal::new(
                400,
                format!("Connector config {{{}}} contains no connector type", shown.join(", ")),
            ));
        };
        if self.connectors.find(class).is_none() {
            return Err(Refusal::new(500, self.no_such_class(class)));
        }
        let resolved = task::resolve(self, config).map_err(|problems| Refusal::new(500, lines(&problems)))?;
        let mut problems = self.connectors.validate(class, &resolved);
        let producer = client::overrides(self.settings.override_policy, &resolved);
        for translated in [producer, client::signal_consumer(&resolved)] {
            match translated {
                Ok(translated) => {
                    for key in translated.unknown {
                        tracing::warn!(key, "no kafka client of this kind knows this setting, it has no effect");
                    }
                }
                Err(refused) => problems.extend(refused),
            }
        }
        if problems.is_empty() {
            Ok((class, resolved))
        } else {
            Err(Refusal::invalid(&problems.iter().map(named).collect::<Vec<_>>()))
        }
    }

    fn no_such_class(&self, class: &str) -> String {
        let available: Vec<String> = self
            .connectors
            .plugins()
            .iter()
            .map(|p| {
                format!(
                    "PluginDesc{{klass=class {0}, name='{0}', version='{1}', encodedVersion={1}, type=source, typeName='source', location='classpath'}}",
                    p.class, p.version
                )
            })
            .collect();
        format!(
            "Failed to find any class that implements Connector and which name matches {class}, available connectors are: {}",
            available.join(", ")
        )
    }

    pub fn delete(&self, name: &str) -> Result<(), Refusal> {
        let topics = self.ready()?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.known(name, || format!("Connector {name} not found"))?;
        topics.config.write(format!("connector-{name}").as_bytes(), None)?;
        topics.config.write(format!("target-state-{name}").as_bytes(), None)?;
        tracing::info!(connector = name, "connector deleted");
        self.look();
        Ok(())
    }

    pub fn set_target(&self, name: &str, target: Target) -> Result<(), Refusal> {
        let topics = self.ready()?;
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.known(name, || format!("Unknown connector {name}"))?;
        let (key, value) = config::target_state(name, target);
        topics.config.write(key.as_bytes(), Some(&value))?;
        tracing::info!(connector = name, ?target, "connector target state stored");
        self.look();
        Ok(())
    }

    /// Restarts the task, whatever its state.
    pub fn restart_task(&self, name: &str) -> Result<(), Refusal> {
        self.known(name, || format!("Unknown connector: {name}"))?;
        tracing::info!(connector = name, "restart asked for");
        let _ = self.commands.send(Command::Restart(name.to_owned()));
        Ok(())
    }

    pub fn known(&self, name: &str, message: impl FnOnce() -> String) -> Result<(), Refusal> {
        let known = self.ready()?.config.view().connector(name).is_some();
        if known { Ok(()) } else { Err(Refusal::new(404, message())) }
    }

    /// The supervisor looks at once instead of at its next round; if it has ended, the process is ending too.
    fn look(&self) {
        let _ = self.commands.send(Command::Look);
    }
}

/// Debezium's texts hold the key already.
fn named(problem: &Problem) -> String {
    if problem.message.contains(&problem.key) { problem.message.clone() } else { problem.to_string() }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn shown<'a>(key: &str, value: &'a str) -> &'a str {
    let secret =
        ["password", "secret", "connection.string", "jaas", "ssl.key", "token"].iter().any(|s| key.contains(s));
    if secret { crate::config::secret::HIDDEN } else { value }
}
