//! Compares records and says what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::alignment::{Step, align};
use super::mask::mask;
use crate::kafka::Message;

/// Bytes shown on both sides of the first difference.
const CONTEXT_BYTES: usize = 60;
/// Differences that are kept for showing.
const SHOWN: usize = 5;

/// One record as it is compared: everything but its offset and time stamp, which the broker sets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparable {
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(String, Option<Vec<u8>>)>,
}

impl From<&Message> for Comparable {
    fn from(message: &Message) -> Self {
        Self { key: message.key.clone(), value: message.value.as_deref().map(mask), headers: message.headers.clone() }
    }
}

/// One difference, ready to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub place: String,
    pub text: String,
}

/// Totals, and the first differences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub compared: usize,
    pub equal: usize,
    pub different: usize,
    pub missing: usize,
    pub extra: usize,
    pub differences: Vec<Difference>,
}

impl Report {
    /// Compares what the reference and the subject have written to one topic, partition by partition, in order.
    pub fn of(reference: &[Message], subject: &[Message]) -> Self {
        let mut report = Self::default();
        let (reference, subject) = (by_partition(reference), by_partition(subject));
        let partitions: BTreeSet<i32> = reference.keys().chain(subject.keys()).copied().collect();
        for partition in partitions {
            let side = |side: &BTreeMap<i32, Vec<Message>>| side.get(&partition).cloned().unwrap_or_default();
            report.add_partition(&side(&reference), &side(&subject));
        }
        report
    }

    pub fn is_equal(&self) -> bool {
        self.compared == self.equal && self.missing == 0 && self.extra == 0 && self.compared > 0
    }

    pub fn add(&mut self, other: Self) {
        self.compared += other.compared;
        self.equal += other.equal;
        self.different += other.different;
        self.missing += other.missing;
        self.extra += other.extra;
        self.differences.extend(other.differences);
        self.differences.truncate(SHOWN);
    }

    fn add_partition(&mut self, reference: &[Message], subject: &[Message]) {
        let left: Vec<Comparable> = reference.iter().map(Comparable::from).collect();
        let right: Vec<Comparable> = subject.iter().map(Comparable::from).collect();
        for step in align(&left, &right) {
            match step {
                Step::Equal(..) => {
                    self.compared += 1;
                    self.equal += 1;
                }
                Step::Different(i, j) => {
                    self.compared += 1;
                    self.different += 1;
                    self.show("different", &reference[i], || difference(&left[i], &right[j]));
                }
                Step::Missing(i) => {
                    self.missing += 1;
                    self.show("missing", &reference[i], || excerpt(left[i].value.as_deref(), 0));
                }
                Step::Extra(j) => {
                    self.extra += 1;
                    self.show("extra", &subject[j], || excerpt(right[j].value.as_deref(), 0));
                }
            }
        }
    }

    fn show(&mut self, kind: &str, message: &Message, text: impl FnOnce() -> String) {
        if self.differences.len() < SHOWN {
            let Message { topic, partition, offset, .. } = message;
            let place = format!("{kind}: {topic} partition {partition} offset {offset} key {}", message.key_text());
            self.differences.push(Difference { place, text: text() });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { compared, equal, different, missing, extra, .. } = self;
        write!(f, "compared={compared} equal={equal} different={different} missing={missing} extra={extra}")
    }
}

fn by_partition(messages: &[Message]) -> BTreeMap<i32, Vec<Message>> {
    let mut partitions: BTreeMap<i32, Vec<Message>> = BTreeMap::new();
    for message in messages {
        partitions.entry(message.partition).or_default().push(message.clone());
    }
    partitions
}

/// The first part in which two records differ, with what surrounds it on either side.
fn difference(left: &Comparable, right: &Comparable) -> String {
    if left.headers != right.headers {
        return format!("  headers\n    reference {:?}\n    subject   {:?}", left.headers, right.headers);
    }
    let (part, left, right) = if left.key == right.key {
        ("value", left.value.as_deref(), right.value.as_deref())
    } else {
        ("key", left.key.as_deref(), right.key.as_deref())
    };
    let offset = first_difference(left.unwrap_or_default(), right.unwrap_or_default());
    format!(
        "  {part}, byte {offset}\n    reference {}\n    subject   {}",
        excerpt(left, offset),
        excerpt(right, offset)
    )
}

fn first_difference(left: &[u8], right: &[u8]) -> usize {
    let common = left.iter().zip(right).position(|(left, right)| left != right);
    common.unwrap_or_else(|| left.len().min(right.len()))
}

fn excerpt(bytes: Option<&[u8]>, offset: usize) -> String {
    let Some(bytes) = bytes else { return "null".into() };
    let start = offset.saturating_sub(CONTEXT_BYTES);
    let end = (offset + CONTEXT_BYTES).min(bytes.len());
    let text = String::from_utf8_lossy(&bytes[start.min(end)..end]).into_owned();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < bytes.len() { "…" } else { "" };
    format!("{before}{text}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = r#"{"before":null,"after":{"user_id":2,"full_name":"Bob A. Jones"},"source":{"ts_ms":1795369639582,"snapshot":"false","lsn":22483864},"op":"u","ts_ms":1795369639910}"#;

    fn message(key: &str, value: Option<&str>) -> Message {
        Message {
            topic: "postgres.public.users".into(),
            partition: 0,
            offset: 7,
            key: Some(key.into()),
            value: value.map(|value| value.into()),
            headers: Vec::new(),
            timestamp_ms: Some(1),
        }
    }

    fn pair(value: &str) -> Report {
        Report::of(&[message("k", Some(VALUE))], &[message("k", Some(value))])
    }

    #[test]
    fn only_the_time_of_processing_may_differ() {
        let report = pair(&VALUE.replace("1795369639910", "1795369640000"));
        assert!(report.is_equal());
        assert_eq!(report.to_string(), "compared=1 equal=1 different=0 missing=0 extra=0");
    }

    #[test]
    fn any_other_changed_byte_is_found() {
        let masked = VALUE.rfind("1795369639910").unwrap();
        for at in (0..VALUE.len()).filter(|at| !(masked..masked + 13).contains(at)) {
            let mut bytes = VALUE.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'~' { b'!' } else { b'~' };
            let report = pair(&String::from_utf8(bytes).unwrap());
            assert!(!report.is_equal(), "byte {at} was changed and not found");
        }
    }

    #[test]
    fn a_changed_source_field_is_shown_with_its_place() {
        let report = pair(&VALUE.replace("22483864", "22483865"));
        assert_eq!((report.compared, report.different), (1, 1));
        let Difference { place, text } = &report.differences[0];
        assert_eq!(place, "different: postgres.public.users partition 0 offset 7 key k");
        assert!(text.contains("value, byte") && text.contains("22483865"), "{text}");
    }

    #[test]
    fn key_headers_tombstone_and_partition_count() {
        let reference = [message("k", Some(VALUE))];
        let mut other = message("k", Some(VALUE));
        other.headers.push(("h".into(), None));
        assert_eq!(Report::of(&reference, &[other]).different, 1);
        assert_eq!(Report::of(&reference, &[message("l", Some(VALUE))]).different, 1);
        assert_eq!(Report::of(&reference, &[message("k", None)]).different, 1);
        let mut moved = message("k", Some(VALUE));
        moved.partition = 1;
        let report = Report::of(&reference, &[moved]);
        assert_eq!((report.missing, report.extra), (1, 1));
    }

    #[test]
    fn nothing_compared_is_not_equal() {
        assert!(!Report::of(&[], &[]).is_equal());
    }
}
