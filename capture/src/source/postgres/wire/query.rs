//! Plain SQL by the simple protocol: few rows, as text. Catalog questions and commands, never table contents.

use super::codec::Connection;
use crate::error::{Error, Result};
use bytes::BytesMut;
use postgres_protocol::message::frontend;

pub type Row = Vec<Option<String>>;

impl Connection {
    /// Runs `sql`, which may hold several statements; returns the rows of all of them.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>> {
        let mut out = BytesMut::new();
        frontend::query(sql, &mut out).map_err(|e| Error::definite("a statement holds a zero byte").caused_by(e))?;
        self.send(&out).await?;
        let mut rows = Vec::new();
        let mut failure = None;
        loop {
            let (tag, range) = match self.message().await {
                Ok(message) => message,
                // the server follows an error with ReadyForQuery; a lost connection ends here
                Err(e) if failure.is_none() && !self.is_lost(&e) => {
                    failure = Some(e);
                    continue;
                }
                Err(e) => return Err(failure.unwrap_or(e)),
            };
            if tag == b'D' {
                let row = parse_row(self.bytes(range.clone())).ok_or_else(|| self.broken("a row is cut short"))?;
                rows.push(row);
            }
            self.consume(range.end);
            if tag == b'Z' {
                return failure.map_or(Ok(rows), Err);
            }
        }
    }

    fn is_lost(&self, error: &Error) -> bool {
        super::super::error::sqlstate(error).is_none()
    }

    /// The first column of the first row.
    pub async fn scalar(&mut self, sql: &str) -> Result<Option<String>> {
        Ok(self.query(sql).await?.into_iter().next().and_then(|row| row.into_iter().next().flatten()))
    }
}

fn parse_row(body: &[u8]) -> Option<Row> {
    let count = u16::from_be_bytes(body.get(..2)?.try_into().ok()?);
    let mut rest = &body[2..];
    let mut row = Vec::with_capacity(count.into());
    for _ in 0..count {
        let length = i32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        rest = &rest[4..];
        if length < 0 {
            row.push(None);
            continue;
        }
        let value = rest.get(..length as usize)?;
        row.push(Some(String::from_utf8_lossy(value).into_owned()));
        rest = &rest[length as usize..];
    }
    Some(row)
}

/// `'text'`, safe whatever the text holds.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!(" E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// `"name"`.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_survive() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\b"), r" E'a\\b'");
        assert_eq!(identifier("Quoted_\" x"), "\"Quoted_\"\" x\"");
    }

    #[test]
    fn a_short_row_is_refused() {
        assert_eq!(parse_row(&[0, 1, 0, 0, 0, 2, b'a', b'b']), Some(vec![Some("ab".into())]));
        assert_eq!(parse_row(&[0, 1, 0, 0, 0, 3, b'a', b'b']), None);
        assert_eq!(parse_row(&[0, 1, 0xff, 0xff, 0xff, 0xff]), Some(vec![None]));
    }
}
