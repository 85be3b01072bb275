//! `message.key.columns`: columns that make the key in place of the primary key.

use regex::{Regex, RegexBuilder};

/// The form of one entry, which Debezium's message quotes.
const ENTRY: &str = r"^\s*([^\s:]+):([^:\s]+)\s*$";

/// Patterns of `schema.table.column` in the order written.
#[derive(Debug, Clone, Default)]
pub struct KeyColumns(Vec<Regex>);

impl KeyColumns {
    /// From `table:column,column;table:column`; tables and columns are patterns. The error is Debezium's.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entry = Regex::new(ENTRY).map_err(|e| e.to_string())?;
        let mut patterns = vec![];
        for part in text.split(';') {
            let Some(found) = entry.captures(part) else {
                return Err(format!("{part} has an invalid format (expecting '{ENTRY}')"));
            };
            for column in found[2].split(',') {
                let pattern = format!(r"^(?:{}\.{column})$", &found[1]);
                let regex = RegexBuilder::new(&pattern).case_insensitive(true).build();
                patterns.push(regex.map_err(|e| format!("{part} holds no valid pattern: {e}"))?);
            }
        }
        Ok(Self(patterns))
    }

    /// The places of the key's columns in a table; `None` where no entry speaks of it.
    pub fn of_table<'a>(&self, table: &str, columns: impl Iterator<Item = &'a str> + Clone) -> Option<Vec<usize>> {
        let mut key = vec![];
        for pattern in &self.0 {
            for (place, column) in columns.clone().enumerate() {
                if pattern.is_match(&format!("{table}.{column}")) && !key.contains(&place) {
                    key.push(place);
                }
            }
        }
        (!key.is_empty()).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(setting: &str, table: &str) -> Option<Vec<usize>> {
        KeyColumns::parse(setting).unwrap().of_table(table, ["id", "a", "aa"].into_iter())
    }

    #[test]
    fn columns_stand_in_the_order_of_the_setting() {
        assert_eq!(key("(.*)1.t:aa,id", "s1.t"), Some(vec![2, 0]));
        assert_eq!(key("s2.t:a; S1.T:A ", "s1.t"), Some(vec![1]));
        assert_eq!(key("s1.t:a.*", "s1.t"), Some(vec![1, 2]));
        assert_eq!(key("s2.t:a", "s1.t"), None);
    }

    #[test]
    fn what_is_no_entry_is_named() {
        let error = KeyColumns::parse("s1.t:a;broken").unwrap_err();
        assert_eq!(error, r"broken has an invalid format (expecting '^\s*([^\s:]+):([^:\s]+)\s*$')");
    }
}
