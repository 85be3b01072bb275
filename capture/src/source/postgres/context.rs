//! What is stored to resume: the position in the log, and the state of what goes on at it.

use super::java_keys;
use super::position::Offset;
use crate::convert::java_hash;
use crate::model::json_text;
use crate::model::offset::SourceOffset;
use crate::source::incremental::{Collection, State};
use crate::source::transaction::Counts;
use serde_json::Value;
use std::sync::Arc;

/// The offset map as a whole. A record in flight keeps one of these, so that it is to be small.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Context {
    pub offset: Offset,
    /// `None` for most: neither transaction metadata nor a snapshot that can be resumed.
    beside: Option<Box<Beside>>,
}

/// What is seldom stored beside the position.
#[derive(Debug, Default, PartialEq, Eq)]
struct Beside {
    transaction: Counts,
    /// While an incremental snapshot runs.
    incremental: Option<Arc<State>>,
    /// What of the initial snapshot is still to be read, where a restart goes on with it.
    unfinished: Option<Arc<str>>,
    /// The server and timeline whose position it is, where that is wanted.
    system: Option<Arc<str>>,
}

const TRANSACTION_ID: &str = "transaction_id";
const TRANSACTION_COUNT: &str = "transaction_data_collection_order_";
const SENT: &str = "incremental_snapshot_primary_key";
const MAXIMUM: &str = "incremental_snapshot_maximum_key";
const COLLECTIONS: &str = "incremental_snapshot_collections";
/// Keys of ours, which Debezium does not know.
const SYSTEM: &str = "tailrace_system";
const UNFINISHED: &str = "tailrace_snapshot_unfinished";
const CORRELATION: &str = "incremental_snapshot_correlation_id";

impl Clone for Context {
    fn clone(&self) -> Self {
        Self { offset: self.offset, beside: self.beside.clone() }
    }

    #[inline]
    fn clone_from(&mut self, from: &Self) {
        self.offset = from.offset;
        match (&mut self.beside, &from.beside) {
            (None, None) => {}
            (Some(to), Some(from)) => to.clone_from(from),
            (to, from) => to.clone_from(from),
        }
    }
}

impl Clone for Beside {
    fn clone(&self) -> Self {
        Self {
            transaction: self.transaction.clone(),
            incremental: self.incremental.clone(),
            unfinished: self.unfinished.clone(),
            system: self.system.clone(),
        }
    }

    fn clone_from(&mut self, from: &Self) {
        self.transaction.clone_from(&from.transaction);
        self.incremental.clone_from(&from.incremental);
        self.unfinished.clone_from(&from.unfinished);
        self.system.clone_from(&from.system);
    }
}

impl SourceOffset for Context {
    fn write_json(&self, out: &mut Vec<u8>) {
        let Some(Beside { transaction, incremental, unfinished, system }) =
            self.beside.as_deref().filter(|b| !b.is_empty())
        else {
            return self.offset.write_json(out);
        };
        let mut members: Vec<(String, String)> = vec![];
        let mut ours: Vec<(String, String)> =
            unfinished.iter().map(|state| (UNFINISHED.to_owned(), quoted(state))).collect();
        ours.extend(system.iter().map(|mark| (SYSTEM.to_owned(), quoted(mark))));
        self.offset.each_member(|name, value| match name {
            super::position::INDEX_KEY => ours.push((name.to_owned(), value)),
            name => members.push((name.to_owned(), value)),
        });
        members.extend(transaction.id.iter().map(|id| (TRANSACTION_ID.to_owned(), quoted(id))));
        for (name, count) in &transaction.collections {
            members.push((format!("{TRANSACTION_COUNT}{name}"), count.to_string()));
        }
        if let Some(state) = incremental {
            members.extend(incremental_members(state));
        }
        let buckets = java_hash::buckets_grown(16, members.len());
        java_hash::sort(&mut members, buckets, |(name, _)| name);
        members.extend(ours);
        for (place, (name, value)) in members.iter().enumerate() {
            out.push(if place == 0 { b'{' } else { b',' });
            json_text::write(out, name.as_bytes());
            out.push(b':');
            out.extend_from_slice(value.as_bytes());
        }
        out.push(b'}');
    }
}

impl Context {
    /// A position alone.
    pub fn at(offset: Offset) -> Self {
        Self { offset, beside: None }
    }

    /// Reads what Debezium or we have stored. `None`: Debezium had no position yet when it sent a notification.
    pub fn parse(json: &str) -> Result<Option<Self>, String> {
        if json.trim() == "{}" {
            return Ok(None);
        }
        let offset = Offset::parse(json)?;
        let value: Value = serde_json::from_str(json).map_err(|e| format!("it is not JSON: {e}"))?;
        let map = value.as_object().ok_or("it is not a JSON object")?;
        let id = map.get(TRANSACTION_ID).and_then(Value::as_str).map(str::to_owned);
        let mut transaction = Counts { id, ..Counts::default() };
        for (name, count) in map {
            let Some(collection) = name.strip_prefix(TRANSACTION_COUNT) else { continue };
            let count = count.as_u64().ok_or_else(|| format!("'{name}' is not a count"))?;
            transaction.total += count;
            transaction.collections.push((collection.into(), count));
        }
        let text = |name: &str| map.get(name).and_then(Value::as_str).map(Arc::from);
        let (unfinished, system) = (text(UNFINISHED), text(SYSTEM));
        let beside = Beside { transaction, incremental: incremental(map)?.map(Arc::new), unfinished, system };
        Ok(Some(Self { offset, beside: (!beside.is_empty()).then(|| Box::new(beside)) }))
    }

