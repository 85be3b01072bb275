//! How one case goes, from an empty database to the comparison.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use postgres::Client;

use super::case::{Case, Course};
use super::comparison::Findings;
use super::names::{Names, Role};
use super::script::{Script, Step};
use super::sentinel::Sentinel;
use super::side::Actor;
use super::stage::Stage;
use crate::Postgres;
use crate::process::wait;
use crate::provision::PostgresVersion;

/// How long a side may take for one step.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long records of other topics may come after the last one of the runner's table.
const SETTLING: Duration = Duration::from_secs(3);

/// Plays a case on one server, and removes what it made there. `planted` are settings of the subject alone.
pub fn play(
    stage: &Stage,
    case: &Case,
    version: PostgresVersion,
    planted: &BTreeMap<String, String>,
) -> Result<Findings> {
    let postgres = stage.server(version)?;
    let names = Names::new(&case.name, version);
    let actor = |role: Role| {
        let extra = if role == Role::Subject { planted.clone() } else { BTreeMap::new() };
        Actor::new(role, stage.side(role), &names, names.config(case, role, postgres, &extra))
    };
    let sides = [actor(Role::Reference)?, actor(Role::Subject)?];
    postgres.sql(&format!("CREATE DATABASE {}", names.id()))?;
    let outcome = Play::begin(case, &names, postgres, &sides).and_then(Play::run);
    let cleaned = clean(postgres, &names, &sides);
    let findings = outcome?;
    cleaned?;
    Ok(findings)
}

struct Play<'a> {
    case: &'a Case,
    names: &'a Names,
    sides: &'a [Actor<'a>; 2],
    /// The session of the scripts.
    session: Client,
    /// Everything else, so that a script may keep a transaction open.
    observer: Client,
    sentinel: Option<Sentinel>,
    findings: Findings,
    /// Whether the subject has given up: then only what it left behind is compared.
    is_lost: bool,
}

