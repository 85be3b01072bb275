//! Values of headers: JSON as Connect's simple header converter prints it, which escapes quotes and backslashes only, and
//! knows decimals, dates and times as Java's objects.

use crate::convert::calendar::civil_from_days;
use crate::model::schema::{Kind, Schema};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;

/// How headers tell one field of a key.
#[derive(Debug, Clone)]
pub struct Told {
    form: Form,
    /// Stands for a null, whatever the converter of keys does with those.
    default: Option<String>,
}

impl Told {
    pub fn of(schema: &Schema) -> Self {
        Self { form: Form::of(schema), default: schema.default.clone() }
    }

    /// Puts what stands for a JSON value in its place, which is the end of `out`.
    pub fn rewrite(&self, out: &mut Vec<u8>, start: usize) {
        if let (b"null", Some(default)) = (&out[start..], &self.default) {
            out.truncate(start);
            out.extend_from_slice(default.as_bytes());
        }
        self.form.rewrite(out, start);
    }
}

/// What the converter makes of a value that JSON tells otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Json,
    /// Digits and a point, or an exponent where Java prints one.
    Decimal {
        scale: i32,
    },
    /// A number without end or none at all, which JSON has as a text.
    Real,
    /// A date or time of Connect's own, in so many milliseconds a unit.
    Moment {
        unit_ms: i64,
    },
    Array(Box<Form>),
}

const DAY_MS: i64 = 86_400_000;

impl Form {
    fn of(schema: &Schema) -> Self {
        match (schema.name.as_deref(), &schema.kind) {
            (Some("org.apache.kafka.connect.data.Decimal"), _) => {
                let scale = schema.parameters.iter().find(|(name, _)| name == "scale");
                Form::Decimal { scale: scale.and_then(|(_, value)| value.parse().ok()).unwrap_or(0) }
            }
            (Some("org.apache.kafka.connect.data.Date"), _) => Form::Moment { unit_ms: DAY_MS },
            (Some("org.apache.kafka.connect.data.Time" | "org.apache.kafka.connect.data.Timestamp"), _) => {
                Form::Moment { unit_ms: 1 }
            }
            (_, Kind::Float32 | Kind::Float64) => Form::Real,
            (_, Kind::Array(items)) => match Form::of(items) {
                Form::Json => Form::Json,
                form => Form::Array(Box::new(form)),
            },
            _ => Form::Json,
        }
    }

    fn rewrite(&self, out: &mut Vec<u8>, start: usize) {
        if let Some(text) = self.told(&out[start..]) {
            out.truncate(start);
            out.extend_from_slice(text.as_bytes());
        }
    }

    /// `None`: the JSON itself.
    fn told(&self, json: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(json).ok()?;
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match self {
            Form::Json => None,
            Form::Real => inner.map(str::to_owned),
            Form::Decimal { scale } => Some(decimal(&STANDARD.decode(inner?).ok()?, *scale)),
            Form::Moment { unit_ms } => Some(moment(text.parse::<i64>().ok()?.wrapping_mul(*unit_ms))),
            Form::Array(items) => {
                // no member holds a comma: they are numbers, or texts of numbers
                let members = text.strip_prefix('[')?.strip_suffix(']')?.split(',');
                let told = members.map(|member| items.told(member.as_bytes()).unwrap_or_else(|| member.to_owned()));
                Some(format!("[{}]", told.collect::<Vec<_>>().join(",")))
            }
        }
    }
}

