//! What must hold whatever fails, counted from the ledger of the load, the topic, and what was looked up at each fault.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fault::{Fault, Phase};
use crate::load::Told;

/// How things stood when a fault began.
#[derive(Debug, Clone)]
pub struct Mark {
    pub phase: Phase,
    pub fault: Fault,
    /// Everything before this was stored as done; none before the first offset of the log.
    pub stored: Option<i64>,
    /// How many records the topic had, looked up after what was stored.
    pub end: i64,
}

/// What is due to be zero, except for `repeated`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Acknowledged writes, and rows of a snapshot, without a record.
    pub lost: usize,
    /// Changes told again behind the offset that was stored: what at least once means.
    pub repeated: usize,
    /// Changes told again without a fault, or although a stored offset said that they were done.
    pub outside: usize,
    /// Records of a key out of the order of the log.
    pub reordered: usize,
    /// Keys whose last record says something else than the table.
    pub stale: usize,
    /// Changes whose record came only after an offset was stored that said it was there.
    pub ahead: usize,
    /// Times that the slot had forgotten more than the stored offset said.
    pub confirmed_ahead: usize,
    /// Changes that are gone with their slot while the task goes on as if nothing had happened.
    pub silent: usize,
}

impl Sums {
    pub fn is_clean(&self) -> bool {
        Self { repeated: 0, ..*self } == Self::default()
    }

    /// Counts what the topic tells.
    pub fn add_records(&mut self, told: &[Told], marks: &[Mark]) {
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        for change in told {
            let mark = marks.iter().rev().find(|mark| mark.end <= change.offset);
            let is_done = marks.iter().any(|mark| mark.end <= change.offset && mark.stored > Some(change.lsn));
            match (change.is_repeated, is_done) {
                (true, false) if mark.is_some() => self.repeated += 1,
                (true, _) => {
                    self.outside += 1;
                    println!("chaos: told again: {change:?}, last looked at {mark:?}");
                }
                (false, true) => {
                    self.ahead += 1;
                    println!("chaos: told late: {change:?}, last looked at {mark:?}");
                }
                (false, false) => {}
            }
            if !change.is_repeated {
                let before = last.insert(&change.key, change.lsn);
                self.reordered += usize::from(before.is_some_and(|before| before > change.lsn));
            }
        }
    }
}

/// Where the log is done with, as an offset says it; nothing while it is one of a snapshot.
pub fn stored_position(offset: &Value) -> Option<i64> {
    let number = |name: &str| offset[name].as_i64();
    // what a snapshot stores says nothing of the log before it
    let is_of_the_log = offset["snapshot"] != true && offset["last_snapshot_record"] != true;
    // a commit ends where the next change may lie, and a transaction begins where its first one does
    let processed = match offset["messageType"].as_str() {
        Some("BEGIN") => None,
        Some("COMMIT") | None => number("lsn_proc"),
        Some(_) => number("lsn_proc").map(|change| change + 1),
    };
    let done = number("lsn_commit").max(processed);
    done.filter(|_| is_of_the_log)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: &[(&str, i64, bool)]) -> Vec<Told> {
        let told = changes.iter().enumerate();
        told.map(|(at, (key, lsn, is_repeated))| Told {
            offset: at as i64,
            key: (*key).to_owned(),
            lsn: *lsn,
            is_repeated: *is_repeated,
        })
        .collect()
    }

    fn sums(changes: &[(&str, i64, bool)], marks: &[(Option<i64>, i64)]) -> Sums {
        let mark =
            |(stored, end): &(_, _)| Mark { phase: Phase::Stream, fault: Fault::Kill, stored: *stored, end: *end };
        let mut sums = Sums::default();
        sums.add_records(&told(changes), &marks.iter().map(mark).collect::<Vec<_>>());
        sums
    }

    #[test]
    fn what_comes_again_behind_the_stored_offset_is_inside_the_window() {
        let changes = [("a", 10, false), ("b", 20, false), ("b", 20, true), ("a", 30, false)];
        let found = sums(&changes, &[(Some(10), 2)]);
        assert_eq!(found, Sums { repeated: 1, ..Sums::default() });
        assert!(found.is_clean());
    }

    #[test]
    fn what_was_done_or_comes_again_by_itself_is_outside() {
        let changes = [("a", 10, false), ("b", 20, false), ("b", 20, true)];
        for marks in [vec![(Some(21), 2)], vec![], vec![(Some(10), 3)]] {
            let found = sums(&changes, &marks);
            assert_eq!(found, Sums { outside: 1, ..Sums::default() }, "{marks:?}");
            assert!(!found.is_clean());
        }
    }

    #[test]
    fn an_offset_ahead_of_its_records_and_a_wrong_order_are_found() {
        let changes = [("a", 10, false), ("b", 20, false), ("a", 5, false)];
        assert_eq!(sums(&changes, &[(Some(21), 1)]), Sums { ahead: 2, reordered: 1, ..Sums::default() });
        assert_eq!(sums(&changes[..2], &[(Some(10), 1)]), Sums::default());
    }

    #[test]
    fn the_offset_of_a_snapshot_is_no_position_of_the_log() {
        let of = |kind: &str| serde_json::json!({"lsn": 5, "lsn_proc": 7, "lsn_commit": 6, "messageType": kind});
        assert_eq!(["COMMIT", "INSERT", "BEGIN"].map(|kind| stored_position(&of(kind))), [Some(7), Some(8), Some(6)]);
        assert_eq!(stored_position(&serde_json::json!({"lsn": 5, "snapshot": true})), None);
    }
}
