//! Records of one partition on their way to its owner, in one allocation.

use std::ops::Range;
use std::sync::Arc;

use rdkafka::Message;

use super::Record;

#[derive(Debug)]
pub struct Chunk {
    topic: Arc<str>,
    partition: i32,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    offset: i64,
    timestamp_ms: i64,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
}

impl Chunk {
    pub fn new(topic: Arc<str>, partition: i32) -> Self {
        Self { topic, partition, bytes: Vec::new(), entries: Vec::new() }
    }

    pub fn push(&mut self, message: &impl Message) {
        let key = message.key().map(|bytes| self.copy(bytes));
        let value = message.payload().map(|bytes| self.copy(bytes));
        let timestamp_ms = message.timestamp().to_millis().unwrap_or(0);
        self.entries.push(Entry { offset: message.offset(), timestamp_ms, key, value });
    }

    fn copy(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the chunk weighs in memory.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    pub fn record(&self, index: usize) -> Option<Record<'_>> {
        let entry = self.entries.get(index)?;
        let slice = |range: &Option<Range<usize>>| range.clone().map(|range| &self.bytes[range]);
        Some(Record {
            topic: &self.topic,
            partition: self.partition,
            offset: entry.offset,
            timestamp_ms: entry.timestamp_ms,
            key: slice(&entry.key),
            value: slice(&entry.value),
        })
    }
}
