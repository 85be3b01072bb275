//! Heartbeat records: they carry the position of a source that has nothing to say.

use crate::config::connector::Converters;
use crate::error::Result;
use crate::model::record::Record;
use crate::model::schema::{Kind, Schema};
use crate::source::Emit;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Heartbeat {
    pause: Duration,
    due: Instant,
    topic: String,
    key: Vec<u8>,
    value_head: Vec<u8>,
    value_tail: &'static [u8],
    value: Vec<u8>,
}

impl Heartbeat {
    /// `prefix` is the source's name; the first record is due after one pause.
    pub fn new(pause: Duration, topic: String, prefix: &str, converters: Converters) -> Self {
        let mut key = format!("{{\"serverName\":\"{prefix}\"}}");
        if converters.key_schemas {
            let schema = structure("serverName", Kind::String, "io.debezium.connector.common.ServerNameKey");
            key = format!("{{\"schema\":{schema},\"payload\":{key}}}");
        }
        let mut value_head = "{\"ts_ms\":".to_owned();
        if converters.value_schemas {
            let schema = structure("ts_ms", Kind::Int64, "io.debezium.connector.common.Heartbeat");
            value_head = format!("{{\"schema\":{schema},\"payload\":{value_head}");
        }
        Self {
            pause,
            due: Instant::now() + pause,
            topic,
            key: key.into_bytes(),
            value_head: value_head.into_bytes(),
            value_tail: if converters.value_schemas { b"}}" } else { b"}" },
            value: vec![],
        }
    }

    #[inline]
    pub fn is_due(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// Emits one record if it is due. `now_ms` is the wall clock's time for the record.
    pub fn beat<O>(&mut self, now: Instant, now_ms: i64, offset: &O, out: &mut impl Emit<O>) -> Result<()> {
        if !self.is_due(now) {
            return Ok(());
        }
        self.due = now + self.pause;
        self.send(now_ms, offset, out)
    }

    /// Emits one record whether or not it is due.
    pub fn send<O>(&mut self, now_ms: i64, offset: &O, out: &mut impl Emit<O>) -> Result<()> {
        self.value.clear();
        self.value.extend_from_slice(&self.value_head);
        self.value.extend_from_slice(itoa::Buffer::new().format(now_ms).as_bytes());
        self.value.extend_from_slice(self.value_tail);
        let mut record = Record::new(&self.topic, Some(&self.key), Some(&self.value));
        record.partition = Some(0);
        out.emit(&record, offset)
    }
}

fn structure(field: &str, kind: Kind, name: &str) -> String {
    Schema::of(Kind::Struct(vec![(field.to_owned(), Schema::of(kind))])).name(name).version(1).to_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Collected(Vec<String>);

    impl Emit<u64> for Collected {
        fn emit(&mut self, record: &Record<'_>, offset: &u64) -> Result<()> {
            let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            self.0.push(format!("{}@{offset} {} {}", record.topic, text(record.key), text(record.value)));
            Ok(())
        }

        fn advance(&mut self, _: &u64) {}

        fn is_full(&self) -> bool {
            false
        }
    }

    #[test]
    fn one_record_a_pause() {
        let pause = Duration::from_millis(100);
        let converters = Converters::with_schemas(false, false);
        let mut heartbeat = Heartbeat::new(pause, "__debezium-heartbeat.p".into(), "p", converters);
        let mut out = Collected::default();
        let start = heartbeat.due - pause;
        for millis in [50, 100, 150, 199, 200] {
            heartbeat.beat(start + Duration::from_millis(millis), 7, &millis, &mut out).unwrap();
        }
        let record = r#"{"serverName":"p"} {"ts_ms":7}"#;
        let expected = [100, 200].map(|offset| format!("__debezium-heartbeat.p@{offset} {record}"));
        assert_eq!(out.0, expected);
    }
}
