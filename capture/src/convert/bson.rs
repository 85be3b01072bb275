//! BSON read in place: a document's bytes to elements that borrow them. Nothing is decoded before it is asked for.

/// Bytes that are no BSON document, and where that showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed BSON: {0}")]
pub struct Malformed(pub &'static str);

pub mod kind {
    //! The type bytes of the BSON specification.
    pub const DOUBLE: u8 = 0x01;
    pub const STRING: u8 = 0x02;
    pub const DOCUMENT: u8 = 0x03;
    pub const ARRAY: u8 = 0x04;
    pub const BINARY: u8 = 0x05;
    pub const UNDEFINED: u8 = 0x06;
    pub const OBJECT_ID: u8 = 0x07;
    pub const BOOLEAN: u8 = 0x08;
    pub const DATE: u8 = 0x09;
    pub const NULL: u8 = 0x0a;
    pub const REGEX: u8 = 0x0b;
    pub const DB_POINTER: u8 = 0x0c;
    pub const CODE: u8 = 0x0d;
    pub const SYMBOL: u8 = 0x0e;
    pub const CODE_WITH_SCOPE: u8 = 0x0f;
    pub const INT32: u8 = 0x10;
    pub const TIMESTAMP: u8 = 0x11;
    pub const INT64: u8 = 0x12;
    pub const DECIMAL128: u8 = 0x13;
    pub const MAX_KEY: u8 = 0x7f;
    pub const MIN_KEY: u8 = 0xff;
}

/// One member of a document: `value` holds exactly the bytes after the name.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    pub kind: u8,
    pub name: &'a [u8],
    pub value: &'a [u8],
}

impl<'a> Element<'a> {
    /// The bytes of an embedded document or array.
    pub fn document(&self) -> Option<&'a [u8]> {
        matches!(self.kind, kind::DOCUMENT | kind::ARRAY).then_some(self.value)
    }

    /// The text of a string, without its length and its final zero.
    pub fn text(&self) -> Option<&'a [u8]> {
        matches!(self.kind, kind::STRING | kind::CODE | kind::SYMBOL).then(|| inner_text(self.value))
    }

    /// A whole number or a date.
    pub fn integer(&self) -> Option<i64> {
        match self.kind {
            kind::INT64 | kind::DATE | kind::TIMESTAMP => Some(i64_at(self.value)),
            kind::INT32 => Some(i64::from(i32_at(self.value))),
            _ => None,
        }
    }

    /// Seconds and increment, both as Java's signed view of them.
    pub fn timestamp(&self) -> Option<(i32, i32)> {
        (self.kind == kind::TIMESTAMP).then(|| (i32_at(&self.value[4..]), i32_at(self.value)))
    }
}

/// The members of one document, in its order. After an error there is nothing more.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// `document` must be as long as its length field says.
    pub fn of(document: &'a [u8]) -> Result<Self, Malformed> {
        let size = length(document)?;
        if size < 5 || size != document.len() || document[size - 1] != 0 {
            return Err(Malformed("the length of a document"));
        }
        Ok(Self { rest: &document[4..size - 1] })
    }

    fn read(&mut self) -> Result<Element<'a>, Malformed> {
        let (kind, after_kind) = (self.rest[0], &self.rest[1..]);
        let end = c_string(after_kind)?;
        let (name, bytes) = (&after_kind[..end], &after_kind[end + 1..]);
        let size = value_size(kind, bytes)?;
        if size > bytes.len() {
            return Err(Malformed("a value that is cut short"));
        }
        self.rest = &bytes[size..];
        Ok(Element { kind, name, value: &bytes[..size] })
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let element = self.read();
        if element.is_err() {
            self.rest = &[];
        }
        Some(element)
    }
}

/// The member called `name`, if the document has it.
pub fn find<'a>(document: &'a [u8], name: &[u8]) -> Result<Option<Element<'a>>, Malformed> {
    for element in Elements::of(document)? {
        let element = element?;
        if element.name == name {
            return Ok(Some(element));
        }
    }
    Ok(None)
}

/// How many bytes a value of this type takes at the start of `bytes`.
fn value_size(type_byte: u8, bytes: &[u8]) -> Result<usize, Malformed> {
    let sized = |extra: usize, least: usize| {
        let size = length(bytes)?.checked_add(extra).ok_or(Malformed("a length"))?;
        if size < least { Err(Malformed("a length")) } else { Ok(size) }
    };
    match type_byte {
        kind::DOUBLE | kind::DATE | kind::TIMESTAMP | kind::INT64 => Ok(8),
        kind::STRING | kind::CODE | kind::SYMBOL => sized(4, 5),
        kind::DOCUMENT | kind::ARRAY => sized(0, 5),
        kind::BINARY => sized(5, 5),
        kind::OBJECT_ID => Ok(12),
        kind::BOOLEAN => Ok(1),
        kind::NULL | kind::UNDEFINED | kind::MIN_KEY | kind::MAX_KEY => Ok(0),
        kind::REGEX => {
            let pattern = c_string(bytes)? + 1;
            Ok(pattern + c_string(&bytes[pattern..])? + 1)
        }
        kind::DB_POINTER => sized(4 + 12, 5 + 12),
        kind::CODE_WITH_SCOPE => sized(0, 14),
        kind::INT32 => Ok(4),
        kind::DECIMAL128 => Ok(16),
        _ => Err(Malformed("an unknown type")),
    }
}

fn c_string(bytes: &[u8]) -> Result<usize, Malformed> {
    bytes.iter().position(|b| *b == 0).ok_or(Malformed("a name without its end"))
}

/// The length field at the start of `bytes`.
pub fn length(bytes: &[u8]) -> Result<usize, Malformed> {
    let field = bytes.first_chunk::<4>().ok_or(Malformed("a length that is cut short"))?;
    usize::try_from(i32::from_le_bytes(*field)).map_err(|_| Malformed("a negative length"))
}

/// The text of a length-prefixed string.
pub fn inner_text(value: &[u8]) -> &[u8] {
    value.get(4..value.len().saturating_sub(1)).unwrap_or_default()
}

/// 0 where `bytes` is too short, which the element's size excludes.
pub fn i32_at(bytes: &[u8]) -> i32 {
    bytes.first_chunk().map_or(0, |chunk| i32::from_le_bytes(*chunk))
}

/// As [`i32_at`].
pub fn i64_at(bytes: &[u8]) -> i64 {
    bytes.first_chunk().map_or(0, |chunk| i64::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{RawDocumentBuf, rawdoc};
    use proptest::prelude::*;

    #[test]
    fn members_come_in_order() {
        let document: RawDocumentBuf = rawdoc! { "a": 5, "b": { "c": "x" }, "d": [1_i64] };
        let names: Vec<_> = Elements::of(document.as_bytes()).unwrap().map(|e| e.unwrap().name.to_vec()).collect();
        assert_eq!(names, [b"a", b"b", b"d"]);
        let inner = find(document.as_bytes(), b"b").unwrap().unwrap().document().unwrap();
        assert_eq!(find(inner, b"c").unwrap().unwrap().text(), Some(&b"x"[..]));
        assert_eq!(find(document.as_bytes(), b"zz").unwrap().map(|e| e.kind), None);
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut document = ((body.len() + 5) as i32).to_le_bytes().to_vec();
            document.extend(&body);
            document.push(0);
            for element in Elements::of(&document).unwrap() {
                let _ = element.map(|e| (e.integer(), e.timestamp(), e.text().map(<[u8]>::len)));
            }
        }
    }
}
