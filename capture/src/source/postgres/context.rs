//! What is stored to resume: the position in the log, and the state of what goes on at it.

use super::position::Offset;
use crate::convert::java_hash;
use crate::model::json_text;
use crate::model::offset::SourceOffset;
use crate::source::transaction::Counts;
use serde_json::Value;

/// The offset map as a whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Context {
    pub offset: Offset,
    /// Empty unless transaction metadata are provided.
    pub transaction: Counts,
}

const TRANSACTION_ID: &str = "transaction_id";
const TRANSACTION_COUNT: &str = "transaction_data_collection_order_";

impl Clone for Context {
    fn clone(&self) -> Self {
        Self { offset: self.offset, transaction: self.transaction.clone() }
    }

    #[inline]
    fn clone_from(&mut self, from: &Self) {
        self.offset = from.offset;
        if self.transaction.id.is_some() || from.transaction.id.is_some() {
            self.transaction.clone_from(&from.transaction);
        }
    }
}

impl SourceOffset for Context {
    fn write_json(&self, out: &mut Vec<u8>) {
        if self.transaction.id.is_none() {
            return self.offset.write_json(out);
        }
        let mut members: Vec<(String, String)> = vec![];
        let mut ours = None;
        self.offset.each_member(|name, value| match name {
            super::position::INDEX_KEY => ours = Some((name.to_owned(), value)),
            name => members.push((name.to_owned(), value)),
        });
        members.extend(self.transaction.id.iter().map(|id| (TRANSACTION_ID.to_owned(), format!("\"{id}\""))));
        for (name, count) in &self.transaction.collections {
            members.push((format!("{TRANSACTION_COUNT}{name}"), count.to_string()));
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
    /// Reads what Debezium or we have stored.
    pub fn parse(json: &str) -> Result<Self, String> {
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
        Ok(Self { offset, transaction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_debeziums() {
        let in_transaction = r#"{"transaction_id":"750","lsn_proc":26644784,"messageType":"COMMIT","transaction_data_collection_order_public.a":1,"lsn_commit":26644784,"lsn":26644784,"txId":750,"ts_usec":1795393123769321}"#;
        let plain = r#"{"lsn_proc":23885680,"messageType":"INSERT","lsn_commit":23885512,"lsn":23885680,"txId":560,"ts_usec":1718000001123456,"tailrace_index_at_lsn":2}"#;
        for text in [in_transaction, plain] {
            let context = Context::parse(text).unwrap();
            let mut out = vec![];
            context.write_json(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
            let mut copy = Context::default();
            copy.clone_from(&context);
            assert_eq!(copy, context);
        }
    }
}
