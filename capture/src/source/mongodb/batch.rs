//! A reply of the server, walked document by document without copying.

use crate::convert::bson::{Elements, Malformed, find, kind, length};
use crate::error::{Error, Result};
use mongodb::raw_batch_cursor::RawBatch;

pub struct Batch {
    reply: RawBatch,
    /// Where the next element of the reply's array starts, and where the array ends.
    at: usize,
    end: usize,
}

impl Batch {
    pub fn new(reply: RawBatch) -> Result<Self> {
        let (at, end) = array_bounds(reply.as_raw_document().as_bytes()).map_err(unreadable)?;
        Ok(Self { reply, at, end })
    }

    /// The next document's bytes.
    pub fn next_document(&mut self) -> Result<Option<&[u8]>> {
        Ok(self.next_with_end()?.map(|(document, _)| document))
    }

    /// The next document's bytes, and whether it is the batch's last.
    pub fn next_with_end(&mut self) -> Result<Option<(&[u8], bool)>> {
        let array_end = self.end;
        if self.at >= array_end {
            return Ok(None);
        }
        let bytes = self.reply.as_raw_document().as_bytes();
        let (document, at) = document_at(bytes, self.at, array_end).ok_or_else(|| unreadable(NO_DOCUMENT))?;
        self.at = at;
        Ok(Some((document, at >= array_end)))
    }

    pub fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    /// Where a stream resumes after this batch.
    pub fn token(&self) -> Option<&[u8]> {
        post_batch_token(&self.reply)
    }
}

const NO_DOCUMENT: Malformed = Malformed("an entry of a batch that is no document");

fn unreadable(error: Malformed) -> Error {
    Error::transient("a reply of MongoDB cannot be read")
        .caused_by(error)
        .remedy("if it comes again, report it with the server's version")
}

/// The document of the array element at `at`, and where the next element starts.
fn document_at(bytes: &[u8], at: usize, array_end: usize) -> Option<(&[u8], usize)> {
    let element = bytes.get(at..array_end)?;
    if !matches!(element.first()?, &kind::DOCUMENT) {
        return None;
    }
    // an element is its type, its index as text up to a zero, and the document
    let name_end = element.iter().position(|byte| *byte == 0)?;
    let start = at + name_end + 1;
    let end = start + length(bytes.get(start..array_end)?).ok()?;
    Some((bytes.get(start..end)?, end))
}

pub fn post_batch_token(reply: &RawBatch) -> Option<&[u8]> {
    let cursor = find(reply.as_raw_document().as_bytes(), b"cursor").ok()??.document()?;
    find(cursor, b"postBatchResumeToken").ok()??.document()
}

/// Offsets in the reply of the first element of `cursor.firstBatch` or `cursor.nextBatch`, and of the array's final zero.
fn array_bounds(reply: &[u8]) -> std::result::Result<(usize, usize), Malformed> {
    let (cursor_start, cursor) = member(reply, &[b"cursor"])?;
    let (array_start, array) = member(cursor, &[b"firstBatch", b"nextBatch"])?;
    let start = cursor_start + array_start;
    Ok((start + 4, start + array.len() - 1))
}

/// The offset and the bytes of the embedded document with one of these names.
fn member<'a>(document: &'a [u8], names: &[&[u8]]) -> std::result::Result<(usize, &'a [u8]), Malformed> {
    let mut at = 4;
    for element in Elements::of(document)? {
        let element = element?;
        at += 1 + element.name.len() + 1;
        if names.contains(&element.name)
            && let Some(inner) = element.document()
        {
            return Ok((at, inner));
        }
        at += element.value.len();
    }
    Err(Malformed("a reply without its batch"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::rawdoc;

    #[test]
    fn bounds_hold_exactly_the_documents() {
        let documents = [rawdoc! { "a": 1 }, rawdoc! { "b": "x" }];
        let reply = rawdoc! {
            "ok": 1.0,
            "cursor": { "id": 5_i64, "nextBatch": [documents[0].clone(), documents[1].clone()], "ns": "d.c" },
        };
        let (at, end) = array_bounds(reply.as_bytes()).unwrap();
        let body = &reply.as_bytes()[at..end];
        assert_eq!(body.len(), documents.iter().map(|d| d.as_bytes().len() + 3).sum::<usize>());
        assert_eq!(&body[3..3 + documents[0].as_bytes().len()], documents[0].as_bytes());
        assert_eq!(document_at(reply.as_bytes(), at, end).map(|(d, _)| d), Some(documents[0].as_bytes()));
        assert_eq!(array_bounds(rawdoc! { "cursor": {} }.as_bytes()), Err(Malformed("a reply without its batch")));
    }

    #[test]
    fn an_entry_that_is_no_document_is_not_taken_for_the_end() {
        let reply = rawdoc! { "cursor": { "nextBatch": [rawdoc! { "a": 1 }, 5] } };
        let (at, end) = array_bounds(reply.as_bytes()).unwrap();
        let (_, at) = document_at(reply.as_bytes(), at, end).unwrap();
        assert!(at < end && document_at(reply.as_bytes(), at, end).is_none());
    }
}
