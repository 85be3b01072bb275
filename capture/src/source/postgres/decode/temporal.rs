//! Dates and times in ISO style, as the server prints them with `DateStyle=ISO`.

use crate::convert::calendar::{civil_from_days, days_from_civil};

/// A date and a time of day as printed; years before 1 are counted astronomically (1 BC is 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub time: TimeOfDay,
    /// Seconds east of UTC.
    pub zone: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeOfDay {
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub micros: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    Finite(Moment),
    Infinity,
    MinusInfinity,
}

const DAY_SECONDS: i64 = 86_400;

/// Reads `date`, `timestamp` and `timestamptz`.
#[inline]
pub fn moment(text: &[u8]) -> Option<Parsed> {
    match text {
        b"infinity" => return Some(Parsed::Infinity),
        b"-infinity" => return Some(Parsed::MinusInfinity),
        _ => {}
    }
    let (text, is_bc) = match text.strip_suffix(b" BC") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (year, rest) = digits(text)?;
    let (month, rest) = digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = digits(rest.strip_prefix(b"-")?)?;
    let year = if is_bc { 1 - year as i64 } else { year as i64 };
    let (time, zone) = match rest.strip_prefix(b" ") {
        Some(rest) => time_and_zone(rest)?,
        None if rest.is_empty() => (TimeOfDay::default(), 0),
        None => return None,
    };
    Some(Parsed::Finite(Moment { year, month, day, time, zone }))
}

/// Reads `time` and `timetz`.
#[inline]
pub fn time_and_zone(text: &[u8]) -> Option<(TimeOfDay, i32)> {
    let (hour, rest) = digits(text)?;
    let (minute, rest) = digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = digits(rest.strip_prefix(b":")?)?;
    let (micros, rest) = match rest.strip_prefix(b".") {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    Some((TimeOfDay { hour, minute, second, micros }, zone(rest)?))
}

fn zone(text: &[u8]) -> Option<i32> {
    let (sign, rest) = match text.split_first() {
        None => return Some(0),
        Some((b'+', rest)) => (1, rest),
        Some((b'-', rest)) => (-1, rest),
        Some(_) => return None,
    };
    let mut seconds = 0;
    let mut unit = 3600;
    for part in rest.split(|b| *b == b':') {
        let (value, tail) = digits(part)?;
        if !tail.is_empty() || unit == 0 || value > 99 {
            return None;
        }
        seconds += value as i32 * unit;
        unit /= 60;
    }
    Some(sign * seconds)
}

#[inline]
fn digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if count == 0 || count > 9 {
        return None;
    }
    let value = text[..count].iter().fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
    Some((value, &text[count..]))
}

/// Up to six digits, as microseconds.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let (value, rest) = digits(text)?;
    let count = text.len() - rest.len();
    (count <= 6).then(|| (value * 10u32.pow(6 - count as u32), rest))
}

impl TimeOfDay {
    pub fn micros_of_day(&self) -> i64 {
        let seconds = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        seconds * 1_000_000 + i64::from(self.micros)
    }

    /// From microseconds that may lie outside of one day: wraps around.
    pub fn of_micros(micros: i64) -> Self {
        let micros = micros.rem_euclid(DAY_SECONDS * 1_000_000);
        let seconds = micros / 1_000_000;
        Self {
            hour: (seconds / 3600) as u32,
            minute: (seconds / 60 % 60) as u32,
            second: (seconds % 60) as u32,
            micros: (micros % 1_000_000) as u32,
        }
    }
}

impl Moment {
    pub fn epoch_days(&self) -> i64 {
        days_from_civil(self.year, self.month, self.day)
    }

    pub fn epoch_seconds(&self) -> i64 {
        self.epoch_days() * DAY_SECONDS + self.time.micros_of_day().div_euclid(1_000_000) - i64::from(self.zone)
    }

    /// Beyond the range of 64 bits the seconds stop at its end and the fraction wraps, as in the original.
    pub fn epoch_micros(&self) -> i64 {
        self.epoch_seconds().saturating_mul(1_000_000).wrapping_add(i64::from(self.time.micros))
    }

