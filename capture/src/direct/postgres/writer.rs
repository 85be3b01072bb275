//! How one value is written: the server's text to JSON, and what stands for a value that is not there.

use super::options::BinaryMode;
use crate::convert::{base64_text, java_number};
use crate::model::json_text;
use crate::source::postgres::decode::temporal::{self, Moment, Parsed, TimeOfDay};
use crate::source::postgres::decode::{interval, numeric};
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// From the server's text to a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    Boolean,
    /// Digits that are already JSON.
    Integer,
    Float32,
    Float64,
    Text,
    Bytes(BinaryMode),
    Decimal {
        scale: usize,
    },
    VariableDecimal,
    DecimalText,
    DecimalDouble,
    Date,
    TimeMillis,
    TimeMicros,
    TimestampMillis,
    TimestampMicros,
    ZonedTimestamp {
        digits: u32,
    },
    ZonedTime,
    IntervalMicros,
    IntervalText,
}

// what Debezium writes for infinite times; its arithmetic overflows on the way
const INFINITY_US: i64 = 9_223_372_036_825_200_000;
const MINUS_INFINITY_US: i64 = -9_223_372_036_832_400_000;
const INFINITY_DAYS: i64 = -2_147_472_692;
const MINUS_INFINITY_DAYS: i64 = -2_147_472_691;

/// The value has no form in this mapping (a NaN in a decimal): null stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoForm;

impl Writer {
    /// Appends the JSON of a value. On `Err` nothing was appended.
    #[inline]
    pub fn write(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        match self {
            Writer::Text => {
                json_text::write(out, text);
                Ok(())
            }
            Writer::Integer if is_integer(text) => {
                out.extend_from_slice(text);
                Ok(())
            }
            Writer::Boolean => {
                out.extend_from_slice(if text == b"t" { b"true" } else { b"false" });
                Ok(())
            }
            Writer::TimestampMicros | Writer::TimestampMillis | Writer::Date => self.write_moment(text, out),
            other => other.write_less_common(text, out),
        }
    }

    fn write_less_common(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        match self {
            Writer::Float32 => write_real(out, parse::<f32>(text)?.into(), |out| {
                java_number::write_float(out, parse(text).unwrap_or_default());
            }),
            Writer::Float64 | Writer::DecimalDouble => {
                let value = parse::<f64>(text)?;
                write_real(out, value, |out| java_number::write_double(out, value));
            }
            Writer::Bytes(mode) => write_bytes(out, text, mode)?,
            Writer::Decimal { scale } => numeric::with_unscaled(text, scale, |b| write_base64(out, b)).ok_or(NoForm)?,
            Writer::VariableDecimal => write_variable(out, text)?,
            Writer::DecimalText => write_decimal_text(out, text),
            Writer::TimeMillis => {
                let (time, _) = temporal::time_and_zone(text).ok_or(NoForm)?;
                integer(out, time.micros_of_day() / 1000);
            }
            Writer::TimeMicros => {
                let (time, _) = temporal::time_and_zone(text).ok_or(NoForm)?;
                integer(out, time.micros_of_day());
            }
            Writer::ZonedTime => write_zoned_time(out, text)?,
            Writer::ZonedTimestamp { digits } => write_zoned_timestamp(out, text, digits)?,
            Writer::IntervalMicros => integer(out, interval::parse(text).ok_or(NoForm)?.to_micros()),
            Writer::IntervalText => {
                let interval = interval::parse(text).ok_or(NoForm)?;
                out.push(b'"');
                interval.write_iso(out);
                out.push(b'"');
            }
            _ => return Err(NoForm),
        }
        Ok(())
    }

    fn write_moment(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        let value = match (self, temporal::moment(text).ok_or(NoForm)?) {
            (Writer::Date, Parsed::Finite(moment)) => moment.epoch_days(),
            (Writer::Date, Parsed::Infinity) => INFINITY_DAYS,
            (Writer::Date, Parsed::MinusInfinity) => MINUS_INFINITY_DAYS,
            (Writer::TimestampMillis, Parsed::Finite(moment)) => moment.epoch_millis(),
            (Writer::TimestampMillis, Parsed::Infinity) => INFINITY_US / 1000,
            (Writer::TimestampMillis, Parsed::MinusInfinity) => MINUS_INFINITY_US / 1000,
            (_, Parsed::Finite(moment)) => moment.epoch_micros(),
            (_, Parsed::Infinity) => INFINITY_US,
            (_, Parsed::MinusInfinity) => MINUS_INFINITY_US,
        };
        integer(out, value);
        Ok(())
    }

