//! The story of the demo, step by step.

use std::time::{Duration, Instant as Clock};

use anyhow::{Context, Result};

use super::board::Board;
use super::deployment::{CONNECTORS, Deployment};
use super::guide::{self, Figures, Memory};
use super::pipeline::Pipeline;
use super::seeds::{Instant, Seeds};
use super::stack::Stack;
use super::stage::Stages;
use crate::process::{wait, wait_for_interrupt};
use crate::{Rig, landing};

const STAGE_TIMEOUT: Duration = Duration::from_secs(60);
const GOLD_TIMEOUT: Duration = Duration::from_secs(60);
/// The rows that the snapshot finds.
const SNAPSHOT_ROWS: usize = 4;

/// Whether the demo stays up once the tables stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    UntilInterrupted,
    /// As long as somebody looks.
    InTerminal,
}

/// The demo, not yet started.
#[derive(Debug)]
pub struct Demo {
    pub instant: Instant,
    pub stay: Stay,
}

impl Demo {
    /// Runs the whole pipeline once; true when every table holds exactly the expected rows.
    pub fn run(self) -> Result<bool> {
        let board = Board::new();
        let seeds = Seeds::new(self.instant);
        Stack::provision()?;
        let rig = Rig::new("demo")?;
        let mut stack = Stack::start(&rig, &board, &seeds)?;
        let mut pipeline;
        let exact = {
            let deployment = Deployment::new(rig.folder(), &seeds, &stack)?;
            pipeline = Pipeline::start(&rig, &deployment)?;
            let story = Story { rig: &rig, board: &board, seeds: &seeds, stack: &stack, deployment: &deployment };
            story.tell(&mut pipeline)?
        };
        if self.stay == Stay::UntilInterrupted || board.is_terminal() {
            board.say(&format!("logs are in {}; end everything with Ctrl-C", rig.folder().display()));
            wait_for_interrupt();
            board.say("\nending everything");
            pipeline.stop()?;
            stack.stop()?;
        }
        Ok(exact)
    }
}

struct Story<'a> {
    rig: &'a Rig,
    board: &'a Board,
    seeds: &'a Seeds,
    stack: &'a Stack,
    deployment: &'a Deployment<'a>,
}

impl Story<'_> {
    fn tell(&self, pipeline: &mut Pipeline) -> Result<bool> {
        let stages = Stages::new(self.stack, self.board, self.seeds)?;
        let start_up = pipeline.register(self.deployment)?;
        self.board.event(&format!("running  {}", CONNECTORS.join(" and ")));
        self.seed_events()?;
        self.wait_for_snapshot(&stages, pipeline)?;
        let committed = self.seed_changes()?;
        self.wait_for_changes(&stages, pipeline)?;
        let commit_to_silver = committed.elapsed();
        self.wait(&stages, pipeline, "filling of every stage", || stages.look())?;

        landing::gold(self.rig, &self.stack.clickhouse, self.seeds.day())?.run(GOLD_TIMEOUT)?;
        let gold = stages.look_at(&stages.gold)?;
        let gold_after = self.board.elapsed();
        let (users, events) = (stages.look_at(&stages.users)?, stages.look_at(&stages.events)?);
        stages.close();

        let memory = Memory::of(pipeline.capture_id()?)?;
        for (name, rows) in [("users_silver FINAL", users), ("events_silver FINAL", events), (stages.gold.table, gold)]
        {
            self.board.say(&format!("\n{name}\n{}", rows.table()));
        }
        self.board.say("");
        self.board.say(&Figures { start_up, memory, commit_to_silver, gold_after }.text());
        self.board.say(&format!("\nwhere to look:\n{}", guide::addresses(self.stack, pipeline)));
        self.check(&stages)
    }

    fn seed_events(&self) -> Result<()> {
        let events = self.seeds.events()?;
        let seeded = format!("seeded   commerce.events: {} documents, on {}", events.len(), self.seeds.day());
        self.stack.mongodb.insert("commerce", "events", events)?;
        self.board.event(&seeded);
        Ok(())
    }

    /// The changes shall be streamed, so they wait for the snapshot.
    fn wait_for_snapshot(&self, stages: &Stages<'_>, pipeline: &mut Pipeline) -> Result<()> {
        self.wait(stages, pipeline, "arrival of the snapshot in silver", || {
            stages.look()?;
            Ok(stages.has_tables()? && stages.look_at(&stages.users)?.len() == SNAPSHOT_ROWS)
        })
    }

    /// Gives the moment of the last commit.
    fn seed_changes(&self) -> Result<Clock> {
        let mut client = self.stack.postgres.client()?;
        for change in self.seeds.changes()? {
            client.batch_execute(&change).with_context(|| format!("PostgreSQL refused `{change}`"))?;
        }
        let committed = Clock::now();
        self.board.event("changed  public.users: Bob renamed, Diana deleted");
        Ok(committed)
    }

    /// Silver alone is asked, and closely: this wait is measured.
    fn wait_for_changes(&self, stages: &Stages<'_>, pipeline: &mut Pipeline) -> Result<()> {
        let waited = wait::closely("arrival of the last change in silver", STAGE_TIMEOUT, || {
            pipeline.check()?;
            let found = stages.look_at(&stages.users)?;
            Ok(found.difference(&stages.users.expected).is_none().then_some(()))
        });
        waited.map_err(|error| self.explain(&error, stages, pipeline))
    }

    fn wait(
        &self,
        stages: &Stages<'_>,
        pipeline: &mut Pipeline,
        what: &str,
        mut condition: impl FnMut() -> Result<bool>,
    ) -> Result<()> {
        let waited = wait::until(what, STAGE_TIMEOUT, || {
            pipeline.check()?;
            Ok(condition()?.then_some(()))
        });
        waited.map_err(|error| self.explain(&error, stages, pipeline))
    }

    /// Adds what silver lacks, who is gone, and what connectors and logs say.
    fn explain(&self, error: &anyhow::Error, stages: &Stages<'_>, pipeline: &Pipeline) -> anyhow::Error {
        stages.close();
        let differences = stages.differences(&[&stages.users, &stages.events]);
        let differences = differences.unwrap_or_else(|error| format!("silver cannot be read: {error:#}\n"));
        anyhow::anyhow!("{error:#}\n{differences}{}{}", self.stack.testimony(self.rig), pipeline.testimony())
    }

    fn check(&self, stages: &Stages<'_>) -> Result<bool> {
        let differences = stages.differences(&[&stages.users, &stages.events, &stages.gold])?;
        if differences.is_empty() {
            self.board.say("users_silver, events_silver and gold_user_activity hold exactly the expected rows");
        } else {
            self.board.say(&differences);
        }
        self.board.say(&format!("total {:.2} s", self.board.elapsed().as_secs_f32()));
        Ok(differences.is_empty())
    }
}
