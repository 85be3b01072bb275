//! Plays the scenarios of several seeds, and keeps those that differ.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::scenario::{Scenario, Size};
use super::shrink::shrink;
use crate::Engine;
use crate::cases::{self, Case, Ending, Run, Stage, Totals};
use crate::provision::PostgresVersion;

/// What to play.
#[derive(Debug, Clone)]
pub struct Options {
    pub seed: u64,
    /// How many seeds, counted up from the first.
    pub seeds: u64,
    pub size: Size,
    pub version: PostgresVersion,
    pub subject: Engine,
    pub at_once: usize,
    /// How many smaller scenarios are tried for one that differs.
    pub attempts: usize,
    /// Where the folders of those that differ are kept.
    pub kept: PathBuf,
}

/// Plays all of them, and tells how each has ended.
pub fn run(options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Totals> {
    let seeds = options.seed..options.seed.saturating_add(options.seeds);
    let scenarios: Vec<_> = seeds.map(|seed| Scenario::new(seed, options.size, options.version)).collect();
    let cases = scenarios.iter().map(|scenario| as_case(scenario, &scenario.name())).collect::<Result<Vec<_>>>()?;
    for scenario in &scenarios {
        let Scenario { seed, settings, .. } = scenario;
        progress(&format!("seed={seed} statements={} {settings:?}", scenario.statements()));
    }
    let stage = Stage::start(options.subject, &[options.version])?;
    let (totals, ended) = cases::run_on(&stage, &wanted(options, cases), progress);
    for ended in ended.into_iter().filter(|ended| ended.ending != Ending::Equal) {
        let failed = scenarios.iter().find(|scenario| scenario.name() == ended.case.name);
        if let Some(scenario) = failed {
            keep(options, &stage, scenario, ended.ending, progress)?;
        }
    }
    Ok(totals)
}

fn wanted(options: &Options, cases: Vec<Case>) -> Run {
    let Options { version, subject, at_once, .. } = *options;
    Run { cases, servers: vec![version], subject, at_once, planted: Default::default() }
}

fn as_case(scenario: &Scenario, name: &str) -> Result<Case> {
    let folder = tempfile::tempdir().context("cannot make a folder for a case")?;
    let folder = folder.path().join(name);
    scenario.write(&folder)?;
    cases::read(&folder)
}

/// Writes out a scenario that is not equal, as small as it could be made in the attempts that are allowed.
fn keep(
    options: &Options,
    stage: &Stage,
    scenario: &Scenario,
    ending: Ending,
    progress: &mut dyn FnMut(&str),
) -> Result<()> {
    let mut tried = 0;
    let smallest = shrink(scenario, options.attempts, |candidate| {
        tried += 1;
        // every play has topics of its own
        let case = as_case(candidate, &format!("{}_try{tried}", scenario.name()))?;
        let (_, ended) = cases::run_on(stage, &wanted(options, vec![case]), &mut |_| ());
        Ok(ended.iter().all(|ended| ended.ending == ending))
    });
    let folder = options.kept.join(scenario.name());
    smallest.write(&folder)?;
    let (before, after) = (scenario.statements(), smallest.statements());
    progress(&format!("seed={}: {after} of {before} statements are kept in {}", scenario.seed, folder.display()));
    progress(&format!("play it again: rig cases postgres --only {}", scenario.name()));
    Ok(())
}