    /// What stands for a column that a key-only old image leaves out although it is NOT NULL and has no default.
    pub fn fallback(self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Writer::Boolean => out.extend_from_slice(b"false"),
            Writer::Integer | Writer::Date | Writer::TimeMillis | Writer::TimeMicros => out.push(b'0'),
            Writer::TimestampMillis | Writer::TimestampMicros | Writer::IntervalMicros => out.push(b'0'),
            Writer::Float32 | Writer::Float64 | Writer::DecimalDouble => out.extend_from_slice(b"0.0"),
            Writer::Text | Writer::Bytes(_) => out.extend_from_slice(b"\"\""),
            Writer::Decimal { .. } => out.extend_from_slice(b"\"AA==\""),
            Writer::VariableDecimal => out.extend_from_slice(br#"{"scale":0,"value":"AA=="}"#),
            Writer::DecimalText => out.extend_from_slice(b"\"0\""),
            Writer::ZonedTimestamp { .. } => out.extend_from_slice(b"\"1970-01-01T00:00:00Z\""),
            Writer::ZonedTime => out.extend_from_slice(b"\"00:00:00Z\""),
            Writer::IntervalText => out.extend_from_slice(b"\"P0Y0M0DT0H0M0S\""),
        }
        out
    }

    /// What stands for a TOASTed value that the log does not carry; `None`: nothing fits the type.
    pub fn placeholder(self, placeholder: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        match self {
            Writer::Text | Writer::Bytes(BinaryMode::Hex) | Writer::DecimalText => {
                json_text::write(&mut out, placeholder.as_bytes());
            }
            Writer::Bytes(BinaryMode::Bytes) => write_base64(&mut out, placeholder.as_bytes()),
            _ => return None,
        }
        Some(out)
    }
}

fn is_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn parse<T: std::str::FromStr>(text: &[u8]) -> Result<T, NoForm> {
    std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()).ok_or(NoForm)
}

#[inline]
fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
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

fn write_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    base64_text::append(out, bytes, &STANDARD);
    out.push(b'"');
}

/// As the session asks for it by `bytea_output = hex`: `\x0102`.
fn write_bytes(out: &mut Vec<u8>, text: &[u8], mode: BinaryMode) -> Result<(), NoForm> {
    let hex = text.strip_prefix(b"\\x").ok_or(NoForm)?;
    if mode == BinaryMode::Hex {
        out.push(b'"');
        out.extend_from_slice(hex);
        out.push(b'"');
        return Ok(());
    }
    let start = out.len();
    out.push(b'"');
    // whole groups of three bytes, so that only the last piece is padded
    for piece in hex.chunks(2 * PIECE_BYTES) {
        let mut bytes = [0u8; PIECE_BYTES];
        let Some(count) = decode_hex(piece, &mut bytes) else {
            out.truncate(start);
            return Err(NoForm);
        };
        match mode {
            BinaryMode::Base64UrlSafe => base64_text::append(out, &bytes[..count], &URL_SAFE),
            _ => base64_text::append(out, &bytes[..count], &STANDARD),
        }
    }
    out.push(b'"');
    Ok(())
}

const PIECE_BYTES: usize = 48;

fn decode_hex(hex: &[u8], bytes: &mut [u8; PIECE_BYTES]) -> Option<usize> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let pairs = hex.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Some(hex.len() / 2)
}

fn write_variable(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    let scale = numeric::natural_scale(text).ok_or(NoForm)?;
    out.extend_from_slice(b"{\"scale\":");
    integer(out, scale as i64);
    out.extend_from_slice(b",\"value\":");
    numeric::with_unscaled(text, scale, |b| write_base64(out, b)).ok_or(NoForm)?;
    out.push(b'}');
    Ok(())
}

fn write_decimal_text(out: &mut Vec<u8>, text: &[u8]) {
    let text: &[u8] = match text {
        b"NaN" => b"NAN",
        b"Infinity" => b"POSITIVE_INFINITY",
        b"-Infinity" => b"NEGATIVE_INFINITY",
        other => other,
    };
    json_text::write(out, text);
}

fn write_zoned_time(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    let (time, zone) = temporal::time_and_zone(text).ok_or(NoForm)?;
    let utc = TimeOfDay::of_micros(time.micros_of_day() - i64::from(zone) * 1_000_000);
    out.push(b'"');
    temporal::write_time(out, &utc, 0);
    out.extend_from_slice(b"Z\"");
    Ok(())
}

fn write_zoned_timestamp(out: &mut Vec<u8>, text: &[u8], digits: u32) -> Result<(), NoForm> {
    let moment: Moment = match temporal::moment(text).ok_or(NoForm)? {
        Parsed::Infinity | Parsed::MinusInfinity => {
            json_text::write(out, text);
            return Ok(());
        }
        Parsed::Finite(moment) => moment.in_utc(),
    };
    out.push(b'"');
    temporal::write_zoned_timestamp(out, &moment, digits);
    out.push(b'"');
    Ok(())
}
