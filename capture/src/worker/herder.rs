//! The herder: a pure function of what is wanted, what runs and what was told, to what is to be done.

use crate::pipeline::task::State;
use crate::store::config::Target;
use crate::store::status::Subject;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Which run of a task: another configuration or a restart makes another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub revision: i64,
    pub restart: u64,
}

#[derive(Debug, Clone)]
pub struct Wanted {
    pub run: Run,
    pub target: Target,
    /// False where the config topic does not hold the task configurations that belong to `target`.
    pub tasks_committed: bool,
}

/// A task that was started and not yet forgotten.
#[derive(Debug, Clone)]
pub struct Task {
    pub run: Run,
    pub phase: Phase,
    /// Whether this run has ever been `Running`.
    pub has_run: bool,
}

#[derive(Debug, Clone)]
pub enum Phase {
    Alive(State),
    Stopping,
    /// Could not be started. `retry_at` is set where the cause may pass.
    NotStarted {
        report: String,
        retry_at: Option<Instant>,
    },
}

/// What `/status` says of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub state: &'static str,
    pub trace: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Start(String),
    Stop(String),
    /// Drop a task that never started, so that it is started anew or not at all.
    Forget(String),
    CommitTasks(String),
    /// `None`: the subject is gone.
    Tell(Subject, Option<Told>),
}

/// Everything the herder looks at.
pub struct World<'a> {
    pub wanted: &'a BTreeMap<String, Wanted>,
    pub tasks: &'a BTreeMap<String, Task>,
    pub told: &'a BTreeMap<Subject, Told>,
    /// Subjects that the status topic still holds.
    pub remembered: &'a BTreeSet<Subject>,
    pub now: Instant,
}

pub fn decide(world: &World<'_>) -> Vec<Decision> {
    let mut decisions = vec![];
    for (name, wanted) in world.wanted {
        if !wanted.tasks_committed {
            decisions.push(Decision::CommitTasks(name.clone()));
        }
        if world.tasks.get(name).is_none() && wanted.target == Target::Started {
            decisions.push(Decision::Start(name.clone()));
        }
    }
    for (name, task) in world.tasks {
        decisions.extend(decide_task(name, task, world.wanted.get(name), world.now));
    }
    let states = states(world);
    for (subject, told) in &states {
        if world.told.get(subject) != Some(told) {
            decisions.push(Decision::Tell(subject.clone(), Some(told.clone())));
        }
    }
    for subject in world.remembered.iter().chain(world.told.keys()).collect::<BTreeSet<_>>() {
        if !states.contains_key(subject) {
            decisions.push(Decision::Tell(subject.clone(), None));
        }
    }
    decisions
}

fn decide_task(name: &str, task: &Task, wanted: Option<&Wanted>, now: Instant) -> Option<Decision> {
    let keep = wanted.is_some_and(|w| w.run == task.run && w.target == Target::Started);
    match &task.phase {
        Phase::Stopping => None,
        Phase::Alive(_) if keep => None,
        Phase::Alive(_) => Some(Decision::Stop(name.to_owned())),
        Phase::NotStarted { retry_at, .. } => {
            let due = retry_at.is_some_and(|at| at <= now);
            (!keep || due).then(|| Decision::Forget(name.to_owned()))
        }
    }
}

/// What should be told of every subject.
fn states(world: &World<'_>) -> BTreeMap<Subject, Told> {
    let mut states = BTreeMap::new();
    for (name, wanted) in world.wanted {
        let connector = match wanted.target {
            Target::Started => "RUNNING",
            Target::Paused => "PAUSED",
            Target::Stopped => "STOPPED",
        };
        states.insert(Subject::Connector(name.clone()), Told { state: connector, trace: None });
        if let Some(told) = task_state(wanted, world.tasks.get(name)) {
            states.insert(Subject::Task(name.clone(), 0), told);
        }
    }
    states
}

fn task_state(wanted: &Wanted, task: Option<&Task>) -> Option<Told> {
    let plain = |state| Some(Told { state, trace: None });
    match (wanted.target, task) {
        (Target::Stopped, _) => None,
        (Target::Paused, _) => plain("PAUSED"),
        (Target::Started, None) => plain("UNASSIGNED"),
        (Target::Started, Some(task)) if task.run != wanted.run => plain("RESTARTING"),
        (Target::Started, Some(task)) => match &task.phase {
            Phase::Stopping => plain("RESTARTING"),
            Phase::NotStarted { report, .. } => Some(Told { state: "FAILED", trace: Some(report.clone()) }),
            Phase::Alive(state) => Some(alive_state(state, task.has_run)),
        },
    }
}

