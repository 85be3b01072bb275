//! A table as its rows arrive: columns in the order of the row, and the key.

use super::declared::Declared;
use super::types::Resolved;
use std::borrow::Cow;

/// Which way values come in Debezium, which shows on some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Read by queries, through the JDBC driver's types.
    Driver,
    /// Read from the log, as text.
    Log,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// With domains taken off.
    pub resolved: Resolved,
    pub declared: Declared,
    /// Whether it may be null.
    pub optional: bool,
    /// The default expression's text, as the catalog prints it.
    pub default: Option<String>,
    /// Whether the type is declared through a domain: then no default reaches the schema.
    pub is_domain: bool,
    pub flavour: Flavour,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: u32,
    pub schema: String,
    pub table: String,
    pub columns: Vec<Column>,
    /// Column numbers of the key, in the key's order; empty: no key.
    pub key: Vec<usize>,
    /// Differs for every description that was read, so that a plan knows which one it was made for.
    pub version: u64,
}

/// The name that records bear, unless they are to be corrected. The original takes each byte of a name in the log for a
/// character of its own, with its sign where it is beyond ASCII. Who filters or hides by names means the true ones.
pub fn shown(name: &str, flavour: Flavour) -> Cow<'_, str> {
    if flavour == Flavour::Driver || name.is_ascii() {
        return Cow::Borrowed(name);
    }
    let character = |byte: u8| if byte.is_ascii() { char::from(byte) } else { signed(byte) };
    name.bytes().map(character).collect()
}

fn signed(byte: u8) -> char {
    char::from_u32(0xff00 | u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

impl Relation {
    pub fn flavour(&self) -> Flavour {
        self.columns.first().map_or(Flavour::Log, |column| column.flavour)
    }

    /// `schema.table`, as filters and log lines name it.
    pub fn name(&self) -> String {
        format!("{}.{}", self.schema, self.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_log_are_read_byte_by_byte() {
        assert_eq!(shown("täble", Flavour::Driver), "täble");
        assert_eq!(shown("täble", Flavour::Log), "t\u{ffc3}\u{ffa4}ble");
        assert_eq!(shown("table", Flavour::Log), "table");
    }
}
