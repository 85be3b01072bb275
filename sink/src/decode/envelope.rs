//! The outer shape that both connectors share, with and without the converter's schema around it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::landed::Refusal;

/// An envelope whose parts are still text. Fields that we do not use are passed over without being stored.
#[derive(Debug, Deserialize)]
pub struct Envelope<'a> {
    #[serde(borrow, default)]
    pub before: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub after: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub source: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub op: Option<&'a str>,
    #[serde(default)]
    pub ts_ms: Option<i64>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    pub fn parse(value: &'a [u8]) -> Result<Self, Refusal> {
        let outer: Envelope<'a> = parse("value", value)?;
        let inner = match (outer.op, outer.payload) {
            (None, Some(payload)) => parse("value's payload", payload.get().as_bytes())?,
            _ => outer,
        };
        Ok(inner)
    }

    pub fn op(&self) -> Result<&'a str, Refusal> {
        self.op.ok_or(Refusal::Missing("field 'op'"))
    }

    pub fn source_text(&self) -> Result<&'a str, Refusal> {
        self.source.map(RawValue::get).ok_or(Refusal::Missing("field 'source'"))
    }

    pub fn ts_ms(&self) -> u64 {
        self.ts_ms.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0)
    }
}

/// A record key as `Inner`, with or without the converter's schema around it.
#[derive(Deserialize)]
struct WrappedKey<'a> {
    #[serde(borrow)]
    payload: &'a RawValue,
}

pub fn parse_key<'a, Inner: Deserialize<'a>>(key: Option<&'a [u8]>) -> Result<Inner, Refusal> {
    let key = key.ok_or(Refusal::Missing("record key"))?;
    let first = match serde_json::from_slice(key) {
        Ok(inner) => return Ok(inner),
        Err(cause) => cause,
    };
    match serde_json::from_slice::<WrappedKey<'a>>(key) {
        Ok(wrapped) => parse("key's payload", wrapped.payload.get().as_bytes()),
        Err(_) => Err(Refusal::Shape { part: "key", cause: first }),
    }
}

pub fn parse<'a, T: Deserialize<'a>>(part: &'static str, bytes: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|cause| Refusal::Shape { part, cause })
}

pub fn check_connector(found: &str, expected: &'static str) -> Result<(), Refusal> {
    if found == expected {
        return Ok(());
    }
    Err(Refusal::Connector { found: found.to_owned(), expected })
}
