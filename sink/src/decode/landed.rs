//! What comes out of decoding.

use std::borrow::Cow;

use crate::consume::Record;
use crate::error::Error;
use crate::record_id::RecordId;

/// What became of a record, as bronze tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Reached silver.
    Ok,
    /// A null value: the delete before it did the work.
    Tombstone,
    /// An update whose document was gone when the connector looked it up; its delete follows in the topic.
    NoDocument,
    /// A truncate event that the policy ignores.
    Truncate,
    /// Left out by `policy.skip`; `after` holds the value's bytes.
    Skipped,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Tombstone => "tombstone",
            Status::NoDocument => "no_document",
            Status::Truncate => "truncate",
            Status::Skipped => "skipped",
        }
    }
}

/// The parts of an envelope that bronze keeps. Absent parts are empty, as they were with `JSONEachRow`.
#[derive(Debug)]
pub struct Bronze<'a> {
    pub before: &'a [u8],
    pub after: Cow<'a, [u8]>,
    pub source: &'a str,
    pub op: &'a str,
    pub ts_ms: u64,
    pub status: Status,
}

impl<'a> Bronze<'a> {
    pub fn empty(status: Status) -> Self {
        Self { before: b"", after: Cow::Borrowed(b""), source: "", op: "", ts_ms: 0, status }
    }

    pub fn skipped(record: &Record<'a>) -> Self {
        Self { after: Cow::Borrowed(record.value.unwrap_or_default()), ..Self::empty(Status::Skipped) }
    }
}

/// A decoded record: always a bronze row, and a silver row unless its status says why not.
#[derive(Debug)]
pub struct Landed<'a, Row> {
    pub bronze: Bronze<'a>,
    pub silver: Option<Row>,
    /// Position of the event in its source; `None` when the record carries none.
    pub version: Option<u64>,
    /// Columns of the silver row that had nothing usable in the record and hold the column's default.
    pub defaulted: u32,
}

impl<Row> Landed<'_, Row> {
    pub fn only_bronze(status: Status) -> Self {
        Self { bronze: Bronze::empty(status), silver: None, version: None, defaulted: 0 }
    }
}

/// Why a record is not one of ours.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the {part} is not valid JSON of a Debezium change")]
    Shape {
        part: &'static str,
        #[source]
        cause: serde_json::Error,
    },
    #[error("the {0} is missing")]
    Missing(&'static str),
    #[error("source.connector is '{found}' and not '{expected}'")]
    Connector { found: String, expected: &'static str },
    #[error("the operation '{0}' is not supported")]
    Operation(String),
    #[error("{column} was not sent, because it is stored out of line and did not change")]
    Unavailable { column: &'static str },
    #[error("{column} does not fit into the table's column")]
    Range { column: &'static str },
}

impl Refusal {
    /// The refusal as a reason to stop: where the record is and how to go on.
    pub fn at(self, record: &Record<'_>) -> Error {
        let id = RecordId { topic: record.topic.to_owned(), partition: record.partition, offset: record.offset };
        let remedy = match &self {
            Refusal::Unavailable { .. } => format!(
                "Set REPLICA IDENTITY FULL on the table so that later updates carry it; to go on past this record add \"{id}\" to policy.skip."
            ),
            Refusal::Operation(op) if op == "t" => {
                "Set policy.on_truncate to \"ignore\" to keep the rows that silver has.".to_owned()
            }
            _ => format!(
                "Nothing after this record was consumed. Check who writes to the topic; to go on without the record add \"{id}\" to policy.skip, bronze then keeps its bytes."
            ),
        };
        Error::definite(format!("record {id} is not a change that the sink can land")).caused_by(self).remedy(remedy)
    }
}
