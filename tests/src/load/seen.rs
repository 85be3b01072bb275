//! What a topic tells of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::plan::Ledger;
use crate::Message;

/// What a topic holds of it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub ledger: Ledger,
    /// Records without tombstones.
    pub records: usize,
    /// Records that a snapshot made.
    pub snapshot: usize,
    /// What they are about.
    pub snapshot_keys: BTreeSet<String>,
    /// Records of a change that an earlier one had already told.
    pub repeated: usize,
    /// What the last record of each key says that the row is; null where it is gone.
    pub last: BTreeMap<String, Value>,
    /// The changes of the log, in the order of their records.
    pub told: Vec<Told>,
}

/// A change of the log as a record tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Where its record lies.
    pub offset: i64,
    pub key: String,
    /// Where its change lies in the log.
    pub lsn: i64,
    /// Whether an earlier record has told of the same change.
    pub is_repeated: bool,
}

impl Seen {
    /// Reads what records tell of the ledger, whichever engine wrote them.
    pub fn of(messages: &[Message]) -> Result<Self> {
        let mut seen = Self::default();
        let mut changes = BTreeSet::new();
        for message in messages.iter().filter(|message| message.value.is_some()) {
            let mut record = message.json()?;
            let (op, source) = (record["op"].as_str().unwrap_or_default(), &record["source"]);
            let key = key(message)?;
            seen.records += 1;
            match op {
                "r" => {
                    seen.snapshot += 1;
                    seen.snapshot_keys.insert(key.clone());
                }
                "d" => drop(seen.ledger.deleted.insert(key.clone())),
                _ => {}
            }
            if matches!(op, "r" | "c") {
                seen.ledger.inserted.insert(key.clone());
            }
            seen.ledger.marks.extend(marks(&message.value_text()));
            let change = format!("{op} {key} {} {} {}", source["lsn"], source["ts_ms"], source["ord"]);
            let lsn = source["lsn"].as_i64().unwrap_or_default();
            if op != "r" {
                let is_repeated = !changes.insert(change);
                seen.repeated += usize::from(is_repeated);
                seen.told.push(Told { offset: message.offset, key: key.clone(), lsn, is_repeated });
            }
            seen.last.insert(key, record["after"].take());
        }
        Ok(seen)
    }

    /// Keys and marks of the ledger that no record tells of.
    pub fn missing(&self, ledger: &Ledger) -> Vec<String> {
        let missing = |what: &str, wanted: &BTreeSet<String>, found: &BTreeSet<String>| {
            wanted.difference(found).map(|name| format!("{what} {name}")).collect::<Vec<_>>()
        };
        let mut all = missing("insert of", &ledger.inserted, &self.ledger.inserted);
        all.extend(missing("change", &ledger.marks, &self.ledger.marks));
        all.extend(missing("delete of", &ledger.deleted, &self.ledger.deleted));
        all
    }
}

fn key(message: &Message) -> Result<String> {
    let key: serde_json::Value = serde_json::from_slice(message.key.as_deref().unwrap_or_default())?;
    let id = if key["user_id"].is_null() { &key["id"] } else { &key["user_id"] };
    Ok(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

fn marks(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split("mark-").skip(1);
    parts.map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        format!("mark-{digits}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(op: &str, key: i32, mark: u32, lsn: i64) -> Message {
        let value = format!(r#"{{"op":"{op}","after":{{"full_name":"mark-{mark}"}},"source":{{"lsn":{lsn}}}}}"#);
        Message {
            topic: "t".into(),
            partition: 0,
            offset: 0,
            key: Some(format!(r#"{{"user_id":{key}}}"#).into_bytes()),
            value: Some(value.into_bytes()),
            headers: Vec::new(),
            timestamp_ms: None,
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_lost_write_is_named_and_every_repetition_counted() {
        let ledger =
            Ledger { inserted: names(&["1", "2"]), marks: names(&["mark-1", "mark-12"]), deleted: names(&["1"]) };
        let mut messages = vec![message("r", 1, 1, 5), message("u", 1, 2, 6), message("u", 1, 2, 6)];
        let seen = Seen::of(&messages).unwrap();
        assert_eq!(seen.missing(&ledger), ["insert of 2", "change mark-12", "delete of 1"]);
        assert_eq!((seen.records, seen.snapshot, seen.repeated), (3, 1, 1));
        messages.extend([message("c", 2, 12, 7), message("d", 1, 0, 8)]);
        let seen = Seen::of(&messages).unwrap();
        assert!(seen.missing(&ledger).is_empty());
        assert_eq!(seen.last["2"]["full_name"], "mark-12");
    }
}
