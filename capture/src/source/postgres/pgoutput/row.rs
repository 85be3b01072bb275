//! One row: where each cell lies in bytes that stay where they are.

/// A cell of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    Null,
    /// A TOASTed value that the update did not touch: the log does not carry it.
    Unchanged,
    /// The server's text output.
    Text(&'a [u8]),
}

#[derive(Debug, Clone, Copy)]
enum At {
    Null,
    Unchanged,
    Text { start: u32, length: u32 },
}

/// The places of a row's cells; reused for every row.
#[derive(Debug, Default)]
pub struct Cells(Vec<At>);

impl Cells {
    /// Takes a tuple of the log apart. `None`: it is malformed.
    #[inline]
    pub fn read_tuple(&mut self, tuple: &[u8]) -> Option<()> {
        self.0.clear();
        let count = u16::from_be_bytes(tuple.get(..2)?.try_into().ok()?);
        let mut at = 2usize;
        for _ in 0..count {
            match tuple.get(at)? {
                b'n' => self.0.push(At::Null),
                b'u' => self.0.push(At::Unchanged),
                b't' => {
                    let length = u32::from_be_bytes(tuple.get(at + 1..at + 5)?.try_into().ok()?);
                    let start = at + 5;
                    tuple.get(start..start + length as usize)?;
                    self.0.push(At::Text { start: start as u32, length });
                    at = start + length as usize;
                    continue;
                }
                _ => return None,
            }
            at += 1;
        }
        Some(())
    }

    /// Takes the cells of a line that was already unescaped.
    pub fn read_ranges(&mut self, ranges: &[Option<std::ops::Range<usize>>]) {
        self.0.clear();
        self.0.extend(ranges.iter().map(|range| match range {
            None => At::Null,
            Some(r) => At::Text { start: r.start as u32, length: r.len() as u32 },
        }));
    }
}

/// A row: bytes and the places of its cells. Column numbers are the relation's.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    bytes: &'a [u8],
    cells: &'a Cells,
}

impl<'a> Row<'a> {
    pub fn new(bytes: &'a [u8], cells: &'a Cells) -> Self {
        Self { bytes, cells }
    }

    pub fn len(&self) -> usize {
        self.cells.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.0.is_empty()
    }

    #[inline]
    pub fn cell(&self, column: usize) -> Cell<'a> {
        match self.cells.0.get(column) {
            None | Some(At::Null) => Cell::Null,
            Some(At::Unchanged) => Cell::Unchanged,
            Some(At::Text { start, length }) => {
                let start = *start as usize;
                Cell::Text(&self.bytes[start..start + *length as usize])
            }
        }
    }
}

/// How many bytes the tuple at the front takes.
pub fn tuple_length(bytes: &[u8]) -> Option<usize> {
    let count = u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
    let mut at = 2usize;
    for _ in 0..count {
        at += match bytes.get(at)? {
            b't' | b'b' => 5 + u32::from_be_bytes(bytes.get(at + 1..at + 5)?.try_into().ok()?) as usize,
            _ => 1,
        };
    }
    (at <= bytes.len()).then_some(at)
}
