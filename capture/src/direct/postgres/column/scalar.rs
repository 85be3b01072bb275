//! From the server's text of one value to JSON.

use super::{binary, decimal, figure, pairs, temporal};
use crate::convert::java_number;
use crate::direct::postgres::options::BinaryMode;
use crate::model::json_text;
use crate::source::postgres::decode::interval;

/// The form of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    Boolean,
    /// Digits that are already JSON.
    Integer,
    Float32,
    Float64,
    Text,
    Bytes(BinaryMode),
    /// The text itself, as bytes.
    Opaque(BinaryMode),
    /// A geometric figure's text with Java's numbers, as bytes.
    Figure(BinaryMode),
    Bit,
    Bits,
    Point,
    /// PostGIS.
    Spatial,
    Pairs {
        as_map: bool,
    },
    Decimal {
        scale: u16,
    },
    VariableDecimal,
    /// Padded with zeros to the scale.
    DecimalText {
        scale: Option<u16>,
    },
    DecimalDouble,
    Money {
        digits: u16,
        through_double: bool,
    },
    MoneyText {
        through_double: bool,
    },
    MoneyDouble,
    Date(Calendar),
    TimeMillis,
    TimeMicros,
    /// Milliseconds shown as microseconds; the day's end is its beginning.
    TimeMicrosOfMillis,
    TimestampMillis(Calendar),
    TimestampMicros(Calendar),
    ZonedTimestamp {
        digits: u8,
        calendar: Calendar,
    },
    ZonedTime,
    /// Without a fraction.
    ZonedSeconds,
    IntervalMicros,
    IntervalText,
    /// No value has a form.
    Missing,
}

/// How days before 1582-10-15 are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// As the server does.
    Proleptic,
    /// As Java's older classes do, through which values come that the JDBC driver reads.
    Java,
    /// As the server does; what is beyond the form is its largest or smallest value.
    Corrected,
    /// Counted as Java does, and then its year, month and day taken as the server's, without the era.
    JavaFields,
}

/// The value has no form in this mapping (a NaN in a decimal): null stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoForm;

impl Scalar {
    /// Appends the JSON of a value. On `Err` a part of it may have been appended.
    #[inline]
    pub fn write(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        match self {
            Scalar::Text => {
                json_text::write(out, text);
                Ok(())
            }
            Scalar::Integer if is_integer(text) => {
                out.extend_from_slice(text);
                Ok(())
            }
            Scalar::Boolean => {
                out.extend_from_slice(if text == b"t" { b"true" } else { b"false" });
                Ok(())
            }
            Scalar::TimestampMicros(calendar) => temporal::write_micros(text, calendar, out),
            Scalar::TimestampMillis(calendar) => temporal::write_millis(text, calendar, out),
            Scalar::Date(calendar) => temporal::write_date(text, calendar, out),
            other => other.write_less_common(text, out),
        }
    }

    fn write_less_common(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        match self {
            Scalar::Float32 => {
                let value = parse::<f32>(text)?;
                write_real(out, value.into(), |out| java_number::write_float(out, value));
            }
            Scalar::Float64 | Scalar::DecimalDouble => write_double(out, parse(text)?),
            Scalar::Bytes(mode) => binary::write_bytea(out, text, mode)?,
            Scalar::Opaque(mode) => binary::write_text(out, text, mode),
            Scalar::Figure(mode) => figure::write(out, text, mode)?,
            Scalar::Bit => binary::write_bit(out, text)?,
            Scalar::Bits => binary::write_bits(out, text)?,
            Scalar::Point => figure::write_point(out, text)?,
            Scalar::Spatial => figure::write_spatial(out, text)?,
            Scalar::Pairs { as_map } => pairs::write(out, text, as_map)?,
            Scalar::Decimal { scale } => decimal::write_fixed(out, text, scale)?,
            Scalar::VariableDecimal => decimal::write_variable(out, text)?,
            Scalar::DecimalText { scale } => decimal::write_text(out, text, scale),
            Scalar::Money { digits, through_double } => decimal::write_money(out, text, digits, through_double)?,
            Scalar::MoneyText { through_double } => decimal::write_money_text(out, text, through_double)?,
            Scalar::MoneyDouble => decimal::write_money_double(out, text)?,
            Scalar::TimeMillis => temporal::write_time(out, text, 1000)?,
            Scalar::TimeMicros => temporal::write_time(out, text, 1)?,
            Scalar::TimeMicrosOfMillis => temporal::write_time_of_millis(out, text)?,
            Scalar::ZonedTime => temporal::write_zoned_time(out, text, true)?,
            Scalar::ZonedSeconds => temporal::write_zoned_time(out, text, false)?,
            Scalar::ZonedTimestamp { digits, calendar } => temporal::write_zoned(out, text, digits, calendar)?,
            Scalar::IntervalMicros => integer(out, interval::parse(text).ok_or(NoForm)?.to_micros()),
            Scalar::IntervalText => {
                let interval = interval::parse(text).ok_or(NoForm)?;
                out.push(b'"');
                interval.write_iso(out);
                out.push(b'"');
            }
            _ => return Err(NoForm),
        }
        Ok(())
    }
}

fn is_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

pub fn parse<T: std::str::FromStr>(text: &[u8]) -> Result<T, NoForm> {
    std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()).ok_or(NoForm)
}

#[inline]
pub fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

pub fn write_double(out: &mut Vec<u8>, value: f64) {
    write_real(out, value, |out| java_number::write_double(out, value));
}

/// JSON has no numbers for these: the converter writes their names.
fn write_real(out: &mut Vec<u8>, value: f64, finite: impl FnOnce(&mut Vec<u8>)) {
    if value.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"\"Infinity\"" } else { b"\"-Infinity\"" });
    } else {
        finite(out);
    }
}
