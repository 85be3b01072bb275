//! What a column becomes: its schema, and the writer of its values.

use super::options::{BinaryMode, DecimalMode, Options, TimeMode};
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::relation::Column;

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
