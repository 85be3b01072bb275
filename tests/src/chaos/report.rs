//! The table of a run.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};

use super::book::{Mark, Sums};

/// What a run has found.
#[derive(Debug, Clone)]
pub struct Report {
    pub seed: u64,
    pub sums: Sums,
    pub(super) marks: Vec<Mark>,
    pub records: usize,
    pub writes: usize,
}

impl Report {
    pub fn table(&self) -> String {
        let mut times: BTreeMap<_, usize> = BTreeMap::new();
        for mark in &self.marks {
            *times.entry((mark.phase, mark.fault)).or_default() += 1;
        }
        let mut faults = Table::new();
        faults.load_style(presets::ASCII_MARKDOWN).set_header(["while", "fault", "times"]);
        for ((phase, fault), times) in times {
            faults.add_row([phase.to_string(), fault.to_string(), times.to_string()]);
        }
        let Sums { lost, repeated, outside, reordered, stale, ahead, confirmed_ahead, silent } = self.sums;
        let mut ledger = Table::new();
        ledger.load_style(presets::ASCII_MARKDOWN).set_header(["ledger", "count", "due"]);
        for (what, count, due) in [
            ("acknowledged writes", self.writes, ""),
            ("records", self.records, ""),
            ("repeated behind a stored offset", repeated, "at least once"),
            ("repeated outside of that", outside, "0"),
            ("lost", lost, "0"),
            ("out of the order of their key", reordered, "0"),
            ("keys whose last record is not the row", stale, "0"),
            ("stored offsets ahead of their records", ahead, "0"),
            ("slot ahead of the stored offset", confirmed_ahead, "0"),
            ("gone with the slot without a word", silent, "0"),
        ] {
            ledger.add_row([what.to_owned(), count.to_string(), due.to_owned()]);
        }
        format!("{faults}\n\n{ledger}")
    }
}
