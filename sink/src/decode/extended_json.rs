//! MongoDB extended JSON -> plain values, in the legacy, relaxed and canonical spellings.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::text::Text;
use super::time;
use crate::config::TimestampUnit;

/// A number or date in its wrapper. At most one field is present.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wrapped<'a> {
    #[serde(borrow, rename = "$numberInt")]
    int: Option<&'a str>,
    #[serde(borrow, rename = "$numberLong")]
    long: Option<&'a str>,
    #[serde(borrow, rename = "$numberDouble")]
    double: Option<&'a str>,
    #[serde(borrow, rename = "$date")]
    date: Option<&'a RawValue>,
    #[serde(rename = "$timestamp")]
    timestamp: Option<ClusterTimestamp>,
}

#[derive(Deserialize)]
struct ClusterTimestamp {
    t: i64,
}

#[derive(Deserialize)]
struct Oid<'a> {
    #[serde(borrow, rename = "$oid")]
    hex: &'a str,
}

/// A whole number, however it is written.
pub fn integer(text: &str) -> Option<i64> {
    if let Ok(plain) = text.parse() {
        return Some(plain);
    }
    if text.starts_with('{') {
        let wrapped: Wrapped<'_> = serde_json::from_str(text).ok()?;
        let number = wrapped.int.or(wrapped.long).or(wrapped.double)?;
        return number.parse().ok().or_else(|| whole(number));
    }
    if text.starts_with('"') { None } else { whole(text) }
}

fn whole(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    // 2^53: beyond it a double no longer names one whole number.
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

/// A date in seconds: `$date` in any spelling, a BSON timestamp, ISO text, or a bare number in `unit`.
pub fn seconds(text: &str, unit: TimestampUnit) -> Option<i64> {
    if text.starts_with('"') {
        let Text(iso) = serde_json::from_str(text).ok()?;
        return time::seconds_of_text(&iso);
    }
    if !text.starts_with('{') {
        return integer(text).map(|number| time::seconds(number, unit));
    }
    let wrapped: Wrapped<'_> = serde_json::from_str(text).ok()?;
    if let Some(timestamp) = wrapped.timestamp {
        return Some(timestamp.t);
    }
    match wrapped.date {
        Some(date) => seconds(date.get(), TimestampUnit::Milliseconds),
        None => integer(text).map(|number| time::seconds(number, unit)),
    }
}

/// Text of an `_id`: the hex digits of an ObjectId, else the extended JSON as the record key writes it.
///
/// The key's spelling is the only one that a delete carries, so it must name the document in every event.
pub fn id(text: &str) -> &str {
    if !text.starts_with('{') {
        return text;
    }
    serde_json::from_str::<Oid<'_>>(text).map_or(text, |oid| oid.hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_in_every_spelling() {
        for text in ["5", "5.0", "{\"$numberLong\": \"5\"}", "{\"$numberInt\":\"5\"}", "{\"$numberDouble\": \"5.0\"}"] {
            assert_eq!(integer(text), Some(5), "{text}");
        }
        for text in ["5.5", "\"5\"", "null", "{}", "{\"$oid\": \"5\"}", "[5]", "{\"$numberDouble\": \"NaN\"}"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn dates_in_every_spelling() {
        for text in [
            "{\"$date\": 1577836800120}",
            "{\"$date\": {\"$numberLong\": \"1577836800120\"}}",
            "{\"$date\": \"2020-01-01T00:00:00.12Z\"}",
            "{\"$timestamp\": {\"t\": 1577836800,\"i\": 1}}",
            "\"2020-01-01T00:00:00Z\"",
            "1577836800120",
            "{\"$numberLong\": \"1577836800120\"}",
        ] {
            assert_eq!(seconds(text, TimestampUnit::Milliseconds), Some(1_577_836_800), "{text}");
        }
        for text in ["null", "true", "\"yesterday\"", "{}", "[]"] {
            assert_eq!(seconds(text, TimestampUnit::Milliseconds), None, "{text}");
        }
    }

    #[test]
    fn ids() {
        assert_eq!(id("{\"$oid\": \"6b032a9a261a37f0236f3a4a\"}"), "6b032a9a261a37f0236f3a4a");
        assert_eq!(id("1004"), "1004");
        assert_eq!(id("\"123\""), "\"123\"");
        assert_eq!(id("{\"company\": 32}"), "{\"company\": 32}");
    }
}
