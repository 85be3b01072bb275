//! The supervisor: one thread that looks at what is wanted and what runs, asks the herder, and carries out.

use super::herder::{Decision, Phase, Run, Task, Told, Wanted, World, decide};
use super::shared::Worker;
use super::{RunningTask, task};
use crate::kafka::log::Pending;
use crate::pipeline::task::{State, StateCell};
use crate::store::config::{self, Connector, Target};
use crate::store::java_map::JavaMap;
use crate::store::status::{Status, Subject};
use crate::store::topics::Topics;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How often the states of tasks are looked at.
const ROUND: Duration = Duration::from_millis(100);
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(60);

pub enum Command {
    /// Something in the config topic has changed.
    Look,
    /// Restart the task of this connector.
    Restart(String),
    /// A task that was asked to stop has ended, or has not within its time.
    Ended { connector: String, orderly: bool },
    /// Stop every task and say so.
    Shutdown(Sender<()>),
}

/// A task as the supervisor holds it.
struct Held {
    run: Run,
    cell: StateCell,
    handle: Option<Box<dyn RunningTask>>,
    stopping: bool,
    not_started: Option<(String, Option<Instant>)>,
    has_run: bool,
}

pub struct Supervisor {
    worker: Arc<Worker>,
    topics: Arc<Topics>,
    tasks: BTreeMap<String, Held>,
    told: BTreeMap<Subject, Told>,
    /// States on their way to the status topic.
    telling: BTreeMap<Subject, Pending>,
    restarts: BTreeMap<String, u64>,
    failed_starts: BTreeMap<String, u32>,
    generation: i64,
}

impl Supervisor {
    pub fn new(worker: Arc<Worker>, topics: Arc<Topics>) -> Self {
        let generation = topics.status.view().highest_generation() + 1;
        Self {
            worker,
            topics,
            tasks: BTreeMap::new(),
            told: BTreeMap::new(),
            telling: BTreeMap::new(),
            restarts: BTreeMap::new(),
            failed_starts: BTreeMap::new(),
            generation,
        }
    }

