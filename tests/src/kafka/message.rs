//! A record as it lies in a topic, down to its bytes.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    pub timestamp_ms: Option<i64>,
}

impl Message {
    pub fn key_text(&self) -> String {
        text(self.key.as_deref())
    }

    pub fn value_text(&self) -> String {
        text(self.value.as_deref())
    }

    /// The value as JSON, or null for a tombstone.
    pub fn json(&self) -> anyhow::Result<serde_json::Value> {
        let Some(value) = &self.value else { return Ok(serde_json::Value::Null) };
        Ok(serde_json::from_slice(value)?)
    }
}

impl From<&BorrowedMessage<'_>> for Message {
    fn from(message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().map(|headers| {
            headers.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
        });
        Self {
            topic: message.topic().to_owned(),
            partition: message.partition(),
            offset: message.offset(),
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers.unwrap_or_default(),
            timestamp_ms: message.timestamp().to_millis(),
        }
    }
}

/// How much of a topic to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Waits until there are at least so many records, and reads what is there then.
    Count(usize),
    /// What is there now.
    Present,
}

fn text(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| "null".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}
