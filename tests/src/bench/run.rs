//! One run: load after load, and for each one side after the other.

use anyhow::Result;

use super::load::{LOADS, Load};
use super::reader::Reader;
use super::side::{CAPTURE, CAPTURE_LZ4, CAPTURE_STREAMING, DEBEZIUM, Entrant, Stage, TUNED_DEBEZIUM, WARM_UP};
use super::{Report, compare};
use crate::Rig;

#[derive(Debug, Clone)]
pub struct Options {
    /// None: all.
    pub loads: Vec<&'static Load>,
    /// Of the usual number of rows.
    pub percent: u64,
}

pub fn run(options: &Options, tell: &mut dyn FnMut(String)) -> Result<Vec<Report>> {
    let rig = Rig::new("bench")?;
    tell("starting PostgreSQL and Kafka".into());
    let mut postgres = rig.postgres().setting("max_wal_size", "8GB").start()?;
    let mut kafka = rig.kafka().for_benchmarks().start()?;
    let chosen: Vec<&'static Load> =
        if options.loads.is_empty() { LOADS.iter().collect() } else { options.loads.clone() };
    let mut reports = vec![];
    for (number, load) in chosen.into_iter().enumerate() {
        let rows = load.rows(options.percent);
        let stage = Stage { rig: &rig, postgres: &mut postgres, kafka: &mut kafka, load, rows };
        let report = one(stage, number == 0, tell)?;
        tell(report.to_string());
        reports.push(report);
    }
    Ok(reports)
}

/// The first load is the one with which everything else is shown too: default settings, and starts.
fn one(mut stage: Stage<'_>, is_first: bool, tell: &mut dyn FnMut(String)) -> Result<Report> {
    let load = stage.load;
    let is_first = is_first && !load.is_large;
    let entrants: &[Entrant] = match (load.is_large, is_first) {
        (true, _) => &[CAPTURE_LZ4, CAPTURE_STREAMING, TUNED_DEBEZIUM],
        (false, true) => &[WARM_UP, CAPTURE, CAPTURE_LZ4, DEBEZIUM, TUNED_DEBEZIUM],
        (false, false) => &[CAPTURE_LZ4, TUNED_DEBEZIUM],
    };
    let (ceiling_slot, null_slot) = (format!("ceiling_{}", load.name), format!("null_{}", load.name));
    let mut slots = vec![ceiling_slot.clone(), null_slot.clone()];
    slots.extend(entrants.iter().map(|entrant| entrant.slot(load)));
    if load.is_snapshot {
        slots.clear();
    }
    tell(format!("{}: writing {} rows", load.about, stage.rows));
    load.prepare(stage.postgres, &slots)?;
    let end = load.write(stage.postgres, stage.rows)?;

    let ceiling = Reader { name: ceiling_name(load), slot: &ceiling_slot };
    tell(format!("{}: {}", load.name, ceiling.name));
    let mut sides = vec![ceiling.ceiling(stage.rig, stage.postgres, load, stage.rows, &end)?];
    let null = Reader { name: "capture to nowhere", slot: &null_slot };
    tell(format!("{}: {}", load.name, null.name));
    sides.push(null.discarding(stage.rig, stage.postgres, load, stage.rows)?);
    let mut later = 0;
    for entrant in entrants {
        tell(format!("{}: {}", load.name, entrant.name));
        let figures = entrant.run(&mut stage, later, is_first)?;
        later += u64::from(is_first);
        if entrant.name != WARM_UP.name {
            sides.push(figures);
        }
    }
    tell(format!("{}: comparing the records", load.name));
    let compared = compare_all(&stage, entrants)?;
    Ok(Report { load, sides, compared })
}

fn ceiling_name(load: &Load) -> &'static str {
    if load.is_snapshot { "psql COPY to nowhere" } else { "pg_recvlogical to nowhere" }
}

fn compare_all(stage: &Stage<'_>, entrants: &[Entrant]) -> Result<u64> {
    let mut compared = 0;
    for entrant in entrants.iter().filter(|entrant| entrant.prefix != TUNED_DEBEZIUM.prefix) {
        compared += compare::equal(stage.kafka, stage.load, stage.rows, entrant, &TUNED_DEBEZIUM)?;
    }
    Ok(compared)
}
