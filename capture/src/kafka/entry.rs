//! A record of a compacted topic, and what is made of it.

/// A record of the topic, in the topic's order within its partition.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub partition: i32,
    pub offset: i64,
    pub timestamp_ms: Option<i64>,
    pub key: Option<&'a [u8]>,
    /// `None` is a tombstone.
    pub value: Option<&'a [u8]>,
}

/// What a topic means: takes its records one by one. A record that cannot be understood is logged and left out, since one
/// bad record must not keep every connector from running.
pub trait Apply: Send + 'static {
    fn apply(&mut self, entry: &Entry<'_>);
}
