//! Messages of the log back to their bytes.

use capture::source::postgres::pgoutput::{Message, OldKind, RelationBody};

/// The bytes that the message was read from. What the engine does not keep, such as the flag of a column that belongs to
/// the replica identity, is copied from there, at the place where it stands.
pub fn encode(message: &Message<'_>, read_from: &[u8]) -> Vec<u8> {
    let mut out = Writer { bytes: Vec::with_capacity(read_from.len()), read_from };
    out.copy(1);
    match message {
        Message::Begin { commit_time_us, xid } => {
            out.copy(8);
            out.put(&commit_time_us.wrapping_sub(EPOCH_2000_US).to_be_bytes());
            out.put(&xid.to_be_bytes());
        }
        Message::Relation(body) => relation(&mut out, body),
        Message::Insert { relation, new } => {
            out.put(&relation.to_be_bytes());
            out.put(b"N");
            out.put(new);
        }
        Message::Update { relation, old, new } => {
            out.put(&relation.to_be_bytes());
            if let Some((kind, old)) = old {
                out.put(letter(*kind));
                out.put(old);
            }
            out.put(b"N");
            out.put(new);
        }
        Message::Delete { relation, kind, old } => {
            out.put(&relation.to_be_bytes());
            out.put(letter(*kind));
            out.put(old);
        }
        Message::Truncate { relations } => {
            out.put(&u32::try_from(relations.len() / 4).unwrap_or(u32::MAX).to_be_bytes());
            out.copy(1);
            out.put(relations);
        }
        Message::Logical { is_transactional, prefix, content } => {
            out.flag(*is_transactional);
            out.copy(8);
            out.text(prefix);
            out.put(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
            out.put(content);
        }
        // nothing of these is kept
        _ => out.copy(read_from.len() - 1),
    }
    out.bytes
}

const EPOCH_2000_US: i64 = 946_684_800_000_000;

fn relation(out: &mut Writer<'_>, body: &RelationBody<'_>) {
    out.put(&body.id.to_be_bytes());
    // the plugin leaves this name out
    let is_left_out = body.schema == "pg_catalog" && out.read_from.get(out.bytes.len()) == Some(&0);
    out.text(if is_left_out { "" } else { body.schema });
    out.text(body.table);
    out.copy(1);
    out.put(&u16::try_from(body.columns.len()).unwrap_or(u16::MAX).to_be_bytes());
    for column in &body.columns {
        out.copy(1);
        out.text(column.name);
        out.put(&column.type_oid.to_be_bytes());
        out.put(&column.type_modifier.to_be_bytes());
    }
}

fn letter(kind: OldKind) -> &'static [u8] {
    match kind {
        OldKind::Key => b"K",
        OldKind::Full => b"O",
    }
}

struct Writer<'a> {
    bytes: Vec<u8>,
    read_from: &'a [u8],
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.put(text.as_bytes());
        self.put(&[0]);
    }

    /// The lowest bit is the message's, the others are not kept.
    fn flag(&mut self, is_set: bool) {
        let other = self.read_from.get(self.bytes.len()).copied().unwrap_or_default() & !1;
        self.put(&[other | u8::from(is_set)]);
    }

    fn copy(&mut self, count: usize) {
        let from = self.bytes.len();
        self.put(self.read_from.get(from..from + count).unwrap_or_default());
    }
}