/// A task that has worked and waits for its database or broker stays RUNNING, as Debezium's own retries do, with the cause
/// as its trace; one that has never worked is FAILED until it does.
fn alive_state(state: &State, has_run: bool) -> Told {
    match state {
        State::Starting => Told { state: "UNASSIGNED", trace: None },
        State::Running | State::Stopped => Told { state: "RUNNING", trace: None },
        State::Retrying(why) => Told { state: if has_run { "RUNNING" } else { "FAILED" }, trace: Some(why.clone()) },
        State::Failed(report) => Told { state: "FAILED", trace: Some(report.clone()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[derive(Default)]
    struct Stage {
        wanted: BTreeMap<String, Wanted>,
        tasks: BTreeMap<String, Task>,
        told: BTreeMap<Subject, Told>,
        remembered: BTreeSet<Subject>,
    }

    impl Stage {
        fn want(mut self, revision: i64, target: Target) -> Self {
            let run = Run { revision, restart: 0 };
            self.wanted.insert("c".into(), Wanted { run, target, tasks_committed: true });
            self
        }

        fn task(mut self, revision: i64, phase: Phase) -> Self {
            let run = Run { revision, restart: 0 };
            self.tasks.insert("c".into(), Task { run, phase, has_run: false });
            self
        }

        fn decide(&self) -> Vec<Decision> {
            let Self { wanted, tasks, told, remembered } = self;
            decide(&World { wanted, tasks, told, remembered, now: Instant::now() })
        }

        fn acts(&self) -> Vec<Decision> {
            self.decide().into_iter().filter(|d| !matches!(d, Decision::Tell(..))).collect()
        }

        fn task_told(&self) -> Option<Told> {
            self.decide().into_iter().find_map(|d| match d {
                Decision::Tell(Subject::Task(..), told) => Some(told),
                _ => None,
            })?
        }
    }

    fn alive(state: State) -> Phase {
        Phase::Alive(state)
    }

    #[test]
    fn a_wanted_connector_is_started_once() {
        let stage = Stage::default().want(1, Target::Started);
        assert_eq!(stage.acts(), [Decision::Start("c".into())]);
        assert_eq!(stage.task(1, alive(State::Starting)).acts(), []);
    }

    #[test]
    fn a_new_configuration_waits_for_the_old_task_to_end() {
        let stage = Stage::default().want(2, Target::Started).task(1, alive(State::Running));
        assert_eq!(stage.acts(), [Decision::Stop("c".into())]);
        assert_eq!(stage.task_told().unwrap().state, "RESTARTING");
        assert_eq!(stage.task(1, Phase::Stopping).acts(), []);
    }

    #[test]
    fn pause_stop_and_delete_end_the_task() {
        for target in [Target::Paused, Target::Stopped] {
            let stage = Stage::default().want(1, target).task(1, alive(State::Running));
            assert_eq!(stage.acts(), [Decision::Stop("c".into())]);
        }
        assert_eq!(Stage::default().task(1, alive(State::Running)).acts(), [Decision::Stop("c".into())]);
        assert_eq!(Stage::default().want(1, Target::Paused).task_told().unwrap().state, "PAUSED");
        assert_eq!(Stage::default().want(1, Target::Stopped).task_told(), None);
    }

    #[test]
    fn what_is_gone_is_forgotten_in_the_status_topic() {
        let mut stage = Stage::default();
        stage.remembered.insert(Subject::Connector("old".into()));
        stage.remembered.insert(Subject::Task("old".into(), 0));
        assert_eq!(stage.decide().len(), 2);
        assert!(stage.decide().iter().all(|d| matches!(d, Decision::Tell(_, None))));
    }

    #[test]
    fn nothing_is_told_twice() {
        let mut stage = Stage::default().want(1, Target::Started).task(1, alive(State::Running));
        for decision in stage.decide() {
            let Decision::Tell(subject, Some(told)) = decision else { panic!("{decision:?}") };
            stage.told.insert(subject, told);
        }
        assert_eq!(stage.decide(), []);
    }

    #[test]
    fn failures_carry_their_cause() {
        let told = |phase| Stage::default().want(1, Target::Started).task(1, phase).task_told().unwrap();
        assert_eq!(
            told(alive(State::Failed("no slot".into()))),
            Told { state: "FAILED", trace: Some("no slot".into()) }
        );
        assert_eq!(told(alive(State::Retrying("refused".into()))).state, "FAILED");
        let mut stage = Stage::default().want(1, Target::Started).task(1, alive(State::Retrying("refused".into())));
        stage.tasks.get_mut("c").unwrap().has_run = true;
        assert_eq!(stage.task_told(), Some(Told { state: "RUNNING", trace: Some("refused".into()) }));
        // a failed task stays as it is until someone asks
        assert_eq!(Stage::default().want(1, Target::Started).task(1, alive(State::Failed("x".into()))).acts(), []);
    }

    #[test]
    fn a_start_that_may_succeed_later_is_tried_again() {
        let not_started = |retry_at| Phase::NotStarted { report: "x".into(), retry_at };
        let stage = |at| Stage::default().want(1, Target::Started).task(1, not_started(at));
        assert_eq!(stage(None).acts(), []);
        assert_eq!(stage(Some(Instant::now() + Duration::from_secs(60))).acts(), []);
        assert_eq!(stage(Some(Instant::now())).acts(), [Decision::Forget("c".into())]);
        assert_eq!(
            Stage::default().want(2, Target::Started).task(1, not_started(None)).acts(),
            [Decision::Forget("c".into())]
        );
    }
}