    /// The transaction at hand, where transaction metadata are provided.
    pub fn transaction(&self) -> Option<&Counts> {
        self.beside.as_deref().map(|b| &b.transaction).filter(|counts| counts.id.is_some())
    }

    pub fn transaction_mut(&mut self) -> &mut Counts {
        &mut self.beside.get_or_insert_default().transaction
    }

    pub fn incremental(&self) -> Option<&State> {
        self.beside.as_deref()?.incremental.as_deref()
    }

    pub fn system(&self) -> Option<&str> {
        self.beside.as_deref()?.system.as_deref()
    }

    /// All offsets that follow are of this server and timeline.
    pub fn set_system(&mut self, mark: Option<String>) {
        if mark.is_some() || self.beside.is_some() {
            self.beside.get_or_insert_default().system = mark.map(Arc::from);
        }
    }

    pub fn unfinished(&self) -> Option<&str> {
        self.beside.as_deref()?.unfinished.as_deref()
    }

    pub fn set_unfinished(&mut self, state: Option<&str>) {
        if state.is_some() || self.beside.is_some() {
            self.beside.get_or_insert_default().unfinished = state.map(Arc::from);
        }
    }

    pub fn set_incremental(&mut self, state: Option<Arc<State>>) {
        if state.is_some() || self.beside.is_some() {
            self.beside.get_or_insert_default().incremental = state;
        }
    }
}

impl Beside {
    fn is_empty(&self) -> bool {
        self.transaction.id.is_none()
            && self.incremental.is_none()
            && self.unfinished.is_none()
            && self.system.is_none()
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn incremental_members(state: &State) -> [(String, String); 4] {
    let optional = |text: &Option<String>| text.as_deref().map_or("null".to_owned(), quoted);
    let collection = |c: &Collection| {
        format!(
            "{{\"{COLLECTIONS}_id\":{},\"{COLLECTIONS}_additional_condition\":{},\"{COLLECTIONS}_surrogate_key\":{}}}",
            quoted(&c.id),
            optional(&c.condition),
            optional(&c.surrogate_key)
        )
    };
    let collections: Vec<String> = state.collections.iter().map(collection).collect();
    [
        (SENT.to_owned(), format!("\"{}\"", java_keys::write(state.sent.as_ref()))),
        (MAXIMUM.to_owned(), format!("\"{}\"", java_keys::write(state.maximum.as_ref()))),
        (COLLECTIONS.to_owned(), quoted(&format!("[{}]", collections.join(",")))),
        (CORRELATION.to_owned(), optional(&state.correlation)),
    ]
}

fn incremental(map: &serde_json::Map<String, Value>) -> Result<Option<State>, String> {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    let Some(collections) = text(COLLECTIONS) else { return Ok(None) };
    let list: Vec<Value> = serde_json::from_str(collections).map_err(|e| format!("'{COLLECTIONS}': {e}"))?;
    let collection = |value: &Value| {
        let member = |name: &str| value.get(format!("{COLLECTIONS}_{name}")).and_then(Value::as_str).map(str::to_owned);
        let given = |name: &str| member(name).filter(|text| !text.is_empty());
        let (condition, surrogate_key) = (given("additional_condition"), given("surrogate_key"));
        member("id").map(|id| Collection { id, condition, surrogate_key })
    };
    let key = |name: &str| text(name).and_then(java_keys::read);
    // a key that cannot be read makes the table begin anew
    let (sent, maximum) = match (key(SENT), key(MAXIMUM)) {
        (sent, Some(maximum)) => (sent, Some(maximum)),
        _ => (None, None),
    };
    let collections = list.iter().filter_map(collection).collect();
    Ok(Some(State { collections, correlation: text(CORRELATION).map(str::to_owned), sent, maximum }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_debeziums() {
        let in_transaction = r#"{"transaction_id":"750","lsn_proc":26644784,"messageType":"COMMIT","transaction_data_collection_order_public.a":1,"lsn_commit":26644784,"lsn":26644784,"txId":750,"ts_usec":1795393123769321}"#;
        assert_eq!(Context::parse("{}"), Ok(None));
        let incremental = r#"{"incremental_snapshot_correlation_id":"ad-hoc-1","lsn_proc":52819264,"messageType":"INSERT","lsn_commit":52819264,"lsn":52819264,"incremental_snapshot_maximum_key":"aced000570","txId":908,"incremental_snapshot_collections":"[{\"incremental_snapshot_collections_id\":\"public.b\",\"incremental_snapshot_collections_additional_condition\":null,\"incremental_snapshot_collections_surrogate_key\":null}]","ts_usec":1795394391363114,"incremental_snapshot_primary_key":"aced000570"}"#;
        let plain = r#"{"lsn_proc":23885680,"messageType":"INSERT","lsn_commit":23885512,"lsn":23885680,"txId":560,"ts_usec":1718000001123456,"tailrace_index_at_lsn":2}"#;
        let resumed = r#"{"last_snapshot_record":false,"lsn":8,"txId":5,"ts_usec":1,"snapshot":true,"tailrace_snapshot_unfinished":"{\"public.a\":{}}","tailrace_system":"7381/1"}"#;
        for text in [in_transaction, incremental, plain, resumed] {
            let context = Context::parse(text).unwrap().unwrap();
            let mut out = vec![];
            context.write_json(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
            let mut copy = Context::default();
            copy.clone_from(&context);
            assert_eq!(copy, context);
        }
    }
}
