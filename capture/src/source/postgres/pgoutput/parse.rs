//! Bytes to messages. Input from outside: every length is checked, nothing panics.

use super::message::{ColumnBody, Message, OldKind, RelationBody};
use super::row;
use crate::source::postgres::wire::replication::EPOCH_2000_SECONDS;

/// Takes bytes from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    #[inline]
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    #[inline]
    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }

    #[inline]
    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    #[inline]
    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    fn i32(&mut self) -> Option<i32> {
        self.take(4)?.try_into().ok().map(i32::from_be_bytes)
    }

    #[inline]
    fn i64(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_be_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let end = self.0.iter().position(|b| *b == 0)?;
        let text = std::str::from_utf8(self.take(end)?).ok()?;
        self.take(1)?;
        Some(text)
    }
}

/// `Err` holds what could not be read, for the message to the operator.
pub fn parse(bytes: &[u8]) -> Result<Message<'_>, String> {
    let tag = *bytes.first().ok_or("an empty message")?;
    let body = Reader(&bytes[1..]);
    let message = match tag {
        b'B' => begin(body),
        b'C' => Some(Message::Commit),
        b'R' => relation(body),
        b'I' => insert(body),
        b'U' => update(body),
        b'D' => delete(body),
        b'T' => truncate(body),
        b'M' => logical(body),
        b'Y' => Some(Message::Type),
        b'O' => Some(Message::Origin),
        other => return Err(format!("message type {:?} is unknown", char::from(other))),
    };
    message.ok_or_else(|| format!("message {:?} of {} bytes is cut short or malformed", char::from(tag), bytes.len()))
}

fn begin(mut body: Reader<'_>) -> Option<Message<'_>> {
    body.take(8)?;
    let commit_time_us = body.i64()?.wrapping_add(EPOCH_2000_SECONDS * 1_000_000);
    Some(Message::Begin { commit_time_us, xid: body.u32()? })
}

fn relation(mut body: Reader<'_>) -> Option<Message<'_>> {
    let id = body.u32()?;
    let schema = match body.text()? {
        // the plugin leaves this name out to save bytes
        "" => "pg_catalog",
        name => name,
    };
    let table = body.text()?;
    // the replica identity shows in the old rows themselves
    body.u8()?;
    let count = body.u16()?;
    let mut columns = Vec::with_capacity(count.into());
    for _ in 0..count {
        // whether it belongs to the replica identity: the key comes from the catalog
        body.u8()?;
        let name = body.text()?;
        let type_oid = body.u32()?;
        columns.push(ColumnBody { name, type_oid, type_modifier: body.i32()? });
    }
    Some(Message::Relation(RelationBody { id, schema, table, columns }))
}

fn insert(mut body: Reader<'_>) -> Option<Message<'_>> {
    let relation = body.u32()?;
    (body.u8()? == b'N').then_some(Message::Insert { relation, new: body.0 })
}

fn update(mut body: Reader<'_>) -> Option<Message<'_>> {
    let relation = body.u32()?;
    let mut old = None;
    let mut kind = body.u8()?;
    if kind == b'K' || kind == b'O' {
        let length = row::tuple_length(body.0)?;
        old = Some((old_kind(kind)?, body.take(length)?));
        kind = body.u8()?;
    }
    (kind == b'N').then_some(Message::Update { relation, old, new: body.0 })
}

fn delete(mut body: Reader<'_>) -> Option<Message<'_>> {
    let relation = body.u32()?;
    let kind = old_kind(body.u8()?)?;
    Some(Message::Delete { relation, kind, old: body.0 })
}

fn old_kind(tag: u8) -> Option<OldKind> {
    match tag {
        b'K' => Some(OldKind::Key),
        b'O' => Some(OldKind::Full),
        _ => None,
    }
}

fn logical(mut body: Reader<'_>) -> Option<Message<'_>> {
    let is_transactional = body.u8()? & 1 == 1;
    // its place, which the frame tells too
    body.take(8)?;
    let prefix = body.text()?;
    let length = body.u32()? as usize;
    Some(Message::Logical { is_transactional, prefix, content: body.take(length)? })
}

fn truncate(mut body: Reader<'_>) -> Option<Message<'_>> {
    let count = body.u32()? as usize;
    body.u8()?;
    Some(Message::Truncate { relations: body.take(count.checked_mul(4)?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|c| u8::from_str_radix(std::str::from_utf8(c).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn an_update_with_an_old_key_is_split() {
        let bytes = hex("55 00000005 4b 0001 74 00000001 31 4e 0001 74 00000001 32");
        let Ok(Message::Update { relation, old: Some((kind, old)), new }) = parse(&bytes) else { panic!() };
        assert_eq!((relation, kind), (5, OldKind::Key));
        assert_eq!(old, hex("0001 74 00000001 31"));
        assert_eq!(new, hex("0001 74 00000001 32"));
    }

    #[test]
    fn a_logical_message_is_taken_apart() {
        let bytes = hex("4d 01 0000000000000009 666f6f00 00000003 626172");
        let expected = Message::Logical { is_transactional: true, prefix: "foo", content: b"bar" };
        assert_eq!(parse(&bytes), Ok(expected));
        assert!(parse(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn every_prefix_of_a_message_is_refused_without_panic() {
        let bytes = hex("52 00000005 7075626c696300 7400 64 0001 01 696400 00000017 ffffffff");
        assert!(matches!(parse(&bytes), Ok(Message::Relation(_))));
        for end in 0..bytes.len() {
            assert!(parse(&bytes[..end]).is_err(), "prefix of {end} bytes");
        }
    }
}
