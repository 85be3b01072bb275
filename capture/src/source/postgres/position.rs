//! Positions in the write-ahead log, and the offset that Kafka Connect stores.

use crate::model::offset::SourceOffset;
use serde_json::Value;
use std::fmt;
use std::num::NonZeroU32;

/// A position in the write-ahead log; its text is PostgreSQL's `X/X`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lsn(pub u64);

impl Lsn {
    pub fn parse(text: &str) -> Option<Self> {
        let (high, low) = text.split_once('/')?;
        let part = |hex: &str| u32::from_str_radix(hex, 16).ok().map(u64::from);
        Some(Lsn(part(high)? << 32 | part(low)?))
    }
}

impl fmt::Display for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xffff_ffff)
    }
}

/// The kind of message an offset stands behind; the words are Debezium's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageType {
    #[default]
    None,
    Begin,
    Commit,
    Insert,
    Update,
    Delete,
    Truncate,
    Message,
    Noop,
}

impl MessageType {
    const WORDS: [(MessageType, &'static str); 8] = [
        (MessageType::Begin, "BEGIN"),
        (MessageType::Commit, "COMMIT"),
        (MessageType::Insert, "INSERT"),
        (MessageType::Update, "UPDATE"),
        (MessageType::Delete, "DELETE"),
        (MessageType::Truncate, "TRUNCATE"),
        (MessageType::Message, "MESSAGE"),
        (MessageType::Noop, "NOOP"),
    ];

    fn word(self) -> Option<&'static str> {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map(|(_, word)| *word)
    }

    fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, w)| *w == word).map(|(kind, _)| *kind)
    }
}

/// Whether an offset belongs to the initial snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Snapshot {
    #[default]
    No,
    /// A row of a snapshot that is not finished: a restart takes it again.
    Row,
    /// The last row: the snapshot is complete.
    Last,
}

/// Where the source resumes. Plain data: cloning costs a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offset {
    pub lsn: Lsn,
    pub lsn_proc: Option<Lsn>,
    pub lsn_commit: Option<Lsn>,
    pub tx_id: Option<u64>,
    pub ts_usec: i64,
    pub message_type: MessageType,
    pub snapshot: Snapshot,
    /// How many changes of this transaction stood at `lsn_proc` before this one: one WAL record can carry several rows.
    pub index_at_lsn: u32,
    /// The slot's `catalog_xmin`, where it is asked for.
    pub xmin: Option<NonZeroU32>,
    /// Up to here the server had nothing for us, and the slot may have been told so. A transaction that was open then has its
    /// changes before this place.
    pub passed: Lsn,
}

/// Keys of ours, which Debezium does not know.
pub const INDEX_KEY: &str = "tailrace_index_at_lsn";
pub const PASSED_KEY: &str = "tailrace_lsn_passed";

impl SourceOffset for Offset {
    fn write_json(&self, out: &mut Vec<u8>) {
        let mut text = String::from("{");
        self.each_member(|name, value| {
            let comma = if text.len() > 1 { "," } else { "" };
            text.push_str(&format!("{comma}\"{name}\":{value}"));
        });
        text.push('}');
        out.extend_from_slice(text.as_bytes());
    }
}

impl Offset {
    /// The members of the offset map in the order in which Java's HashMap prints these keys, their values as JSON.
    pub fn each_member(&self, mut member: impl FnMut(&str, String)) {
        if self.snapshot != Snapshot::No {
            member("last_snapshot_record", (self.snapshot == Snapshot::Last).to_string());
        }
        if let Some(lsn) = self.lsn_proc {
            member("lsn_proc", (lsn.0 as i64).to_string());
        }
        if let Some(xmin) = self.xmin {
            member("xmin", xmin.to_string());
        }
        if let Some(word) = self.message_type.word() {
            member("messageType", format!("\"{word}\""));
        }
        if let Some(lsn) = self.lsn_commit {
            member("lsn_commit", (lsn.0 as i64).to_string());
        }
        member("lsn", (self.lsn.0 as i64).to_string());
        if let Some(id) = self.tx_id {
            member("txId", id.to_string());
        }
        member("ts_usec", self.ts_usec.to_string());
        if self.snapshot != Snapshot::No {
            member("snapshot", "true".into());
        }
        if self.index_at_lsn > 0 {
            member(INDEX_KEY, self.index_at_lsn.to_string());
        }
        if Some(self.passed) > self.lsn_proc.max(self.lsn_commit) && self.passed > Lsn::default() {
            member(PASSED_KEY, (self.passed.0 as i64).to_string());
        }
    }

