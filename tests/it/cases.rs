//! A handful of the cases that `make compat-postgres` plays, and the proof that a difference is found.

use std::collections::BTreeMap;

use rig::Engine;
use rig::cases::{Run, Totals, load, run};
use rig::provision::PostgresVersion;
use rig::random;

/// One for the snapshot, keys and deletes, values, changes of a table, and a refusal.
const HANDFUL: [&str; 5] = [
    "snapshot_two_tables",
    "key_change_composite",
    "times_adaptive_time_microseconds",
    "column_added_and_dropped",
    "refused_slot_name",
];

fn play(names: &[&str], planted: &[(&str, &str)]) -> Totals {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut cases = load(&names).unwrap();
    cases.retain(|case| names.contains(&case.name));
    assert_eq!(cases.len(), names.len());
    let planted: BTreeMap<_, _> = planted.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let servers = vec![PostgresVersion::default()];
    let wanted = Run { cases, servers, subject: Engine::Tailrace, at_once: 3, planted };
    run(&wanted, &mut |text| println!("{text}")).unwrap()
}

#[test]
fn a_handful_of_cases_is_equal() {
    let totals = play(&HANDFUL, &[]);
    assert!(totals.is_success() && totals.equal == HANDFUL.len(), "{totals}");
}

#[test]
fn a_planted_difference_is_found() {
    let totals = play(&["key_change_composite"], &[("tombstones.on.delete", "false")]);
    assert!(!totals.is_success(), "{totals}");
    assert_eq!((totals.different, totals.equal), (1, 0), "{totals}");
    assert!(totals.missing > 0, "{totals}");
}

#[test]
fn a_few_random_seeds_are_equal() {
    let kept = tempfile::tempdir().unwrap();
    let options = random::Options {
        // others are for whoever has the time: `make compat-random`
        seed: 1,
        seeds: 2,
        size: random::Size::Ci,
        version: PostgresVersion::default(),
        subject: Engine::Tailrace,
        at_once: 2,
        attempts: 0,
        kept: kept.path().into(),
    };
    let totals = random::run(&options, &mut |text| println!("{text}")).unwrap();
    assert!(totals.is_success() && totals.equal == 2, "{totals}");
}
