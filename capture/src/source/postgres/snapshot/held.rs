//! The row that waits for its marker.

use crate::source::postgres::change::Marker;

/// What a row is in its table is known only when the next one arrives, or none does.
#[derive(Debug, Default)]
pub struct Held {
    pub line: Vec<u8>,
    pub table: usize,
    pub is_present: bool,
    pub is_first_of_table: bool,
    pub is_last_of_table: bool,
    /// The range of its table whose last row it is.
    pub ends: Option<usize>,
}

impl Held {
    pub fn fill(&mut self, line: &[u8], table: usize, is_first_of_table: bool) {
        self.line.clear();
        self.line.extend_from_slice(line);
        self.table = table;
        self.is_present = true;
        self.is_first_of_table = is_first_of_table;
        self.is_last_of_table = false;
        self.ends = None;
    }

    pub fn marker(&self, is_last: bool) -> Marker {
        if is_last {
            Marker::Last
        } else if self.is_first_of_table && self.table == 0 {
            Marker::First
        } else if self.is_last_of_table {
            Marker::LastInCollection
        } else if self.is_first_of_table {
            Marker::FirstInCollection
        } else {
            Marker::Within
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_follow_the_first_matching_rule() {
        let held = |table, first, last| Held {
            table,
            is_present: true,
            is_first_of_table: first,
            is_last_of_table: last,
            ..Held::default()
        };
        assert_eq!(held(1, true, true).marker(true), Marker::Last);
        assert_eq!(held(0, true, true).marker(false), Marker::First);
        assert_eq!(held(1, true, true).marker(false), Marker::LastInCollection);
        assert_eq!(held(1, true, false).marker(false), Marker::FirstInCollection);
        assert_eq!(held(0, false, false).marker(false), Marker::Within);
    }
}