    /// Reads what Debezium or we have stored.
    pub fn parse(json: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(json).map_err(|e| format!("it is not JSON: {e}"))?;
        let map = value.as_object().ok_or("it is not a JSON object")?;
        let number = |key: &str| match map.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(v) => v.as_i64().map(Some).ok_or_else(|| format!("'{key}' is not an integer")),
        };
        let count = |key: &str, most: u64| match number(key)?.map(u64::try_from) {
            Some(Ok(n)) if n <= most => Ok(Some(n)),
            Some(_) => Err(format!("'{key}' is out of its range")),
            None => Ok(None),
        };
        let flag = |key: &str| map.get(key).and_then(Value::as_bool).unwrap_or(false);
        let lsn = |key: &str| number(key).map(|n| n.map(|n| Lsn(n as u64)));
        let message_type = match map.get("messageType").and_then(Value::as_str) {
            None => MessageType::None,
            Some(word) => MessageType::of(word).ok_or_else(|| format!("'messageType' is '{word}'"))?,
        };
        let snapshot = match (flag("snapshot"), flag("last_snapshot_record")) {
            (_, true) => Snapshot::Last,
            (true, false) => Snapshot::Row,
            (false, false) => Snapshot::No,
        };
        Ok(Self {
            lsn: lsn("lsn")?.ok_or("'lsn' is missing")?,
            lsn_proc: lsn("lsn_proc")?,
            lsn_commit: lsn("lsn_commit")?,
            tx_id: count("txId", u64::MAX)?,
            ts_usec: number("ts_usec")?.unwrap_or(0),
            message_type,
            snapshot,
            xmin: count("xmin", u32::MAX.into())?.and_then(|n| NonZeroU32::new(n as u32)),
            index_at_lsn: count(INDEX_KEY, u32::MAX.into())?.unwrap_or(0) as u32,
            passed: lsn(PASSED_KEY)?.unwrap_or_default(),
        })
    }

    /// Everything before this position is stored: what the slot may forget.
    pub fn confirmable(&self) -> Option<Lsn> {
        match self.message_type {
            // behind the last commit where the server had nothing more for us
            MessageType::Commit => self.lsn_proc.max(self.lsn_commit),
            _ => self.lsn_commit.or(self.lsn_proc),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(offset: &Offset) -> String {
        let mut out = vec![];
        offset.write_json(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_is_debeziums() {
        let insert = r#"{"lsn_proc":23885680,"messageType":"INSERT","lsn_commit":23885512,"lsn":23885680,"txId":560,"ts_usec":1718000001123456}"#;
        assert_eq!(json(&Offset::parse(insert).unwrap()), insert);
        let last =
            r#"{"last_snapshot_record":true,"lsn":23885008,"txId":558,"ts_usec":1718000000123456,"snapshot":true}"#;
        let parsed = Offset::parse(last).unwrap();
        assert_eq!(parsed.snapshot, Snapshot::Last);
        assert_eq!(json(&parsed), last);
    }

    #[test]
    fn the_slots_xmin_stands_where_a_hash_map_has_it() {
        let text = r#"{"lsn_proc":8,"xmin":750,"messageType":"COMMIT","lsn_commit":8,"lsn":8,"txId":5,"ts_usec":1}"#;
        assert_eq!(json(&Offset::parse(text).unwrap()), text);
    }

    #[test]
    fn a_damaged_offset_names_its_member() {
        assert_eq!(Offset::parse(r#"{"lsn":"x"}"#), Err("'lsn' is not an integer".into()));
        assert_eq!(Offset::parse(r#"{"lsn":1,"messageType":"MERGE"}"#), Err("'messageType' is 'MERGE'".into()));
        assert_eq!(Offset::parse(r#"{"lsn":1,"txId":-1}"#), Err("'txId' is out of its range".into()));
    }

    #[test]
    fn lsn_text_is_postgresqls() {
        assert_eq!(Lsn::parse("16/B374D848").unwrap().to_string(), "16/B374D848");
        assert_eq!(Lsn::parse("nonsense"), None);
    }
}
