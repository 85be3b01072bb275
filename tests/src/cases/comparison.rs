//! What both sides of a case have left behind, put side by side.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::case::{Case, Course};
use super::names::Names;
use super::side::Actor;
use crate::Message;
use crate::compat::{Report, mask::mask, span};

/// Where a snapshot stood, which two snapshots cannot share.
const SNAPSHOT_POSITION: [&str; 3] = ["lsn", "txId", "ts_usec"];

/// The map of a notification.
const MEMBERS: &str = "additional_data";

/// What was found: records, and whatever else there is to compare.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub records: Report,
    pub others: Vec<String>,
}

impl Findings {
    pub fn is_equal(&self) -> bool {
        let Report { different, missing, extra, .. } = &self.records;
        (*different, *missing, *extra) == (0, 0, 0) && self.others.is_empty()
    }

    /// Compares one thing that is no record.
    pub fn compare<T: PartialEq>(&mut self, what: &str, left: T, right: T, show: impl Fn(&T) -> String) {
        if left != right {
            self.others.push(format!("{what}\n    reference {}\n    subject   {}", show(&left), show(&right)));
        }
    }

    /// Compares texts of several lines and shows those that only one side has.
    pub fn compare_lines(&mut self, what: &str, left: &str, right: &str) {
        let lacking = |text: &str, other: &str| {
            let lines: Vec<&str> = text.lines().filter(|line| other.lines().all(|other| other != *line)).collect();
            if lines.is_empty() { "the same lines, in another order or number".into() } else { lines.join(" | ") }
        };
        if left != right {
            self.compare(what, lacking(left, right), lacking(right, left), Clone::clone);
        }
    }

    pub fn add_topics(&mut self, case: &Case, names: &Names, sides: &[Actor<'_>; 2]) -> Result<()> {
        let [reference, subject] = sides;
        // a topic whose name has what is one side's own holds what only that side has written
        let topics = |side: &Actor<'_>| {
            let topics = side.topics()?.into_iter().map(|topic| names.forget(&topic, side.role));
            Ok::<_, anyhow::Error>(topics.collect::<BTreeSet<_>>())
        };
        let (left, right) = (topics(reference)?, topics(subject)?);
        for topic in left.union(&right).filter(|topic| Names::differs(topic)) {
            let count = |side: &Actor<'_>| Ok::<_, anyhow::Error>(side.read(&names.fill(topic, side.role))?.len());
            self.compare(&format!("records of {topic}"), count(reference)?, count(subject)?, ToString::to_string);
        }
        for topic in left.union(&right).filter(|topic| !Names::differs(topic)) {
            let view = |messages: Vec<Message>| view(case, names, topic, messages);
            let report = Report::of(&view(reference.read(topic)?), &view(subject.read(topic)?));
            self.records.add(report);
        }
        self.compare("topics", left, right, |topics| format!("{topics:?}"));
        Ok(())
    }

    pub fn add_offsets(&mut self, case: &Case, sides: &[Actor<'_>; 2]) -> Result<()> {
        let [reference, subject] = sides;
        let (left, right) = (reference.offsets()?, subject.offsets()?);
        for key in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
            let offset = |side: &BTreeMap<String, Value>| side.get(key).cloned().map(|offset| position(case, offset));
            let (left, right) = (offset(&left), offset(&right));
            if left.as_ref().zip(right.as_ref()).is_none_or(|(left, right)| !is_commit_of(left, right)) {
                self.compare(&format!("offset of {key}"), left, right, |offset| {
                    offset.as_ref().map_or_else(|| "none".into(), Value::to_string)
                });
            }
        }
        Ok(())
    }
}

/// Whether the subject stands behind the end of the transaction in which the reference stands. Debezium stores what came
/// with the last record; ours also stores the commit that follows it, and where the log went on since without a record.
fn is_commit_of(reference: &Value, subject: &Value) -> bool {
    let not_before = |name: &str| subject[name].as_i64() >= reference[name].as_i64();
    let is_ahead = ["txId", "ts_usec", "lsn", "lsn_commit"].into_iter().all(not_before);
    let is_behind_commit =
        subject["lsn"] == subject["lsn_proc"] && subject["lsn_commit"].as_i64() <= subject["lsn"].as_i64();
    // behind the record that ends a transaction, the log went on without one: the transaction is no longer told
    let fields = |offset: &Value| -> Option<Vec<String>> {
        let names = offset.as_object()?.keys().filter(|name| !name.starts_with("transaction_"));
        Some(names.cloned().collect())
    };
    subject["messageType"] == "COMMIT" && is_behind_commit && is_ahead && fields(reference) == fields(subject)
}

