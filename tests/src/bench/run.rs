//! One run: one load, then each side alone.

use anyhow::Result;

use super::side::{CEILING_SLOT, ENTRANTS, NULL_SLOT, WARM_UP, ceiling, discarding};
use super::{Report, compare, load};
use crate::Rig;

#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub rows: u64,
}

pub fn run(options: Options, tell: &mut dyn FnMut(String)) -> Result<Report> {
    let rig = Rig::new("bench")?;
    tell("starting PostgreSQL and Kafka".into());
    let postgres = rig.postgres().setting("max_wal_size", "8GB").start()?;
    let mut kafka = rig.kafka().for_benchmarks().start()?;
    let slots: Vec<&str> =
        [CEILING_SLOT, NULL_SLOT, WARM_UP.slot].into_iter().chain(ENTRANTS.iter().map(|e| e.slot)).collect();
    load::prepare(&postgres, &slots)?;
    tell(format!("writing {} rows", options.rows));
    let end = load::write(&postgres, options.rows, &mut |_| {})?;

    tell("draining with pg_recvlogical".into());
    let mut sides = vec![ceiling(&rig, &postgres, options.rows, &end)?];
    tell("draining with capture, to nowhere".into());
    sides.push(discarding(&rig, &postgres, options.rows)?);
    for (later, entrant) in [WARM_UP].iter().chain(&ENTRANTS).enumerate() {
        tell(format!("draining with {}", entrant.name));
        sides.push(entrant.run(&rig, &postgres, &mut kafka, options.rows, later as u64)?);
    }
    sides.retain(|side| side.name != WARM_UP.name);
    tell("comparing the records".into());
    let [others @ .., tuned_debezium] = &ENTRANTS;
    let mut compared = 0;
    for entrant in others {
        compared += compare::equal(&kafka, options.rows, entrant, tuned_debezium)?;
    }
    Ok(Report { sides, compared })
}
