//! A change event as the server sends it, taken apart without copying.

use crate::convert::bson::{Element, Elements, Malformed, find};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Create,
    Update,
    Delete,
}

impl Operation {
    /// The letter of the envelope's `op`.
    pub fn letter(self) -> u8 {
        match self {
            Operation::Create => b'c',
            Operation::Update => b'u',
            Operation::Delete => b'd',
        }
    }
}

/// Borrows from the event's bytes. Documents are given as their own bytes.
#[derive(Debug, Default, Clone, Copy)]
pub struct Event<'a> {
    /// As the server names it, e.g. `insert`.
    pub operation_type: &'a [u8],
    /// The resume token.
    pub token: &'a [u8],
    pub database: &'a [u8],
    pub collection: &'a [u8],
    /// Seconds and increment.
    pub cluster_time: (i32, i32),
    /// The document's `_id`.
    pub id: Option<Element<'a>>,
    pub before: Option<&'a [u8]>,
    pub after: Option<&'a [u8]>,
    pub update: Option<&'a [u8]>,
    pub wall_time: Option<i64>,
    pub lsid: Option<&'a [u8]>,
    pub txn_number: Option<i64>,
}

impl<'a> Event<'a> {
    pub fn parse(document: &'a [u8]) -> Result<Self, Malformed> {
        let mut event = Event::default();
        for element in Elements::of(document)? {
            let element = element?;
            match element.name {
                b"_id" => event.token = element.document().unwrap_or_default(),
                b"operationType" => event.operation_type = element.text().unwrap_or_default(),
                b"clusterTime" => event.cluster_time = element.timestamp().unwrap_or_default(),
                b"wallTime" => event.wall_time = element.integer().filter(|millis| *millis != 0),
                b"fullDocument" => event.after = element.document(),
                b"fullDocumentBeforeChange" => event.before = element.document(),
                b"updateDescription" => event.update = element.document(),
                b"lsid" => event.lsid = element.document(),
                b"txnNumber" => event.txn_number = element.integer(),
                b"ns" => event.set_namespace(element)?,
                b"documentKey" => event.id = element.document().map_or(Ok(None), |key| find(key, b"_id"))?,
                _ => {}
            }
        }
        // without it nobody could resume behind the event
        if event.token.is_empty() { Err(Malformed("an event without its token")) } else { Ok(event) }
    }

    /// `None` for what no capture asks for: drops, renames, invalidations.
    pub fn operation(&self) -> Option<Operation> {
        match self.operation_type {
            b"insert" => Some(Operation::Create),
            b"update" | b"replace" => Some(Operation::Update),
            b"delete" => Some(Operation::Delete),
            _ => None,
        }
    }

    /// Session and number, where the event belongs to a transaction.
    pub fn transaction(&self) -> Option<(&'a [u8], i64)> {
        self.lsid.zip(self.txn_number)
    }

    fn set_namespace(&mut self, namespace: Element<'a>) -> Result<(), Malformed> {
        for element in Elements::of(namespace.document().unwrap_or_default())? {
            let element = element?;
            match element.name {
                b"db" => self.database = element.text().unwrap_or_default(),
                b"coll" => self.collection = element.text().unwrap_or_default(),
                _ => {}
            }
        }
        Ok(())
    }
}
