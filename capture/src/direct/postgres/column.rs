//! How one column is written: schema, text to JSON, and what stands for a value that is not there.

use super::options::{BinaryMode, DecimalMode, Options, TimeMode};
use crate::convert::{base64_text, java_number};
use crate::error::{Error, Result};
use crate::model::json_text;
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::decode::temporal::{self, Moment, Parsed, TimeOfDay};
use crate::source::postgres::decode::{interval, numeric};
use crate::source::postgres::relation::Column;
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

/// A column as records show it.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub writer: Writer,
    /// Without default; the field's `optional` is set.
    pub schema: Schema,
}

/// Type ids that every server has.
mod oid {
    pub const BOOL: u32 = 16;
    pub const BYTEA: u32 = 17;
    pub const NAME: u32 = 19;
    pub const INT8: u32 = 20;
    pub const INT2: u32 = 21;
    pub const INT4: u32 = 23;
    pub const TEXT: u32 = 25;
    pub const OID: u32 = 26;
    pub const JSON: u32 = 114;
    pub const XML: u32 = 142;
    pub const CIDR: u32 = 650;
    pub const FLOAT4: u32 = 700;
    pub const FLOAT8: u32 = 701;
    pub const MACADDR8: u32 = 774;
    pub const MONEY: u32 = 790;
    pub const MACADDR: u32 = 829;
    pub const INET: u32 = 869;
    pub const BPCHAR: u32 = 1042;
    pub const VARCHAR: u32 = 1043;
    pub const DATE: u32 = 1082;
    pub const TIME: u32 = 1083;
    pub const TIMESTAMP: u32 = 1114;
    pub const TIMESTAMPTZ: u32 = 1184;
    pub const INTERVAL: u32 = 1186;
    pub const TIMETZ: u32 = 1266;
    pub const BIT: u32 = 1560;
    pub const VARBIT: u32 = 1562;
    pub const NUMERIC: u32 = 1700;
    pub const POINT: u32 = 600;
    pub const UUID: u32 = 2950;
    pub const JSONB: u32 = 3802;
    pub const RANGES: [u32; 6] = [3904, 3906, 3908, 3910, 3912, 3926];
}

/// Types by name that Debezium writes and we do not yet.
const LATER: &[&str] = &["hstore", "geometry", "geography", "isbn", "ltree"];

/// `Ok(None)`: Debezium leaves a column of this type out, and so do we.
pub fn map(column: &Column, table: &str, options: &Options) -> Result<Option<Mapping>> {
    let plain = |writer, kind| Some((writer, Schema::of(kind)));
    let named = |writer, kind, name: &str| Some((writer, Schema::of(kind).name(name).version(1)));
    let resolved = &column.resolved;
    let mapped = match resolved.oid {
        oid::BOOL => plain(Writer::Boolean, Kind::Boolean),
        oid::INT2 => plain(Writer::Integer, Kind::Int16),
        oid::INT4 => plain(Writer::Integer, Kind::Int32),
        oid::INT8 | oid::OID => plain(Writer::Integer, Kind::Int64),
        oid::FLOAT4 => plain(Writer::Float32, Kind::Float32),
        oid::FLOAT8 => plain(Writer::Float64, Kind::Float64),
        oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::INET | oid::CIDR | oid::MACADDR | oid::MACADDR8 => {
            plain(Writer::Text, Kind::String)
        }
        oid if oid::RANGES.contains(&oid) => plain(Writer::Text, Kind::String),
        oid::XML => named(Writer::Text, Kind::String, "io.debezium.data.Xml"),
        oid::JSON | oid::JSONB => named(Writer::Text, Kind::String, "io.debezium.data.Json"),
        oid::UUID => named(Writer::Text, Kind::String, "io.debezium.data.Uuid"),
        oid::BYTEA => plain(
            Writer::Bytes(options.binary),
            if options.binary == BinaryMode::Bytes { Kind::Bytes } else { Kind::String },
        ),
        oid::NUMERIC => Some(decimal(resolved.modifier, options.decimal)),
        oid::DATE => Some(date(options.time)),
        oid::TIME => Some(time(precision(resolved.modifier), options.time)),
        oid::TIMETZ => named(Writer::ZonedTime, Kind::String, "io.debezium.time.ZonedTime"),
        oid::TIMESTAMP => Some(timestamp(precision(resolved.modifier), options.time)),
        oid::TIMESTAMPTZ => named(
            Writer::ZonedTimestamp { digits: precision(resolved.modifier) },
            Kind::String,
            "io.debezium.time.ZonedTimestamp",
        ),
        oid::INTERVAL if options.interval_as_text => {
            named(Writer::IntervalText, Kind::String, "io.debezium.time.Interval")
        }
        oid::INTERVAL => named(Writer::IntervalMicros, Kind::Int64, "io.debezium.time.MicroDuration"),
        _ if resolved.kind == 'e' => Some((
            Writer::Text,
            Schema::of(Kind::String)
                .name("io.debezium.data.Enum")
                .version(1)
                .parameter("allowed", resolved.labels.join(",")),
        )),
        _ if resolved.name == "citext" => plain(Writer::Text, Kind::String),
        _ => return unmapped(column, table),
    };
    Ok(mapped.map(|(writer, schema)| Mapping { writer, schema: schema.optional_if(column.optional) }))
}

