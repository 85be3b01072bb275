//! Source dates -> seconds since 1970 in the range of ClickHouse's `DateTime`.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use crate::config::TimestampUnit;

/// Seconds that fit the column. Clamped here, because servers differ in what they do with dates out of range.
pub fn clamp(seconds: i64) -> u32 {
    u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)
}

/// A bare number in the configured unit.
pub fn seconds(value: i64, unit: TimestampUnit) -> i64 {
    let per_second = match unit {
        TimestampUnit::Milliseconds => 1_000,
        TimestampUnit::Microseconds => 1_000_000,
        TimestampUnit::Nanoseconds => 1_000_000_000,
    };
    value.div_euclid(per_second)
}

/// ISO text, with an offset (`timestamptz`) or without one, which then is UTC.
pub fn seconds_of_text(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_second());
    }
    let civil: civil::DateTime = text.parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_texts_agree() {
        let second = 1_577_836_800;
        assert_eq!(seconds(second * 1_000_000 + 5, TimestampUnit::Microseconds), second);
        assert_eq!(seconds(second * 1_000 + 999, TimestampUnit::Milliseconds), second);
        assert_eq!(seconds(second * 1_000_000_000, TimestampUnit::Nanoseconds), second);
        for text in ["2020-01-01T00:00:00.12Z", "2020-01-01T02:00:00+02:00", "2020-01-01T00:00:00"] {
            assert_eq!(seconds_of_text(text), Some(second), "{text}");
        }
        assert_eq!(seconds_of_text("infinity"), None);
    }

    #[test]
    fn dates_out_of_range_are_clamped() {
        assert_eq!(clamp(-1), 0);
        assert_eq!(clamp(seconds(-1, TimestampUnit::Milliseconds)), 0);
        assert_eq!(clamp(i64::MAX), u32::MAX);
    }
}
