//! `COPY … TO STDOUT`: table contents as text lines.

use super::codec::Connection;
use crate::error::Result;
use std::ops::Range;

impl Connection {
    pub async fn start_copy(&mut self, sql: &str) -> Result<()> {
        self.send_query(sql).await?;
        let (tag, range) = self.message().await?;
        self.consume(range.end);
        if tag == b'H' {
            Ok(())
        } else {
            Err(self.broken(format!("message {:?} instead of copy data", char::from(tag))))
        }
    }

    /// The next complete line in the buffer, without waiting: `Ok(None)` asks for [`Connection::fill`].
    pub fn copy_line(&mut self) -> Result<Option<CopyItem>> {
        loop {
            let Some((tag, range)) = self.peek_past_notices()? else { return Ok(None) };
            match tag {
                b'd' => return Ok(Some(CopyItem::Line(range))),
                b'Z' => {
                    self.consume(range.end);
                    return Ok(Some(CopyItem::End));
                }
                b'c' | b'C' => self.consume(range.end),
                b'E' => return Err(self.server_error(range)),
                other => return Err(self.broken(format!("message {:?} within copy data", char::from(other)))),
            }
        }
    }
}

/// What stands next in a copy.
#[derive(Debug)]
pub enum CopyItem {
    /// One line, newline included; it stays in the buffer until consumed.
    Line(Range<usize>),
    End,
}

/// The cells of a line in COPY's text format: `\N` is null, backslash escapes are undone into `scratch`.
pub fn split_line<'a>(line: &'a [u8], scratch: &'a mut Vec<u8>, cells: &mut Vec<Option<Range<usize>>>) -> &'a [u8] {
    cells.clear();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    scratch.clear();
    let mut start = 0;
    let mut i = 0;
    let mut null = false;
    while i < line.len() {
        match line[i] {
            b'\t' => {
                cells.push((!null).then_some(start..scratch.len()));
                start = scratch.len();
                null = false;
                i += 1;
            }
            b'\\' if line.get(i + 1) == Some(&b'N') => {
                null = true;
                i += 2;
            }
            b'\\' => {
                scratch.push(unescaped(line.get(i + 1).copied().unwrap_or(b'\\')));
                i += 2;
            }
            byte => {
                scratch.push(byte);
                i += 1;
            }
        }
    }
    cells.push((!null).then_some(start..scratch.len()));
    scratch
}

/// The server writes only these letters; every other byte after a backslash stands for itself.
fn unescaped(letter: u8) -> u8 {
    match letter {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_unescaped() {
        let (mut scratch, mut cells) = (vec![], vec![]);
        let bytes = split_line(b"1\ta\\tb\\\\c\\n\t\\N\t\n", &mut scratch, &mut cells);
        let texts: Vec<Option<&[u8]>> = cells.iter().map(|c| c.clone().map(|r| &bytes[r])).collect();
        assert_eq!(texts, [Some(&b"1"[..]), Some(b"a\tb\\c\n"), None, Some(b"")]);
    }
}
