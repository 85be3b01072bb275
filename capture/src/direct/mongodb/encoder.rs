//! Documents and events to records. Buffers are kept, so a warm encoder allocates nothing.

use super::event::{Event, Operation};
use super::plan::{Body, Mark, Plan, Shape};
use crate::config::connector::Converters;
use crate::convert::bson::{Element, Malformed, find};
use crate::convert::bson_json::{self, Dialect};
use crate::error::{Error, Result};
use crate::model::record::Record;
use crate::source::Emit;
use crate::source::mongodb::config::Settings;
use crate::source::mongodb::filter::Filter;
use crate::source::mongodb::position::Offset;
use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// Collections whose plans are kept; beyond, all are made anew, which bounds memory where collections come and go.
const MOST_PLANS: usize = 4096;

pub struct Encoder {
    shape: Shape,
    filter: Filter,
    tombstones: bool,
    /// `None` for a collection that is not captured.
    plans: HashMap<Vec<u8>, Option<Box<Plan>>>,
    namespace: Vec<u8>,
    key: Vec<u8>,
    value: Vec<u8>,
    pub offset: Offset,
    /// Where to resume while a delete's tombstone is not durable yet.
    before: Offset,
}

impl Encoder {
    pub fn new(settings: &Settings, converters: Converters) -> Result<Self> {
        let (prefix, delimiter) = (settings.prefix.clone(), settings.delimiter.clone());
        Ok(Self {
            shape: Shape { prefix, delimiter, converters },
            filter: Filter::new(settings)?,
            tombstones: settings.tombstones,
            plans: HashMap::new(),
            namespace: vec![],
            key: vec![],
            value: vec![],
            offset: Offset::default(),
            before: Offset::default(),
        })
    }

    /// One event of the stream: a record, a tombstone behind a delete, or only a new position.
    pub fn event(&mut self, bytes: &[u8], out: &mut impl Emit<Offset>) -> Result<()> {
        let event = Event::parse(bytes).map_err(unreadable)?;
        let Some(operation) = event.operation() else { return Err(unexpected(&event)) };
        let has_tombstone = operation == Operation::Delete && self.tombstones;
        if has_tombstone {
            self.before.clone_from(&self.offset);
        }
        self.move_to(&event).map_err(unreadable)?;
        self.namespace_of(event.database, event.collection);
        let Some(plan) = plan(&mut self.plans, &self.namespace, &self.shape, &self.filter, event.database) else {
            out.advance(&self.offset);
            return Ok(());
        };
        let body = Body {
            op: operation.letter(),
            mark: Mark::Streamed,
            before: event.before,
            after: event.after,
            update: event.update,
            sec: self.offset.sec,
            ord: self.offset.ord,
            transaction: event.transaction().map(|(_, number)| (self.offset.lsid.as_slice(), number)),
            wall_time: event.wall_time,
            now_ms: now_ms(),
        };
        write(plan, &mut self.key, &mut self.value, event.id, &body)
            .map_err(|e| unreadable(e).remedy(object(&self.namespace)))?;
        // two records of one event: until the second is durable the event is to be read again
        let is_known = has_tombstone && self.before.is_resumable();
        let offset = if is_known { &self.before } else { &self.offset };
        out.emit(&Record::new(&plan.topic, Some(&self.key), Some(&self.value)), offset)?;
        if has_tombstone {
            out.emit(&Record::new(&plan.topic, Some(&self.key), None), &self.offset)?;
        }
        Ok(())
    }

    /// One document of a snapshot; the very last one ends it.
    pub fn document(
        &mut self,
        (database, collection): (&str, &str),
        document: &[u8],
        last: bool,
        out: &mut impl Emit<Offset>,
    ) -> Result<()> {
        self.offset.initsync = !last;
        self.namespace_of(database.as_bytes(), collection.as_bytes());
        let plan = plan(&mut self.plans, &self.namespace, &self.shape, &self.filter, database.as_bytes());
        let Some(plan) = plan else { return Ok(()) };
        let body = Body {
            op: b'r',
            mark: if last { Mark::LastOfSnapshot } else { Mark::Snapshot },
            before: None,
            after: Some(document),
            update: None,
            sec: self.offset.sec,
            ord: self.offset.ord,
            transaction: None,
            wall_time: None,
            now_ms: now_ms(),
        };
        let id = find(document, b"_id").map_err(unreadable)?;
        write(plan, &mut self.key, &mut self.value, id, &body)
            .map_err(|e| unreadable(e).remedy(object(&self.namespace)))?;
        out.emit(&Record::new(&plan.topic, Some(&self.key), Some(&self.value)), &self.offset)
    }

    fn move_to(&mut self, event: &Event<'_>) -> Result<(), Malformed> {
        (self.offset.sec, self.offset.ord) = event.cluster_time;
        self.offset.initsync = false;
        self.offset.token.clear();
        self.offset.token.extend_from_slice(event.token);
        self.offset.lsid.clear();
        if let Some((lsid, number)) = event.transaction() {
            bson_json::write_document(&mut self.offset.lsid, Dialect::Strict, lsid)?;
            self.offset.txn_number = number;
        }
        Ok(())
    }

    fn namespace_of(&mut self, database: &[u8], collection: &[u8]) {
        self.namespace.clear();
        self.namespace.extend_from_slice(database);
        self.namespace.push(b'.');
        self.namespace.extend_from_slice(collection);
    }
}

/// The plan of `namespace`, made at its first record.
fn plan<'a>(
    plans: &'a mut HashMap<Vec<u8>, Option<Box<Plan>>>,
    namespace: &[u8],
    shape: &Shape,
    filter: &Filter,
    database: &[u8],
) -> Option<&'a Plan> {
    if !plans.contains_key(namespace) {
        if plans.len() >= MOST_PLANS {
            plans.clear();
        }
        let collection = namespace.get(database.len() + 1..).unwrap_or_default();
        let (database, collection) = (String::from_utf8_lossy(database), String::from_utf8_lossy(collection));
        let taken = filter.takes_collection(&database, &collection);
        plans.insert(namespace.to_vec(), taken.then(|| Box::new(Plan::new(shape, &database, &collection))));
    }
    plans.get(namespace).and_then(Option::as_deref)
}

fn write(
    plan: &Plan,
    key: &mut Vec<u8>,
    value: &mut Vec<u8>,
    id: Option<Element<'_>>,
    body: &Body<'_>,
) -> Result<(), Malformed> {
    key.clear();
    value.clear();
    plan.write_key(key, id)?;
    plan.write_value(value, body)
}

pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

fn unreadable(error: Malformed) -> Error {
    Error::definite("MongoDB sent a document that cannot be read")
        .caused_by(error)
        .remedy("report it with the server's version")
}

fn object(namespace: &[u8]) -> String {
    format!("check the documents of {} on the server", String::from_utf8_lossy(namespace))
}

fn unexpected(event: &Event<'_>) -> Error {
    let kind = String::from_utf8_lossy(event.operation_type);
    Error::definite(format!("the change stream sent an event of the unknown type '{kind}'"))
        .remedy("report it; until then leave the collection out by collection.exclude.list")
}

#[cfg(test)]
#[path = "encoder_tests.rs"]
mod tests;
