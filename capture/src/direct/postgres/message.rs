//! Records of the messages that `pg_logical_emit_message` writes into the log, in a topic of their own.

use super::encoder::write_source;
use super::envelope;
use super::options::{BinaryMode, Options};
use super::plan::{self, Plan};
use crate::convert::base64_text;
use crate::error::Result;
use crate::model::json_text;
use crate::model::record::Record;
use crate::model::schema::Kind;
use crate::source::Emit;
use crate::source::filter::Filter;
use crate::source::postgres::change::LogicalMessage;
use crate::source::postgres::position::Offset;
use crate::source::postgres::relation::{Flavour, shown};
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use std::time::{SystemTime, UNIX_EPOCH};

pub struct Messages {
    /// Prefixes that are captured.
    prefixes: Filter,
    mode: BinaryMode,
    /// Which way prefixes are shown.
    flavour: Flavour,
    plan: Plan,
    key_head: Vec<u8>,
    key_tail: &'static [u8],
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Messages {
    pub fn new(options: &Options, prefixes: Filter) -> Self {
        let content = if options.binary == BinaryMode::Bytes { Kind::Bytes } else { Kind::String };
        // the original takes no notice of topic.delimiter here
        let topic = format!("{}.message", options.naming.prefix);
        Self {
            prefixes,
            mode: options.binary,
            flavour: if options.naming.are_misread { Flavour::Log } else { Flavour::Driver },
            plan: plan::without_table(topic, options, &envelope::message_schema(content)),
            key_head: plan::head(options.converters.key_schemas, &envelope::message_key_schema(), "{\"prefix\":"),
            key_tail: if options.converters.key_schemas { b"}}" } else { b"}" },
            key: vec![],
            value: vec![],
        }
    }

    pub fn encode<E: Emit<Offset>>(&mut self, message: &LogicalMessage<'_>, out: &mut E) -> Result<()> {
        if !self.prefixes.accepts(message.prefix) {
            out.advance(message.offset);
            return Ok(());
        }
        let prefix = shown(message.prefix, self.flavour);
        self.write_key(&prefix);
        self.write_value(message, &prefix);
        out.emit(&Record::new(&self.plan.topic, Some(&self.key), Some(&self.value)), message.offset)
    }

    fn write_key(&mut self, prefix: &str) {
        self.key.clear();
        self.key.extend_from_slice(&self.key_head);
        json_text::write(&mut self.key, prefix.as_bytes());
        self.key.extend_from_slice(self.key_tail);
    }

    fn write_value(&mut self, message: &LogicalMessage<'_>, prefix: &str) {
        let out = &mut self.value;
        out.clear();
        out.extend_from_slice(&self.plan.head);
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64;
        out.extend_from_slice(itoa::Buffer::new().format(now_ms).as_bytes());
        write_source(&self.plan, out, &message.origin);
        out.extend_from_slice(b"},\"message\":{\"prefix\":");
        json_text::write(out, prefix.as_bytes());
        out.extend_from_slice(b",\"content\":\"");
        match self.mode {
            BinaryMode::Bytes | BinaryMode::Base64 => base64_text::append(out, message.content, &STANDARD),
            BinaryMode::Base64UrlSafe => base64_text::append(out, message.content, &URL_SAFE),
            BinaryMode::Hex => {
                let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
                out.extend(message.content.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
            }
        }
        out.extend_from_slice(b"\"}");
        out.extend_from_slice(self.plan.tail);
    }
}