/// An offset without what only one side can have.
fn position(case: &Case, mut offset: Value) -> Value {
    let Some(fields) = offset.as_object_mut() else { return offset };
    let names = SNAPSHOT_POSITION.into_iter().filter(|_| case.course == Course::Snapshots);
    let masked = case.mask.iter().filter(|path| path.len() == 1).map(|path| path[0].as_str());
    for name in names.chain(masked) {
        if let Some(value) = fields.get_mut(name) {
            *value = Value::from("#");
        }
    }
    offset
}

/// The records of a topic as they are compared.
fn view(case: &Case, names: &Names, topic: &str, messages: Vec<Message>) -> Vec<Message> {
    let mut messages: Vec<Message> = messages.into_iter().map(|message| masked(case, names, message)).collect();
    if case.distinct.iter().any(|name| topic == name.replace("{prefix}", names.id())) {
        for message in &mut messages {
            message.value = message.value.as_deref().map(mask);
        }
        messages.sort_by(|a, b| (a.partition, &a.key, &a.value).cmp(&(b.partition, &b.key, &b.value)));
        messages.dedup_by(|a, b| {
            (a.partition, &a.key, &a.value, &a.headers) == (b.partition, &b.key, &b.value, &b.headers)
        });
    }
    messages
}

fn masked(case: &Case, names: &Names, mut message: Message) -> Message {
    let is_sentinel = names.is_sentinel(&message.topic);
    // the last commit before the first of them is whatever the connector saw since its slot was made
    let sequence = ["source".to_owned(), "sequence".to_owned()];
    let paths = case.mask.iter().map(Vec::as_slice).chain(is_sentinel.then_some(sequence.as_slice()));
    for path in paths {
        for text in [&mut message.key, &mut message.value].into_iter().flatten() {
            hide(text, path);
        }
    }
    if let Some(text) = &mut message.value {
        order_members(text);
    }
    message
}

/// The members of a notification's map, in the order of their names: Java gives them in another one with each start.
fn order_members(text: &mut Vec<u8>) {
    let Some(range) = span::find(text, &["payload", MEMBERS]).or_else(|| span::find(text, &[MEMBERS])) else { return };
    if let Ok(members) = serde_json::from_slice::<BTreeMap<String, Value>>(&text[range.clone()]) {
        let ordered = Value::from_iter(members).to_string();
        text.splice(range, ordered.into_bytes());
    }
}

/// Replaces a value by a mark, in a record with or without its schema.
fn hide(text: &mut Vec<u8>, path: &[String]) {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let inside = [&["payload"], path.as_slice()].concat();
    if let Some(range) = span::find(text, &inside).or_else(|| span::find(text, &path)) {
        text.splice(range, *b"\"#\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_field_is_hidden_with_and_without_schema() {
        for (text, expected) in [
            (r#"{"after":{"a":1,"b":2}}"#, r##"{"after":{"a":"#","b":2}}"##),
            (r#"{"schema":{},"payload":{"after":{"a":"x"}}}"#, r##"{"schema":{},"payload":{"after":{"a":"#"}}}"##),
            (r#"{"after":{"b":2}}"#, r#"{"after":{"b":2}}"#),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            hide(&mut bytes, &["after".into(), "a".into()]);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn a_subject_may_stand_behind_the_commit_of_the_last_record() {
        let offset = |kind: &str, lsn: i64, transaction: i64| {
            serde_json::json!({"lsn": lsn, "lsn_proc": lsn, "lsn_commit": lsn, "messageType": kind, "txId": transaction,
                "ts_usec": 7})
        };
        let reference = offset("INSERT", 10, 1);
        assert!(is_commit_of(&reference, &offset("COMMIT", 12, 1)));
        for other in [offset("COMMIT", 9, 1), offset("COMMIT", 12, 0), offset("INSERT", 12, 1)] {
            assert!(!is_commit_of(&reference, &other), "{other}");
        }
        assert!(is_commit_of(&offset("COMMIT", 12, 1), &offset("COMMIT", 13, 1)), "the log went on");
        let (mut ended, mut early) = (offset("COMMIT", 12, 1), offset("COMMIT", 13, 1));
        ended["transaction_id"] = "1".into();
        assert!(is_commit_of(&ended, &offset("COMMIT", 13, 1)));
        early["lsn_commit"] = 11.into();
        assert!(!is_commit_of(&ended, &early), "the last commit is at 12");
    }

    #[test]
    fn whatever_differs_is_a_finding() {
        let mut findings = Findings::default();
        findings.compare("topics", 1, 1, ToString::to_string);
        assert!(findings.is_equal());
        findings.compare("topics", 1, 2, ToString::to_string);
        assert!(!findings.is_equal());
        assert_eq!(findings.others, ["topics\n    reference 1\n    subject   2"]);
        findings.compare_lines("answer", "a\nb\nc", "a\nx\nc");
        assert_eq!(findings.others[1], "answer\n    reference b\n    subject   x");
    }
}