    /// Runs until a shutdown is asked for and done.
    pub fn run(mut self, commands: &Receiver<Command>) {
        loop {
            self.round();
            self.worker.came_round();
            match commands.recv_timeout(ROUND) {
                Ok(Command::Shutdown(done)) => {
                    self.drain(commands);
                    // nobody waits any more where the process ended first
                    let _ = done.send(());
                    return;
                }
                Ok(command) => self.take(command),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Look | Command::Shutdown(_) => {}
            Command::Restart(name) => {
                *self.restarts.entry(name.clone()).or_default() += 1;
                self.failed_starts.remove(&name);
            }
            Command::Ended { connector, orderly } => {
                if !orderly {
                    tracing::warn!(connector, "task did not end in its time and is left behind");
                }
                self.tasks.remove(&connector);
            }
        }
    }

    fn round(&mut self) {
        self.settle_telling();
        let connectors = self.topics.config.view().connectors().clone();
        self.restarts.retain(|name, _| connectors.contains_key(name));
        self.failed_starts.retain(|name, _| connectors.contains_key(name));
        let wanted = self.wanted(&connectors);
        let tasks = self.seen_tasks();
        let remembered = self.remembered();
        let world =
            World { wanted: &wanted, tasks: &tasks, told: &self.told, remembered: &remembered, now: Instant::now() };
        for decision in decide(&world) {
            self.carry_out(decision, &connectors, &wanted);
        }
    }

    fn wanted(&self, connectors: &BTreeMap<String, Connector>) -> BTreeMap<String, Wanted> {
        let view = self.topics.config.view();
        let wanted = |(name, connector): (&String, &Connector)| {
            let restart = self.restarts.get(name).copied().unwrap_or(0);
            let expected = self.expected_tasks(connector);
            let tasks_committed = view.tasks(name).is_some_and(|tasks| {
                tasks.consistent
                    && tasks.configs.len() == expected.len()
                    && tasks.configs.iter().zip(&expected).all(|(a, b)| a.same_as(b))
            });
            let run = Run { revision: connector.revision, restart };
            (name.clone(), Wanted { run, target: connector.target, tasks_committed })
        };
        connectors.iter().map(wanted).collect()
    }

    /// The task configurations that belong into the config topic: none of a stopped connector.
    fn expected_tasks(&self, connector: &Connector) -> Vec<JavaMap> {
        if connector.target == Target::Stopped {
            return vec![];
        }
        let class = connector.config.get("connector.class").unwrap_or_default();
        let plugin = self.worker.connectors.find(class);
        plugin.map(|p| task::task_config(&p, &connector.config)).into_iter().collect()
    }

    fn seen_tasks(&mut self) -> BTreeMap<String, Task> {
        let mut seen = BTreeMap::new();
        for (name, held) in &mut self.tasks {
            let phase = match (&held.not_started, held.stopping) {
                (Some((report, retry_at)), _) => Phase::NotStarted { report: report.clone(), retry_at: *retry_at },
                (None, true) => Phase::Stopping,
                (None, false) => {
                    let state = held.cell.get();
                    held.has_run |= state == State::Running;
                    Phase::Alive(state)
                }
            };
            seen.insert(name.clone(), Task { run: held.run, phase, has_run: held.has_run });
        }
        seen
    }

    fn remembered(&self) -> BTreeSet<Subject> {
        let view = self.topics.status.view();
        let mut subjects = BTreeSet::new();
        for name in view.connector_names() {
            subjects.extend(view.connector(&name).map(|_| Subject::Connector(name.clone())));
            subjects.extend(view.tasks(&name).iter().map(|(task, _)| Subject::Task(name.clone(), *task)));
        }
        subjects
    }

    fn carry_out(
        &mut self,
        decision: Decision,
        connectors: &BTreeMap<String, Connector>,
        wanted: &BTreeMap<String, Wanted>,
    ) {
        match decision {
            Decision::Start(name) => {
                if let (Some(connector), Some(wanted)) = (connectors.get(&name), wanted.get(&name)) {
                    self.start(&name, connector, wanted.run);
                }
            }
            Decision::Stop(name) => self.stop(&name),
            Decision::Forget(name) => drop(self.tasks.remove(&name)),
            Decision::CommitTasks(name) => {
                if let Some(connector) = connectors.get(&name) {
                    self.commit_tasks(&name, connector);
                }
            }
            Decision::Tell(subject, told) => self.tell(subject, told),
        }
    }

    fn start(&mut self, name: &str, connector: &Connector, run: Run) {
        let cell = StateCell::default();
        let mut held = Held { run, cell, handle: None, stopping: false, not_started: None, has_run: false };
        match task::start(&self.worker, &self.topics, name, &connector.config, &held.cell) {
            Ok(handle) => {
                tracing::info!(connector = name, "task started");
                held.handle = Some(handle);
                self.failed_starts.remove(name);
            }
            Err(error) => {
                let retry_in = error.is_transient().then(|| self.next_retry(name));
                let mut report = error.report();
                if let Some(retry_in) = retry_in {
                    report.push_str(&format!("\ntrying again in {} s", retry_in.as_secs()));
                }
                tracing::error!(connector = name, error = report, "task cannot be started");
                held.not_started = Some((report, retry_in.map(|d| Instant::now() + d)));
            }
        }
        self.tasks.insert(name.to_owned(), held);
    }

    fn next_retry(&mut self, name: &str) -> Duration {
        let failures = self.failed_starts.entry(name.to_owned()).or_default();
        *failures += 1;
        (FIRST_RETRY * 2u32.saturating_pow((*failures - 1).min(10))).min(LONGEST_RETRY)
    }

    /// Waiting for the end is another thread's work: one slow task holds nobody up.
    fn stop(&mut self, name: &str) {
        let Some(held) = self.tasks.get_mut(name) else { return };
        let Some(handle) = held.handle.take() else {
            self.tasks.remove(name);
            return;
        };
        held.stopping = true;
        handle.stop();
        tracing::info!(connector = name, "task is asked to stop");
        let (connector, commands) = (name.to_owned(), self.worker.commands.clone());
        let timeout = self.worker.settings.shutdown_timeout;
        let waiting = std::thread::Builder::new().name(format!("stop-{name}")).spawn(move || {
            let orderly = handle.join(timeout);
            let _ = commands.send(Command::Ended { connector, orderly });
        });
        if let Err(error) = waiting {
            tracing::error!(connector = name, %error, "no thread can be started to wait for a task");
            // as one that did not end in its time: else the connector would be stopping for ever
            let _ = self.worker.commands.send(Command::Ended { connector: name.to_owned(), orderly: false });
        }
    }

    fn commit_tasks(&self, name: &str, connector: &Connector) {
        let tasks = self.expected_tasks(connector);
        let mut records: Vec<_> = tasks.iter().enumerate().map(|(i, t)| config::task(name, i, t)).collect();
        records.push(config::tasks_commit(name, tasks.len()));
        for (key, value) in records {
            if let Err(error) = self.topics.config.write(key.as_bytes(), Some(&value)) {
                tracing::warn!(
                    connector = name,
                    error = error.report(),
                    "task configurations are not stored, trying on"
                );
                return;
            }
        }
    }

    fn tell(&mut self, subject: Subject, told: Option<Told>) {
        let status = told.as_ref().map(|told| Status {
            state: told.state.to_owned(),
            trace: told.trace.clone(),
            worker_id: self.worker.worker_id.clone(),
            generation: self.generation,
        });
        if told.is_none() && !self.told.contains_key(&subject) && self.telling.contains_key(&subject) {
            return;
        }
        self.telling.insert(subject.clone(), self.topics.tell(&subject, status.as_ref()));
        match told {
            Some(told) => drop(self.told.insert(subject, told)),
            None => drop(self.told.remove(&subject)),
        }
    }

    /// What did not reach the topic is told again.
    fn settle_telling(&mut self) {
        let mut lost = vec![];
        self.telling.retain(|subject, pending| match pending.poll() {
            None => true,
            Some(Ok(_)) => false,
            Some(Err(error)) => {
                tracing::warn!(key = subject.key(), error = error.report(), "state is not stored, telling it again");
                lost.push(subject.clone());
                false
            }
        });
        for subject in lost {
            self.told.remove(&subject);
        }
    }

    /// Every task ends at the same time, within one graceful timeout; then all is told to be unassigned.
    fn drain(&mut self, commands: &Receiver<Command>) {
        let names: Vec<String> = self.tasks.keys().cloned().collect();
        for name in names {
            if !self.tasks.get(&name).is_some_and(|t| t.stopping) {
                self.stop(&name);
            }
        }
        let deadline = Instant::now() + self.worker.settings.shutdown_timeout + ROUND;
        while !self.tasks.is_empty() {
            match commands.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(command @ Command::Ended { .. }) => self.take(command),
                Ok(_) => {}
                Err(_) => {
                    tracing::warn!(tasks = self.tasks.len(), "tasks did not end in their time");
                    break;
                }
            }
        }
        let running: Vec<Subject> = self
            .told
            .iter()
            .filter(|(_, t)| matches!(t.state, "RUNNING" | "RESTARTING"))
            .map(|(s, _)| s.clone())
            .collect();
        for subject in running {
            self.tell(subject, Some(Told { state: "UNASSIGNED", trace: None }));
        }
        let last = std::mem::take(&mut self.telling);
        let until = Instant::now() + Duration::from_secs(2);
        for pending in last.values() {
            if let Err(error) = pending.wait(until.saturating_duration_since(Instant::now())) {
                tracing::warn!(error = error.report(), "a last state is not stored");
            }
        }
    }
}