    /// Beyond the range of 64 bits its end.
    pub fn nearest_micros(&self) -> i64 {
        self.epoch_seconds().saturating_mul(1_000_000).saturating_add(i64::from(self.time.micros))
    }

    pub fn epoch_millis(&self) -> i64 {
        self.epoch_seconds().wrapping_mul(1000).wrapping_add(i64::from(self.time.micros / 1000))
    }

    /// The same moment with zone 0.
    pub fn in_utc(self) -> Self {
        if self.zone == 0 {
            return self;
        }
        let seconds = self.epoch_seconds();
        let (year, month, day) = civil_from_days(seconds.div_euclid(DAY_SECONDS));
        let of_day = seconds.rem_euclid(DAY_SECONDS) * 1_000_000 + i64::from(self.time.micros);
        Self { year, month, day, time: TimeOfDay::of_micros(of_day), zone: 0 }
    }
}

/// Appends `yyyy-MM-ddTHH:mm:ss[.f]Z`. `fraction_digits` are written exactly; 0 writes a fraction only where there is one.
pub fn write_zoned_timestamp(out: &mut Vec<u8>, moment: &Moment, fraction_digits: u32) {
    if moment.year > 9999 {
        out.push(b'+');
    } else if moment.year < 0 {
        out.push(b'-');
    }
    padded(out, moment.year.unsigned_abs(), 4);
    out.push(b'-');
    padded(out, moment.month.into(), 2);
    out.push(b'-');
    padded(out, moment.day.into(), 2);
    out.push(b'T');
    write_time(out, &moment.time, fraction_digits);
    out.push(b'Z');
}

/// Appends `HH:mm:ss[.f]`.
pub fn write_time(out: &mut Vec<u8>, time: &TimeOfDay, fraction_digits: u32) {
    padded(out, time.hour.into(), 2);
    out.push(b':');
    padded(out, time.minute.into(), 2);
    out.push(b':');
    padded(out, time.second.into(), 2);
    let (mut value, mut count) = (time.micros, 6);
    if fraction_digits > 0 {
        value /= 10u32.pow(6 - fraction_digits.min(6));
        count = fraction_digits.min(6);
    } else {
        if value == 0 {
            return;
        }
        while value.is_multiple_of(10) {
            value /= 10;
            count -= 1;
        }
    }
    out.push(b'.');
    padded(out, value.into(), count as usize);
}

fn padded(out: &mut Vec<u8>, value: u64, width: usize) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(value);
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(text.len())));
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finite(text: &str) -> Moment {
        match moment(text.as_bytes()) {
            Some(Parsed::Finite(moment)) => moment,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn timestamps_count_from_1970() {
        assert_eq!(finite("2016-11-04 13:51:30.123456").epoch_micros(), 1_478_267_490_123_456);
        assert_eq!(finite("1936-10-25 22:10:12.608").epoch_micros(), -1_047_174_587_392_000);
        assert_eq!(finite("1970-01-01").epoch_days(), 0);
        assert_eq!(finite("0001-01-01 BC").year, 0);
        assert_eq!(finite("1969-12-31 23:59:59.9995").epoch_millis(), -1);
    }

    #[test]
    fn zoned_text_is_utc_with_the_columns_digits() {
        let text = |source: &str, digits| {
            let mut out = vec![];
            write_zoned_timestamp(&mut out, &finite(source).in_utc(), digits);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text("2016-11-04 13:51:30.123456+02", 6), "2016-11-04T11:51:30.123456Z");
        assert_eq!(text("21016-11-04 13:51:30+07", 6), "+21016-11-04T06:51:30.000000Z");
        assert_eq!(text("2020-01-01 00:30:00.5+00:45", 3), "2019-12-31T23:45:00.500Z");
        assert_eq!(text("2020-01-01 00:00:00+00", 0), "2020-01-01T00:00:00Z");
        assert_eq!(text("4714-12-31 23:59:59.999999+00 BC", 6), "-4713-12-31T23:59:59.999999Z");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "2020",
            "2020-01",
            "2020-01-01T00:00:00",
            "2020-01-01 00:00",
            "2020-01-01 00:00:00.1234567",
            "2020-01-01 0",
        ] {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }
}