/// As Java's `BigDecimal` prints itself. `unscaled` is a number in two's complement.
fn decimal(unscaled: &[u8], scale: i32) -> String {
    let is_negative = unscaled.first().is_some_and(|byte| *byte >= 0x80);
    let digits = digits(unscaled, is_negative);
    let sign = if is_negative { "-" } else { "" };
    let exponent = digits.len() as i32 - 1 - scale;
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    if scale > 0 && exponent >= -6 {
        let padded = format!("{digits:0>width$}", width = scale as usize + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale as usize);
        return format!("{sign}{whole}.{fraction}");
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{exponent:+}")
}

fn digits(bytes: &[u8], is_negative: bool) -> String {
    let mut number: Vec<u8> = bytes.to_vec();
    if is_negative {
        number.iter_mut().for_each(|byte| *byte = !*byte);
        for byte in number.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }
    let mut digits = vec![];
    while number.iter().any(|byte| *byte != 0) {
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder << 8 | u32::from(*byte);
            *byte = (value / 10) as u8;
            remainder = value % 10;
        }
        digits.push(b'0' + remainder as u8);
    }
    if digits.is_empty() {
        digits.push(b'0');
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// A time alone up to the end of 1970-01-01, and a date alone where there is no time of day.
fn moment(ms: i64) -> String {
    let (days, of_day) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let time = format!("{hours:02}:{minutes:02}:{:02}.{:03}Z", of_day / 1000 % 60, of_day % 1000);
    if ms < DAY_MS {
        return time;
    }
    let (year, month, day) = civil_from_days(days);
    let mut out = format!("{year:04}-{month:02}-{day:02}");
    if of_day != 0 {
        let _ = write!(out, "T{time}");
    }
    out
}

/// From JSON that is escaped as JSON wants it.
pub fn text(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        let (character, length) = escaped(&rest[at..]);
        match character {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(&rest[at..at + length]),
        }
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest);
    out
}

/// What an escape stands for and how long it is; `None`: it stays.
fn escaped(rest: &[u8]) -> (Option<char>, usize) {
    let control = match rest.get(1) {
        Some(b'b') => Some('\u{8}'),
        Some(b'f') => Some('\u{c}'),
        Some(b'n') => Some('\n'),
        Some(b'r') => Some('\r'),
        Some(b't') => Some('\t'),
        Some(b'u') => {
            // a character beyond 16 bits is two escapes
            let units = [unit(rest), rest.get(6..).and_then(unit)];
            let character = char::decode_utf16(units.into_iter().flatten()).next().and_then(Result::ok);
            let length = character.map_or(6, |c| 6 * c.len_utf16());
            return (character, rest.len().min(length));
        }
        _ => None,
    };
    (control, rest.len().min(2))
}

fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quotes_and_backslashes_stay_escaped() {
        let json = br#"{"pk":"a\tb\n\u0001\"c\\n"}"#;
        assert_eq!(text(br#"\uD83D\uDE00\uD83Dx"#), "😀\\uD83Dx".as_bytes());
        assert_eq!(text(json), b"{\"pk\":\"a\tb\n\x01\\\"c\\\\n\"}");
    }

    fn told(form: Form, json: &str) -> String {
        let mut out = json.as_bytes().to_vec();
        form.rewrite(&mut out, 0);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_are_javas() {
        for (bytes, scale, expected) in [
            (vec![0x30, 0x39], 2, "123.45"),
            (vec![0xcf, 0xc7], 2, "-123.45"),
            (vec![5], 3, "0.005"),
            (vec![0], 7, "0E-7"),
            (vec![0xf4], 8, "-1.2E-7"),
            (vec![12], 0, "12"),
            (vec![12], -2, "1.2E+3"),
            (vec![0x80], 0, "-128"),
            (vec![1, 0, 0, 0, 0, 0, 0, 0, 0], 1, "1844674407370955161.6"),
        ] {
            assert_eq!(decimal(&bytes, scale), expected);
        }
        assert_eq!(told(Form::Array(Box::new(Form::Decimal { scale: 1 })), r#"["BQ==",null]"#), "[0.5,null]");
        assert_eq!(told(Form::Real, r#""NaN""#), "NaN");
        assert_eq!(told(Form::Real, "1.5"), "1.5");
    }

    #[test]
    fn moments_are_told_by_what_they_hold() {
        assert_eq!(told(Form::Moment { unit_ms: DAY_MS }, "11356"), "2001-02-03");
        assert_eq!(told(Form::Moment { unit_ms: DAY_MS }, "-1"), "00:00:00.000Z");
        assert_eq!(told(Form::Moment { unit_ms: 1 }, "14706000"), "04:05:06.000Z");
        assert_eq!(told(Form::Moment { unit_ms: 1 }, "981173107500"), "2001-02-03T04:05:07.500Z");
    }
}
