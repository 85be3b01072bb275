//! Intervals in the server's `postgres` style: `1 year 2 mons 3 days 04:05:06.78`.

use crate::convert::java_number;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Interval {
    pub years: i64,
    pub months: i64,
    pub days: i64,
    pub hours: i64,
    pub minutes: i64,
    pub seconds: i64,
    /// Signed like the seconds.
    pub micros: i64,
}

pub fn parse(text: &[u8]) -> Option<Interval> {
    let mut interval = Interval::default();
    let mut words = std::str::from_utf8(text).ok()?.split(' ').filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        if word.contains(':') {
            clock(word, &mut interval)?;
            continue;
        }
        let count = number(word)?;
        match words.next()? {
            "year" | "years" => interval.years = count,
            "mon" | "mons" => interval.months = count,
            "day" | "days" => interval.days = count,
            _ => return None,
        }
    }
    Some(interval)
}

fn clock(word: &str, interval: &mut Interval) -> Option<()> {
    let (sign, word) = match word.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => (1, word),
    };
    let mut parts = word.split(':');
    interval.hours = sign * number(parts.next()?)?;
    interval.minutes = sign * number(parts.next()?)?;
    let (whole, fraction) =
        parts.next()?.split_once('.').unwrap_or_else(|| (word.rsplit(':').next().unwrap_or(word), "0"));
    interval.seconds = sign * number(whole)?;
    interval.micros = sign * micros(fraction)?;
    Some(())
}

/// The first six digits behind the point.
fn micros(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
    Some(digits.fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

/// The server's own range is far smaller; within this one no sum overflows.
fn number(text: &str) -> Option<i64> {
    const MOST: i64 = 1_000_000_000_000;
    text.parse().ok().filter(|n| (-MOST..=MOST).contains(n))
}

impl Interval {
    /// Microseconds with months of 30.4375 days, by double arithmetic; saturates.
    pub fn to_micros(self) -> i64 {
        let days = (self.years * 12 + self.months) as f64 * 30.4375 + self.days as f64;
        let total = ((days * 24.0 + self.hours as f64) * 60.0 + self.minutes as f64) * 60.0 + self.seconds();
        (total * 1e6) as i64
    }

    /// With the fraction, as a double has it.
    fn seconds(self) -> f64 {
        self.seconds as f64 + self.micros as f64 / 1e6
    }

    /// `P1Y2M3DT4H5M6.78S`, always with all six parts.
    pub fn write_iso(&self, out: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        let mut part = |out: &mut Vec<u8>, value: i64, unit: &[u8]| {
            out.extend_from_slice(digits.format(value).as_bytes());
            out.extend_from_slice(unit);
        };
        out.push(b'P');
        part(out, self.years, b"Y");
        part(out, self.months, b"M");
        part(out, self.days, b"DT");
        part(out, self.hours, b"H");
        part(out, self.minutes, b"M");
        self.write_seconds(out);
        out.push(b'S');
    }

    /// A double's digits, nine of them behind the point at most: `1.235` leaves as `1.234999999`.
    fn write_seconds(self, out: &mut Vec<u8>) {
        if self.micros == 0 {
            out.extend_from_slice(itoa::Buffer::new().format(self.seconds).as_bytes());
            return;
        }
        let start = out.len();
        java_number::write_double(out, self.seconds());
        if out[start..].contains(&b'E') {
            // below a thousandth, and so exact in microseconds
            out.truncate(start);
            out.extend_from_slice(if self.micros < 0 { b"-0." } else { b"0." });
            let digits = itoa::Buffer::new().format(1_000_000 + self.micros.abs()).to_owned();
            out.extend_from_slice(&digits.as_bytes()[1..]);
        }
        let point = out[start..].iter().position(|b| *b == b'.').map_or(out.len(), |at| start + at);
        out.truncate(point + 10);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_interval() {
        let interval = parse(b"1 year 2 mons 3 days 04:05:06.78").unwrap();
        assert_eq!(interval.to_micros(), 37_091_106_780_000);
        let mut out = vec![];
        interval.write_iso(&mut out);
        assert_eq!(out, b"P1Y2M3DT4H5M6.78S");
        assert_eq!(parse(b"1 mon").unwrap().to_micros(), 2_629_800_000_000);
        assert_eq!(parse(b"-00:00:01.5").unwrap().to_micros(), -1_500_000);
        assert_eq!(parse(b"1 fortnight"), None);
    }
}
