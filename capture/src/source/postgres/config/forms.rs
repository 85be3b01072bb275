//! Settings of the forms of values, and what of them no kind of key describes.

use crate::config::key::{Key, Kind, Problem, Reader};

pub const MONEY_DIGITS: Key = Key::new("money.fraction.digits", Kind::NonNegative, "2", "Scale of money.");
pub const PLACEHOLDER: Key = Key::new(
    "unavailable.value.placeholder",
    Kind::Text,
    "__debezium_unavailable_value",
    "Stands for a TOASTed value that the log does not carry; `hex:` in front of hexadecimal digits gives its bytes.",
);
pub const HEADERS: Key = Key::new(
    "header.converter",
    Kind::Text,
    "org.apache.kafka.connect.storage.SimpleHeaderConverter",
    "How the headers of a changed key are written.",
)
.only(&[], "leave it unset: headers are written as Connect does by itself");

/// Settings of the forms of values that no kind of key describes.
pub fn check(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    let mut refuse = |key: &str, why: &str| {
        problems.push(Problem::new(key, format!("The '{key}' value is invalid: {why}")));
    };
    if reader.integer(MONEY_DIGITS.name) > i64::from(i16::MAX) {
        refuse(MONEY_DIGITS.name, "at most 32767 digits are possible");
    }
    if placeholder(reader.text(PLACEHOLDER.name).unwrap_or_default()).is_none() {
        refuse(PLACEHOLDER.name, "pairs of hexadecimal digits are expected behind 'hex:'");
    }
}

/// The bytes that stand for a value that is not there: those of the text, or written in hexadecimal digits behind `hex:`.
/// `None`: these are no such digits.
pub fn placeholder(text: &str) -> Option<Vec<u8>> {
    let Some(hex) = text.strip_prefix("hex:") else { return Some(text.as_bytes().to_vec()) };
    let digits: Option<Vec<u8>> = hex.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
    let digits = digits.filter(|d| d.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_cannot_be_written_are_refused() {
        let refused = [("money.fraction.digits", "40000"), ("unavailable.value.placeholder", "hex:1z")];
        let map = refused.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let mut problems = vec![];
        check(&Reader::new(&[MONEY_DIGITS, PLACEHOLDER], &map), &mut problems);
        assert_eq!(problems.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), refused.map(|(key, _)| key));
        assert_eq!(placeholder("hex:c3A4"), Some("\u{e4}".as_bytes().to_vec()));
    }
}
