//! Where the change stream resumes, in memory and in Connect's offset.

use crate::error::{Error, Result};
use crate::model::{json_text, offset::SourceOffset};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A position between two events.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Offset {
    /// Seconds and increment of the cluster time; 0 and -1 where only a token is known.
    pub sec: i32,
    pub ord: i32,
    /// The whole token document's BSON; empty where there is none.
    pub token: Vec<u8>,
    /// A snapshot was under way: nothing can be resumed from here.
    pub initsync: bool,
    /// The session's JSON text, already escaped for a JSON string; empty outside of transactions.
    pub lsid: Vec<u8>,
    pub txn_number: i64,
}

/// What an offset store held.
#[derive(Debug, PartialEq, Eq)]
pub enum Stored {
    Nothing,
    /// Left by a snapshot that did not end: it must be taken again.
    Interrupted,
    At(Offset),
}

impl Offset {
    /// A position known by its token alone.
    pub fn at_token(token: &[u8]) -> Self {
        Self { sec: 0, ord: -1, token: token.to_vec(), ..Self::default() }
    }

    /// False where it stands for nothing but the moment of asking.
    pub fn is_resumable(&self) -> bool {
        !self.token.is_empty() || self.sec != 0
    }

    /// Moves to a token without a time.
    pub fn move_to_token(&mut self, token: &[u8]) {
        (self.sec, self.ord, self.initsync) = (0, -1, false);
        self.lsid.clear();
        self.token.clear();
        self.token.extend_from_slice(token);
    }

    /// Reads the offset map as Connect stored it, in the format of any release.
    pub fn parse(json: Option<&str>) -> Result<Stored> {
        let Some(json) = json else { return Ok(Stored::Nothing) };
        let map: serde_json::Map<String, Value> =
            serde_json::from_str(json).map_err(|e| unusable("is not a JSON object").caused_by(e))?;
        if map.get("initsync").is_some_and(|v| *v == Value::Bool(true) || v == "true") {
            return Ok(Stored::Interrupted);
        }
        let lsid = map.get("lsid").and_then(Value::as_str).map(|text| {
            let mut escaped = vec![];
            json_text::write_inner(&mut escaped, text.as_bytes());
            escaped
        });
        Ok(Stored::At(Self {
            sec: number(&map, "sec")?,
            ord: number(&map, "ord")?,
            token: map.get("resume_token").and_then(Value::as_str).map(token_bytes).transpose()?.unwrap_or_default(),
            initsync: false,
            lsid: lsid.unwrap_or_default(),
            txn_number: map.get("txnNumber").and_then(Value::as_i64).unwrap_or_default(),
        }))
    }
}

impl Clone for Offset {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.clone_from(self);
        copy
    }

    fn clone_from(&mut self, other: &Self) {
        (self.sec, self.ord) = (other.sec, other.ord);
        (self.initsync, self.txn_number) = (other.initsync, other.txn_number);
        self.token.clone_from(&other.token);
        self.lsid.clone_from(&other.lsid);
    }
}

impl SourceOffset for Offset {
    fn write_json(&self, out: &mut Vec<u8>) {
        let number = |out: &mut Vec<u8>, n: i64| out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
        out.extend_from_slice(b"{\"sec\":");
        number(out, i64::from(self.sec));
        out.extend_from_slice(b",\"ord\":");
        number(out, i64::from(self.ord));
        if !self.lsid.is_empty() {
            out.extend_from_slice(b",\"lsid\":\"");
            out.extend_from_slice(&self.lsid);
            out.push(b'"');
        }
        if !self.token.is_empty() {
            out.extend_from_slice(b",\"resume_token\":\"");
            out.extend_from_slice(STANDARD.encode(&self.token).as_bytes());
            out.push(b'"');
        }
        if self.initsync {
            out.extend_from_slice(b",\"initsync\":true");
        }
        if !self.lsid.is_empty() {
            out.extend_from_slice(b",\"txnNumber\":");
            number(out, self.txn_number);
        }
        out.push(b'}');
    }
}

fn number(map: &serde_json::Map<String, Value>, name: &str) -> Result<i32> {
    let value = match map.get(name) {
        None | Some(Value::Null) => return Ok(0),
        Some(Value::Number(n)) => n.as_i64().and_then(|n| i32::try_from(n).ok()),
        Some(Value::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    value.ok_or_else(|| {
        let value = map.get(name).map(Value::to_string).unwrap_or_default();
        unusable(&format!("has a '{name}' parameter value {value} that could not be converted to an integer"))
    })
}

/// Base64 of a token document, or the bare hexadecimal text of old releases.
fn token_bytes(text: &str) -> Result<Vec<u8>> {
    if let Ok(bytes) = STANDARD.decode(text)
        && bson::RawDocument::from_bytes(&bytes).is_ok()
    {
        return Ok(bytes);
    }
    tracing::info!("old resume token format detected, attempting to parse as string");
    let mut document = bson::RawDocumentBuf::new();
    document.append(bson::raw::cstr!("_data"), text);
    Ok(document.into_bytes())
}

fn unusable(what: &str) -> Error {
    Error::definite(format!("the stored offset {what}"))
        .remedy("delete the connector's offset, or restore one that Debezium or this program wrote")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(json: &str) -> String {
        let Stored::At(offset) = Offset::parse(Some(json)).unwrap() else { panic!("{json} is a position") };
        let mut out = vec![];
        offset.clone().write_json(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn offsets_come_back_as_debezium_wrote_them() {
        let token = "MQAAAAJfZGF0YQAhAAAAODI2MzUxNUVBQzAwMDAwMDAyMkIwNDI5Mjk2RTE0MDQAAA==";
        let idle = format!(r#"{{"sec":0,"ord":-1,"resume_token":"{token}"}}"#);
        assert_eq!(round_trip(&idle), idle);
        let in_transaction = format!(
            r#"{{"sec":1666193824,"ord":1,"lsid":"{{\"id\": {{\"$binary\": \"a\",\"$type\": \"04\"}}}}","resume_token":"{token}","txnNumber":7}}"#
        );
        assert_eq!(round_trip(&in_transaction), in_transaction);
    }

    #[test]
    fn older_formats_are_read() {
        let text = round_trip(r#"{"sec":"12","ord":"-1","h":5,"resume_token":"8263515EAC000000022B0429296E1404"}"#);
        assert_eq!(
            text,
            r#"{"sec":12,"ord":-1,"resume_token":"MQAAAAJfZGF0YQAhAAAAODI2MzUxNUVBQzAwMDAwMDAyMkIwNDI5Mjk2RTE0MDQAAA=="}"#
        );
        assert_eq!(round_trip("{}"), r#"{"sec":0,"ord":0}"#);
    }

    #[test]
    fn an_interrupted_snapshot_is_no_position() {
        assert_eq!(Offset::parse(Some(r#"{"sec":0,"ord":-1,"initsync":true}"#)).unwrap(), Stored::Interrupted);
        assert_eq!(Offset::parse(None).unwrap(), Stored::Nothing);
        for sec in ["\"x\"", "4294967296"] {
            let damaged = format!(r#"{{"sec":{sec}}}"#);
            assert!(Offset::parse(Some(&damaged)).unwrap_err().report().contains("'sec'"), "{damaged}");
        }
    }
}
