//! BSON to the extended JSON texts of the MongoDB Java driver 4.11, written in one pass into a JSON string.
//!
//! Debezium never emits such a text by itself: it is always the value of a string member, so quotes and backslashes leave
//! here escaped once more (`\"`), and the caller puts the outer quotes.

mod category;
mod decimal128;
mod instant;

use super::bson::{Elements, Malformed, i32_at, i64_at, inner_text, kind, length};
use super::{base64_text, java_number};
use base64::engine::general_purpose::STANDARD;

/// The text's rules. All keep the document's order and put one space after a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `before`, `after`, `lsid`: the legacy strict mode; members parted by `,`.
    Strict,
    /// The key's `id`: relaxed mode; members parted by `,`.
    Relaxed,
    /// `updatedFields`: relaxed mode; members parted by `, `.
    RelaxedSpaced,
}

/// Deeper than any server lets a document be; bounds the recursion over bytes from outside.
const DEEPEST: usize = 220;

/// Appends the text of a whole document.
pub fn write_document(out: &mut Vec<u8>, dialect: Dialect, document: &[u8]) -> Result<(), Malformed> {
    Writer { out, dialect }.document(document, 0)
}

/// Appends the text of one value.
pub fn write_value(out: &mut Vec<u8>, dialect: Dialect, type_byte: u8, value: &[u8]) -> Result<(), Malformed> {
    Writer { out, dialect }.value(type_byte, value, 0)
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    dialect: Dialect,
}

