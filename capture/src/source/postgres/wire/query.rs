//! Plain SQL by the simple protocol: few rows, as text. Catalog questions and commands, never table contents.

use super::codec::Connection;
use crate::error::{Error, Result};
use bytes::BytesMut;
use postgres_protocol::message::frontend;
use std::str::FromStr;

pub type Row = Vec<Option<String>>;

impl Connection {
    /// Runs `sql`, which may hold several statements; returns the rows of all of them.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>> {
        self.send_query(sql).await?;
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

    /// Sends `sql` and reads nothing.
    pub async fn send_query(&mut self, sql: &str) -> Result<()> {
        let mut out = BytesMut::new();
        frontend::query(sql, &mut out).map_err(|e| {
            Error::definite(format!("the statement {sql:?} holds a zero byte"))
                .caused_by(e)
                .remedy("take it out of the setting that it comes from")
        })?;
        self.send(&out).await
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

/// A cell's text; empty where it is null.
pub fn text(row: &Row, column: usize) -> &str {
    row.get(column).and_then(|c| c.as_deref()).unwrap_or_default()
}

/// A cell that the server's catalog fills with a number.
pub fn number<N: FromStr>(row: &Row, column: usize) -> Result<N> {
    let text = text(row, column);
    text.parse().map_err(|_| {
        Error::definite(format!("the catalog of the PostgreSQL server has {text:?} where a number belongs"))
            .remedy("report it with the server's version")
    })
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
    fn a_cell_that_is_no_number_is_named() {
        let row = vec![Some("-1".to_owned()), Some("x".to_owned()), None];
        assert_eq!(number::<i32>(&row, 0).unwrap(), -1);
        for (column, shown) in [(1, "\"x\""), (2, "\"\"")] {
            assert!(number::<u32>(&row, column).unwrap_err().to_string().contains(shown));
        }
    }

    #[test]
    fn a_short_row_is_refused() {
        assert_eq!(parse_row(&[0, 1, 0, 0, 0, 2, b'a', b'b']), Some(vec![Some("ab".into())]));
        assert_eq!(parse_row(&[0, 1, 0, 0, 0, 3, b'a', b'b']), None);
        assert_eq!(parse_row(&[0, 1, 0xff, 0xff, 0xff, 0xff]), Some(vec![None]));
    }
}
