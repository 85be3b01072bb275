//! hstore to JSON, its keys in the order of a Java hash table.

use super::scalar::NoForm;
use super::scratch;
use crate::convert::java_hash;
use crate::model::json_text;
use crate::source::postgres::decode::hstore::Pairs;
use std::cell::RefCell;
use std::ops::Range;

/// A pair in a buffer of unescaped texts.
#[derive(Debug)]
struct Entry {
    /// Where Java's table has it; those of one bucket in the order in which they came.
    place: (usize, usize),
    key: Range<usize>,
    value: Option<Range<usize>>,
}

thread_local! {
    static ENTRIES: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// An object, or the text of one.
pub fn write(out: &mut Vec<u8>, text: &[u8], as_map: bool) -> Result<(), NoForm> {
    scratch::with(|texts| {
        ENTRIES.with_borrow_mut(|entries| {
            read(text, texts, entries)?;
            if as_map {
                write_object(out, texts, entries, json_text::write);
                return Ok(());
            }
            scratch::with(|object| {
                write_object(object, texts, entries, write_plain);
                json_text::write(out, object);
            });
            Ok(())
        })
    })
}

fn read(text: &[u8], texts: &mut Vec<u8>, entries: &mut Vec<Entry>) -> Result<(), NoForm> {
    entries.clear();
    let mut pairs = Pairs::new(text);
    while let Some((key, value)) = pairs.read(texts).map_err(|_| NoForm)? {
        entries.push(Entry { place: (0, entries.len()), key, value });
    }
    let buckets = java_hash::buckets_grown(16, entries.len());
    for entry in entries.iter_mut() {
        let key = std::str::from_utf8(&texts[entry.key.clone()]).map_err(|_| NoForm)?;
        entry.place.0 = java_hash::bucket(key, buckets);
    }
    entries.sort_unstable_by_key(|entry| entry.place);
    Ok(())
}

fn write_object(out: &mut Vec<u8>, texts: &[u8], entries: &[Entry], write: fn(&mut Vec<u8>, &[u8])) {
    out.push(b'{');
    for (number, entry) in entries.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(out, &texts[entry.key.clone()]);
        out.push(b':');
        match &entry.value {
            Some(value) => write(out, &texts[value.clone()]),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

/// As Jackson writes into text: characters beyond the basic plane stay as they are.
fn write_plain(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| *b >= 0xf0) {
        json_text::write_inner(out, &rest[..at]);
        let end = (at + 4).min(rest.len());
        out.extend_from_slice(&rest[at..end]);
        rest = &rest[end..];
    }
    json_text::write_inner(out, rest);
    out.push(b'"');
}
