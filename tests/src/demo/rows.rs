//! Rows of a table as CSV gives them: what is expected, what was found, and how the two differ.

use std::fmt;

use anyhow::{Result, bail};
use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;

/// A header and rows, all text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    /// CSV with a header; fields may be quoted, and each row is one line.
    pub fn parse(text: &str) -> Result<Self> {
        let Some((header, rows)) = text.split_once('\n') else { bail!("there is no header") };
        Self::under(fields(header), rows)
    }

    /// CSV without a header.
    pub fn under(header: Vec<String>, text: &str) -> Result<Self> {
        let rows: Vec<Vec<String>> = text.lines().map(fields).collect();
        if let Some(row) = rows.iter().find(|row| row.len() != header.len()) {
            bail!("{} fields under {} columns: {}", row.len(), header.len(), row.join(","));
        }
        Ok(Self { header, rows })
    }

    pub fn columns(&self) -> &[String] {
        &self.header
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many rows of `expected` are here.
    pub fn having(&self, expected: &Self) -> usize {
        expected.rows.len() - missing(&expected.rows, &self.rows).len()
    }

    /// Expected rows that are not here with a minus, others that are here with a plus; `None` if there are neither.
    pub fn difference(&self, expected: &Self) -> Option<String> {
        let lines = |sign, rows: Vec<&Vec<String>>| {
            rows.into_iter().map(|row| format!("  {sign} {}\n", row.join(","))).collect::<String>()
        };
        let lacking = lines('-', missing(&expected.rows, &self.rows));
        let surplus = lines('+', missing(&self.rows, &expected.rows));
        let difference = lacking + &surplus;
        (!difference.is_empty()).then_some(difference)
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_header(&self.header).add_rows(&self.rows);
        table
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writeln!(f, "{}", row.join(","))?;
        }
        Ok(())
    }
}

/// What of `wanted` is not in `present`; equal rows count one by one.
fn missing<'a>(wanted: &'a [Vec<String>], present: &[Vec<String>]) -> Vec<&'a Vec<String>> {
    let mut unmatched: Vec<&Vec<String>> = present.iter().collect();
    let mut missing = Vec::new();
    for row in wanted {
        match unmatched.iter().position(|candidate| *candidate == row) {
            Some(position) => {
                unmatched.remove(position);
            }
            None => missing.push(row),
        }
    }
    missing
}

/// The fields of one line; a quote inside quotes is doubled.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().expect("there is always a field");
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Rows {
        Rows::parse(text).unwrap()
    }

    #[test]
    fn quotes_hold_commas_and_quotes() {
        let found = rows("\"id\",\"doc\"\n1,\"{\"\"a\"\": \"\"b\"\",\"\"n\"\": 1}\"\n");
        assert_eq!(found.header, ["id", "doc"]);
        assert_eq!(found.rows, [["1", "{\"a\": \"b\",\"n\": 1}"]]);
        assert!(Rows::parse("a,b\n1\n").is_err() && Rows::parse("").is_err());
    }

    #[test]
    fn a_difference_names_both_sides() {
        let expected = rows("id,name\n1,Alice\n2,Bob A.\n");
        assert_eq!(rows("id,name\n2,Bob A.\n1,Alice\n").difference(&expected), None);
        let found = rows("id,name\n1,Alice\n1,Alice\n2,Bob\n");
        assert_eq!(found.difference(&expected).unwrap(), "  - 2,Bob A.\n  + 1,Alice\n  + 2,Bob\n");
        assert_eq!(found.having(&expected), 1);
    }
}