fn unmapped(column: &Column, table: &str) -> Result<Option<Mapping>> {
    let resolved = &column.resolved;
    let is_written = matches!(resolved.oid, oid::MONEY | oid::BIT | oid::VARBIT | oid::POINT | oid::NAME)
        || resolved.category == 'A'
        || LATER.contains(&resolved.name.as_str());
    if is_written {
        return Err(Error::definite(format!(
            "column {table}.{} has type {}, which this version does not write",
            column.name, resolved.name
        ))
        .remedy(format!("add {table}.{} to column.exclude.list, or leave the table out", column.name)));
    }
    tracing::warn!(
        column = column.name,
        table,
        r#type = resolved.name,
        "column of a type without a mapping is left out, as include.unknown.datatypes says"
    );
    Ok(None)
}

fn precision(modifier: i32) -> u32 {
    if modifier < 0 { 6 } else { modifier as u32 }
}

fn decimal(modifier: i32, mode: DecimalMode) -> (Writer, Schema) {
    let fixed = (modifier >= 4).then(|| ((modifier - 4) >> 16 & 0xffff, (modifier - 4) & 0x7ff));
    match (mode, fixed) {
        (DecimalMode::Text, _) => (Writer::DecimalText, Schema::of(Kind::String)),
        (DecimalMode::Double, _) => (Writer::DecimalDouble, Schema::of(Kind::Float64)),
        (DecimalMode::Precise, Some((precision, scale))) => (
            Writer::Decimal { scale: scale as usize },
            Schema::of(Kind::Bytes)
                .name("org.apache.kafka.connect.data.Decimal")
                .version(1)
                .parameter("scale", scale.to_string())
                .parameter("connect.decimal.precision", precision.to_string()),
        ),
        (DecimalMode::Precise, None) => (
            Writer::VariableDecimal,
            Schema::of(Kind::Struct(vec![
                ("scale".into(), Schema::of(Kind::Int32)),
                ("value".into(), Schema::of(Kind::Bytes)),
            ]))
            .name("io.debezium.data.VariableScaleDecimal")
            .version(1)
            .doc("Variable scaled decimal"),
        ),
    }
}

fn date(mode: TimeMode) -> (Writer, Schema) {
    let name = match mode {
        TimeMode::Connect => "org.apache.kafka.connect.data.Date",
        _ => "io.debezium.time.Date",
    };
    (Writer::Date, Schema::of(Kind::Int32).name(name).version(1))
}

fn time(precision: u32, mode: TimeMode) -> (Writer, Schema) {
    let millis = |name: &str| (Writer::TimeMillis, Schema::of(Kind::Int32).name(name).version(1));
    match mode {
        TimeMode::Connect => millis("org.apache.kafka.connect.data.Time"),
        TimeMode::Adaptive if precision <= 3 => millis("io.debezium.time.Time"),
        _ => (Writer::TimeMicros, Schema::of(Kind::Int64).name("io.debezium.time.MicroTime").version(1)),
    }
}

fn timestamp(precision: u32, mode: TimeMode) -> (Writer, Schema) {
    let schema = |name: &str| Schema::of(Kind::Int64).name(name).version(1);
    match mode {
        TimeMode::Connect => (Writer::TimestampMillis, schema("org.apache.kafka.connect.data.Timestamp")),
        _ if precision <= 3 => (Writer::TimestampMillis, schema("io.debezium.time.Timestamp")),
        _ => (Writer::TimestampMicros, schema("io.debezium.time.MicroTimestamp")),
    }
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

/// `bytea_output = hex` is the server's default: `\x0102`.
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
