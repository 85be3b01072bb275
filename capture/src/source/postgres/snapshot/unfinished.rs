//! What of a snapshot is still to be read: stored with the offsets, so that a restart goes on with it.

use super::range::Range;
use crate::source::postgres::position::Lsn;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A snapshot that broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Where its first view stands: from here the log is to be read, however much later the rest is.
    pub lsn: Lsn,
    pub tables: Tables,
}

/// By `schema.table`; a table that is not named has not been begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tables(BTreeMap<String, Rest>);

/// What a table still lacks; nothing, once it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    key: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<Range>,
}

impl Tables {
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    pub fn text(&self) -> String {
        // names and texts always have a form
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The ranges to read of a table that has this key. Under another one its ranges mean nothing, and it begins anew.
    pub fn of(&self, table: &str, key: &[String]) -> Vec<Range> {
        match self.0.get(table) {
            Some(rest) if rest.key == key || rest.ranges.is_empty() => rest.ranges.clone(),
            _ => vec![Range::default()],
        }
    }

    /// Ranges that follow each other become one.
    pub fn put<'a>(&mut self, table: &str, key: &[String], left: impl Iterator<Item = &'a Range>) {
        let mut runs: Vec<(&Range, &Range)> = Vec::new();
        for range in left {
            match runs.last_mut() {
                Some((_, last)) if last.to.is_some() && last.to == range.after => *last = range,
                _ => runs.push((range, range)),
            }
        }
        let merged = |(first, last): (&Range, &Range)| Range { after: first.after.clone(), to: last.to.clone() };
        let ranges: Vec<Range> = runs.into_iter().map(merged).collect();
        let key = if ranges.is_empty() { vec![] } else { key.to_vec() };
        self.0.insert(table.to_owned(), Rest { key, ranges });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(after: Option<&str>, to: Option<&str>) -> Range {
        let bound = |text: Option<&str>| text.map(|text| vec![text.to_owned()]);
        Range { after: bound(after), to: bound(to) }
    }

    #[test]
    fn what_is_stored_is_what_is_left() {
        let key = ["id".to_owned()];
        let mut tables = Tables::default();
        tables.put("public.a", &key, std::iter::empty());
        let left = [range(None, Some("1")), range(Some("5"), Some("9")), range(Some("9"), None)];
        tables.put("public.b", &key, left.iter());
        let text = r#"{"public.a":{},"public.b":{"key":["id"],"ranges":[{"to":["1"]},{"after":["5"]}]}}"#;
        assert_eq!(tables.text(), text);
        let read = Tables::parse(text).unwrap();
        assert_eq!(read, tables);
        assert_eq!(read.of("public.a", &[]), []);
        assert_eq!(read.of("public.b", &key), [range(None, Some("1")), range(Some("5"), None)]);
        assert_eq!(read.of("public.b", &["other".to_owned()]), [Range::default()]);
        assert_eq!(read.of("public.new", &key), [Range::default()]);
    }
}