impl Writer<'_> {
    fn document(&mut self, document: &[u8], depth: usize) -> Result<(), Malformed> {
        check_depth(depth)?;
        self.out.push(b'{');
        let mut first = true;
        for element in Elements::of(document)? {
            let element = element?;
            if !first {
                self.comma();
            }
            first = false;
            self.text(element.name);
            self.out.extend_from_slice(b": ");
            self.value(element.kind, element.value, depth + 1)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn array(&mut self, array: &[u8], depth: usize) -> Result<(), Malformed> {
        check_depth(depth)?;
        self.out.push(b'[');
        let mut first = true;
        for element in Elements::of(array)? {
            let element = element?;
            if !first {
                self.comma();
            }
            first = false;
            self.value(element.kind, element.value, depth + 1)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn value(&mut self, type_byte: u8, value: &[u8], depth: usize) -> Result<(), Malformed> {
        match type_byte {
            kind::STRING => self.text(inner_text(value)),
            kind::INT32 => self.integer(i64::from(i32_at(value))),
            kind::INT64 => self.long(i64_at(value)),
            kind::DOUBLE => self.double(f64::from_bits(i64_at(value) as u64)),
            kind::DATE => self.date(i64_at(value)),
            kind::OBJECT_ID => self.object_id(value),
            kind::DOCUMENT => return self.document(value, depth),
            kind::ARRAY => return self.array(value, depth),
            kind::BOOLEAN => self.raw(if value == [0] { b"false" } else { b"true" }),
            kind::NULL => self.raw(b"null"),
            kind::BINARY => self.binary(value),
            kind::DECIMAL128 => {
                self.raw(br#"{\"$numberDecimal\": \""#);
                decimal128::write(self.out, value);
                self.raw(br#"\"}"#);
            }
            kind::TIMESTAMP => self.timestamp(i32_at(value) as u32, i32_at(&value[4..]) as u32),
            kind::REGEX => self.regex(value),
            kind::CODE => self.wrapped_text(br#"{\"$code\": "#, value),
            kind::SYMBOL => self.wrapped_text(br#"{\"$symbol\": "#, value),
            kind::CODE_WITH_SCOPE => return self.code_with_scope(value, depth),
            kind::DB_POINTER => self.db_pointer(value),
            kind::UNDEFINED => self.raw(br#"{\"$undefined\": true}"#),
            kind::MIN_KEY => self.raw(br#"{\"$minKey\": 1}"#),
            kind::MAX_KEY => self.raw(br#"{\"$maxKey\": 1}"#),
            _ => return Err(Malformed("an unknown type")),
        }
        Ok(())
    }

    fn raw(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    fn comma(&mut self) {
        self.raw(if self.dialect == Dialect::RelaxedSpaced { b", " } else { b"," });
    }

    fn integer(&mut self, value: i64) {
        self.raw(itoa::Buffer::new().format(value).as_bytes());
    }

    fn number_long(&mut self, value: i64) {
        self.raw(br#"{\"$numberLong\": \""#);
        self.integer(value);
        self.raw(br#"\"}"#);
    }

    fn long(&mut self, value: i64) {
        if self.dialect == Dialect::Strict { self.number_long(value) } else { self.integer(value) }
    }

    fn double(&mut self, value: f64) {
        if value.is_finite() || self.dialect == Dialect::Strict {
            // the strict mode leaves NaN and the infinities bare
            return java_number::write_double(self.out, value);
        }
        self.raw(br#"{\"$numberDouble\": \""#);
        java_number::write_double(self.out, value);
        self.raw(br#"\"}"#);
    }

    fn date(&mut self, millis: i64) {
        self.raw(br#"{\"$date\": "#);
        if self.dialect == Dialect::Strict {
            self.integer(millis);
        } else if instant::is_plain(millis) {
            self.raw(br#"\""#);
            instant::write(self.out, millis);
            self.raw(br#"\""#);
        } else {
            self.number_long(millis);
        }
        self.out.push(b'}');
    }

    fn object_id(&mut self, bytes: &[u8]) {
        self.raw(br#"{\"$oid\": \""#);
        for byte in bytes {
            self.raw(&hex(*byte, b"0123456789abcdef"));
        }
        self.raw(br#"\"}"#);
    }

    fn binary(&mut self, value: &[u8]) {
        const OLD_SUBTYPE: u8 = 2;
        let (subtype, mut payload) = (value[4], &value[5..]);
        if subtype == OLD_SUBTYPE && payload.len() >= 4 {
            // carries its length a second time
            payload = &payload[4..];
        }
        let subtype = hex(subtype, b"0123456789ABCDEF");
        let strict = self.dialect == Dialect::Strict;
        self.raw(if strict { br#"{\"$binary\": \""# } else { br#"{\"$binary\": {\"base64\": \""# });
        base64_text::append(self.out, payload, &STANDARD);
        self.raw(br#"\""#);
        self.comma();
        self.raw(if strict { br#"\"$type\": \""# } else { br#"\"subType\": \""# });
        self.raw(&subtype);
        self.raw(if strict { br#"\"}"# } else { br#"\"}}"# });
    }

    fn timestamp(&mut self, increment: u32, seconds: u32) {
        self.raw(br#"{\"$timestamp\": {\"t\": "#);
        self.integer(i64::from(seconds));
        self.comma();
        self.raw(br#"\"i\": "#);
        self.integer(i64::from(increment));
        self.raw(b"}}");
    }

    fn regex(&mut self, value: &[u8]) {
        let mut parts = value.split(|b| *b == 0);
        let (pattern, options) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let strict = self.dialect == Dialect::Strict;
        self.raw(if strict { br#"{\"$regex\": "# } else { br#"{\"$regularExpression\": {\"pattern\": "# });
        self.text(pattern);
        self.comma();
        self.raw(if strict { br#"\"$options\": "# } else { br#"\"options\": "# });
        self.sorted_options(options);
        self.raw(if strict { b"}" } else { b"}}" });
    }

    fn sorted_options(&mut self, options: &[u8]) {
        // the server knows six options, each at most once
        let mut sorted = [0u8; 16];
        match sorted.get_mut(..options.len()) {
            Some(slots) => {
                slots.copy_from_slice(options);
                slots.sort_unstable();
                self.text(&sorted[..options.len()]);
            }
            None => self.text(options),
        }
    }

    fn wrapped_text(&mut self, head: &[u8], value: &[u8]) {
        self.raw(head);
        self.text(inner_text(value));
        self.out.push(b'}');
    }

    fn code_with_scope(&mut self, value: &[u8], depth: usize) -> Result<(), Malformed> {
        let body = &value[4..];
        let code_end = 4 + length(body)?;
        let code = body.get(..code_end).ok_or(Malformed("code that is cut short"))?;
        self.raw(br#"{\"$code\": "#);
        self.text(inner_text(code));
        self.comma();
        self.raw(br#"\"$scope\": "#);
        self.document(&body[code_end..], depth)?;
        self.out.push(b'}');
        Ok(())
    }

    fn db_pointer(&mut self, value: &[u8]) {
        let (namespace, id) = value.split_at(value.len() - 12);
        self.raw(br#"{\"$ref\": "#);
        self.text(inner_text(namespace));
        self.comma();
        self.raw(br#"\"$id\": "#);
        self.object_id(id);
        self.out.push(b'}');
    }

    fn text(&mut self, text: &[u8]) {
        self.raw(br#"\""#);
        write_text(self.out, text);
        self.raw(br#"\""#);
    }
}

fn check_depth(depth: usize) -> Result<(), Malformed> {
    if depth > DEEPEST { Err(Malformed("documents nested too deep")) } else { Ok(()) }
}

fn hex(byte: u8, digits: &[u8; 16]) -> [u8; 2] {
    [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]
}

/// For each byte: 0 = copied, b'8' = leads a longer character, b'u' = escaped by number, else the letter after the backslash.
const CLASS: [u8; 256] = class_table();

const fn class_table() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match i as u8 {
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            b'"' => b'"',
            b'\\' => b'\\',
            0..0x20 | 0x7f => b'u',
            0x80.. => b'8',
            _ => 0,
        };
        i += 1;
    }
    table
}

fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    let mut copied = 0;
    for (i, byte) in text.iter().enumerate() {
        let class = CLASS[usize::from(*byte)];
        if class == 0 {
            continue;
        }
        out.extend_from_slice(&text[copied..i]);
        copied = i;
        if class == b'8' {
            match std::str::from_utf8(&text[i..]) {
                Ok(rest) => write_characters(out, rest),
                // as Java decodes it: each broken sequence becomes U+FFFD
                Err(_) => write_characters(out, &String::from_utf8_lossy(&text[i..])),
            }
            return;
        }
        write_escape(out, class, u16::from(*byte));
        copied += 1;
    }
    out.extend_from_slice(&text[copied..]);
}

fn write_characters(out: &mut Vec<u8>, text: &str) {
    let mut copied = 0;
    for (i, character) in text.char_indices() {
        let raw = match u16::try_from(u32::from(character)) {
            Ok(unit @ 0..0x80) => CLASS[usize::from(unit)] == 0,
            Ok(unit) => !category::is_escaped(unit),
            Err(_) => false,
        };
        if raw {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[copied..i]);
        copied = i + character.len_utf8();
        let class = if character.is_ascii() { CLASS[character as usize] } else { b'u' };
        for unit in character.encode_utf16(&mut [0; 2]) {
            write_escape(out, class, *unit);
        }
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
}

/// The inner text's escape; its own backslash and quote are escaped for the outer string.
fn write_escape(out: &mut Vec<u8>, class: u8, unit: u16) {
    match class {
        b'u' => {
            out.extend_from_slice(br"\\u");
            for byte in unit.to_be_bytes() {
                out.extend_from_slice(&hex(byte, b"0123456789abcdef"));
            }
        }
        b'"' => out.extend_from_slice(br#"\\\""#),
        b'\\' => out.extend_from_slice(br"\\\\"),
        letter => out.extend_from_slice(&[b'\\', b'\\', letter]),
    }
}

#[cfg(test)]
#[path = "bson_json/tests.rs"]
mod tests;
