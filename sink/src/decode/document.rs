//! The fields of an event document that silver has columns for, as text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::text::Text;

/// Borrowed raw values; the last of equal names wins, since BSON allows a name twice.
#[derive(Debug, Default)]
pub struct Document<'a> {
    pub user_id: Option<&'a RawValue>,
    pub event_type: Option<&'a RawValue>,
    pub ts: Option<&'a RawValue>,
    pub timestamp: Option<&'a RawValue>,
    pub metadata: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Document<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut document = Document::default();
        while let Some(Text(name)) = map.next_key::<Text<'de>>()? {
            let field = match name.as_ref() {
                "user_id" => &mut document.user_id,
                "event_type" => &mut document.event_type,
                "ts" => &mut document.ts,
                "timestamp" => &mut document.timestamp,
                "metadata" => &mut document.metadata,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = map.next_value()?;
        }
        Ok(document)
    }
}

/// The document with bare `NaN`, `Infinity` and `-Infinity` as canonical extended JSON.
///
/// The connector writes such doubles as bare tokens, which is no JSON. Called only where parsing failed.
pub fn without_bare_numbers(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut position = 0;
    let bytes = text.as_bytes();
    while position < bytes.len() {
        if bytes[position] == b'"' {
            position = end_of_string(bytes, position);
            continue;
        }
        let token = ["-Infinity", "Infinity", "NaN"].into_iter().find(|t| bytes[position..].starts_with(t.as_bytes()));
        let Some(token) = token else {
            position += 1;
            continue;
        };
        mended.push_str(&text[copied..position]);
        mended.push_str(&format!("{{\"$numberDouble\": \"{token}\"}}"));
        position += token.len();
        copied = position;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[copied..]);
    Cow::Owned(mended)
}

/// Position after the string that begins at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while position < bytes.len() {
        match bytes[position] {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_of_equal_names_wins_and_null_is_absent() {
        let document: Document<'_> =
            serde_json::from_str(r#"{"x": {"user_id": 9}, "user_id": 1,"user_id": 2,"ts": null}"#).unwrap();
        assert_eq!(document.user_id.unwrap().get(), "2");
        assert!(document.ts.is_none());
    }

    #[test]
    fn bare_numbers_are_mended_outside_strings_only() {
        let text = r#"{"a": NaN,"b": [-Infinity,Infinity],"c": "NaN \" NaN"}"#;
        let mended = without_bare_numbers(text);
        assert_eq!(
            mended,
            r#"{"a": {"$numberDouble": "NaN"},"b": [{"$numberDouble": "-Infinity"},{"$numberDouble": "Infinity"}],"c": "NaN \" NaN"}"#
        );
        serde_json::from_str::<serde_json::Value>(&mended).unwrap();
        assert!(matches!(without_bare_numbers("{\"a\": \"NaN"), Cow::Borrowed(_)));
    }
}