impl<'a> Play<'a> {
    fn begin(case: &'a Case, names: &'a Names, postgres: &Postgres, sides: &'a [Actor<'a>; 2]) -> Result<Self> {
        let session = postgres.client_of(names.id())?;
        let observer = postgres.client_of(names.id())?;
        let findings = Findings::default();
        Ok(Self { case, names, sides, session, observer, sentinel: None, findings, is_lost: false })
    }

    fn run(mut self) -> Result<Findings> {
        let case = self.case;
        self.follow(&case.before).context("before.sql")?;
        for (topic, partitions) in &case.partitions {
            let topic = format!("{}.{topic}", self.names.id());
            self.sides.iter().try_for_each(|side| side.prepare_topic(&topic, *partitions))?;
        }
        match case.course {
            Course::Refused => self.refused()?,
            Course::Fails => self.fails()?,
            Course::Snapshots => self.snapshots()?,
            Course::Streams => self.streams()?,
        }
        Ok(self.findings)
    }

    fn refused(&mut self) -> Result<()> {
        let [left, right] = self.sides;
        let answer = |side: &Actor<'_>| {
            let answer = side.offer()?;
            anyhow::ensure!(
                side.role == Role::Subject || answer.status >= 300,
                "the reference accepts this configuration: it is no case of `validate`"
            );
            let text = answer.json().ok().and_then(|json| json["message"].as_str().map(str::to_owned));
            Ok((answer.status, self.names.forget(&text.unwrap_or(answer.text), side.role)))
        };
        let ((left_status, left), (right_status, right)) = (answer(left)?, answer(right)?);
        self.findings.compare("status of the answer", left_status, right_status, ToString::to_string);
        self.findings.compare_lines("answer", &left, &without_remedy(&right));
        Ok(())
    }

    fn fails(&mut self) -> Result<()> {
        self.create()?;
        let case = self.case;
        if !case.during.is_empty() {
            self.await_streaming()?;
            self.follow(&case.during).context("during.sql")?;
        }
        self.await_both("failure of the task", |side, _| Ok(side.failure().is_some()))?;
        let [left, right] = self.sides.each_ref().map(|side| side.failure().unwrap_or_else(|| "none".into()));
        self.findings.compare("trace", left, right, Clone::clone);
        self.findings.add_topics(case, self.names, self.sides)
    }

    fn snapshots(&mut self) -> Result<()> {
        self.create()?;
        self.await_both("end of the snapshot", |side, _| {
            side.check()?;
            Ok(side.offsets()?.values().any(|offset| offset["last_snapshot_record"] == true))
        })?;
        let case = self.case;
        self.follow(&case.during).context("during.sql")?;
        self.end()
    }

    fn streams(&mut self) -> Result<()> {
        self.create()?;
        self.await_streaming()?;
        self.sentinel = Some(Sentinel::create(&mut self.observer, &self.case.connector)?);
        self.await_sentinel()?;
        let case = self.case;
        self.follow(&case.during).context("during.sql")?;
        self.await_sentinel()?;
        self.end()
    }

    /// Runs a script. A statement that names what only one side has is run once for each.
    fn follow(&mut self, script: &Script) -> Result<()> {
        for step in &script.steps {
            match step {
                Step::Statement(text) => {
                    let roles = if Names::differs(text) { Role::BOTH.as_slice() } else { &Role::BOTH[..1] };
                    for role in roles {
                        let text = self.names.fill(text, *role);
                        self.session.simple_query(&text).with_context(|| format!("failed: {text}"))?;
                    }
                }
                Step::Wait => self.await_sentinel()?,
                Step::FileSignal(object) => self.sides.iter().try_for_each(|side| side.signal_by_file(object))?,
                Step::TopicSignal(object) => self.sides.iter().try_for_each(|side| side.signal_by_topic(object))?,
                Step::Records(topic, number) => self.await_records(topic, *number)?,
                Step::Stop => {
                    self.await_sentinel()?;
                    self.stop()?;
                }
                Step::Start => {
                    let sides = self.sides.iter().filter(|side| side.role == Role::Reference || !self.is_lost);
                    sides.into_iter().try_for_each(Actor::resume)?;
                    self.await_streaming()?;
                }
            }
        }
        Ok(())
    }

    fn create(&mut self) -> Result<()> {
        let [reference, subject] = self.sides;
        let (left, right) = thread::scope(|scope| {
            let left = scope.spawn(|| reference.create());
            let right = subject.create();
            (left.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), right)
        });
        left.context("reference")?;
        if let Err(error) = right {
            self.lose(&error);
        }
        Ok(())
    }

    fn await_streaming(&mut self) -> Result<()> {
        self.await_both("streaming", |side, observer| {
            side.check()?;
            let query = "SELECT 1 FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid \
                         WHERE s.slot_name = $1 AND r.state IN ('catchup', 'streaming')";
            Ok(!observer.query(query, &[&side.slot()])?.is_empty())
        })
    }

    fn await_sentinel(&mut self) -> Result<()> {
        let Some(sentinel) = &mut self.sentinel else { return Ok(()) };
        let records = sentinel.write(&mut self.observer)?;
        self.await_both(&format!("arrival of {records} records of the runner's table"), |side, _| {
            side.check()?;
            Ok(side.sentinels()? >= records)
        })
    }

    fn await_records(&mut self, topic: &str, wanted: usize) -> Result<()> {
        self.await_both(&format!("arrival of {wanted} records of {topic}"), |side, _| {
            side.check()?;
            Ok(side.count(topic)? >= wanted)
        })
    }

    /// Ends both tasks; that of a lost subject may be gone or may never have been.
    fn stop(&mut self) -> Result<()> {
        for side in self.sides {
            match (side.role, side.stop()) {
                (Role::Subject, Err(_)) if self.is_lost => {}
                (_, stopped) => stopped?,
            }
        }
        self.await_both("end of the task", |side, observer| {
            let query = "SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND active";
            Ok(side.is_stopped() && observer.query(query, &[&side.slot()])?.is_empty())
        })
    }

    /// Waits for both sides. A reference that fails makes the case unsound; a subject that fails has a difference.
    fn await_both(&mut self, what: &str, mut holds: impl FnMut(&Actor<'_>, &mut Client) -> Result<bool>) -> Result<()> {
        let sides = self.sides;
        for side in sides {
            if side.role == Role::Subject && self.is_lost {
                continue;
            }
            let observer = &mut self.observer;
            let waited = wait::until(what, PATIENCE, || Ok(holds(side, observer)?.then_some(())));
            match (side.role, waited) {
                (_, Ok(())) => {}
                (Role::Reference, Err(error)) => return Err(error.context("reference")),
                (Role::Subject, Err(error)) => self.lose(&error),
            }
        }
        Ok(())
    }

    fn lose(&mut self, error: &anyhow::Error) {
        self.is_lost = true;
        self.findings.others.push(format!("subject: {error:#}"));
    }

    /// Lets late records come, stops both, and compares everything.
    fn end(&mut self) -> Result<()> {
        let [reference, subject] = self.sides;
        let settled =
            wait::until("equal numbers", SETTLING, || Ok((reference.counts()? == subject.counts()?).then_some(())));
        // they differ then, which the comparison shows better
        drop(settled);
        self.stop()?;
        self.findings.add_topics(self.case, self.names, self.sides)?;
        self.findings.add_offsets(self.case, self.sides)
    }
}

/// Removes connectors, slots and the database, so that hundreds of cases leave no WAL behind.
fn clean(postgres: &Postgres, names: &Names, sides: &[Actor<'_>; 2]) -> Result<()> {
    for side in sides {
        side.delete()?;
    }
    let slots = format!(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots \
         WHERE database = '{}' AND NOT active",
        names.id()
    );
    let remaining = format!("SELECT count(*) FROM pg_replication_slots WHERE database = '{}'", names.id());
    wait::until("end of the slots", PATIENCE, || {
        postgres.sql(&slots)?;
        Ok((postgres.value(&remaining)?.as_deref() == Some("0")).then_some(()))
    })?;
    postgres.sql(&format!("DROP DATABASE {} WITH (FORCE)", names.id())).map(drop)
}

/// What we say of the remedy stands on a line of its own, behind the text that both sides have.
fn without_remedy(answer: &str) -> String {
    let lines: Vec<&str> = answer.lines().filter(|line| !line.starts_with("remedy: ")).collect();
    lines.join("\n")
}
