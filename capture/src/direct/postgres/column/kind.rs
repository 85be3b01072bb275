//! From a type to its schema and the form of its values.

use super::scalar::{Calendar, Scalar};
use super::{Mapping, Writer, array, oid};
use crate::direct::postgres::options::{BinaryMode, DecimalMode, Options, TimeMode};
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::relation::Flavour;
use crate::source::postgres::types::Resolved;

/// One value's form and its schema, which is neither optional nor has a default yet.
pub type Form = (Scalar, Schema);

/// `None`: a column of this type is left out.
pub fn of_column(resolved: &Resolved, flavour: Flavour, options: &Options) -> Option<Mapping> {
    if let Some(element) = &resolved.element {
        return array::map(resolved, element, options);
    }
    let (scalar, schema) = match resolved.oid {
        // a value of this type is lost on the way from the log unless unknown types are wanted
        _ if options.is_corrected => known(resolved, flavour, options).or_else(|| unknown(resolved, options))?,
        oid::NAME if flavour == Flavour::Log && !options.includes_unknown => {
            (Scalar::Missing, Schema::of(Kind::String))
        }
        oid::VARBIT if resolved.modifier == 1 && flavour == Flavour::Driver => {
            (Scalar::Missing, Schema::of(Kind::Boolean))
        }
        _ => known(resolved, flavour, options).or_else(|| unknown(resolved, options))?,
    };
    Some(Mapping { writer: Writer::One(scalar), schema })
}

/// Types that have a schema of their own.
pub fn known(resolved: &Resolved, flavour: Flavour, options: &Options) -> Option<Form> {
    let plain = |scalar, kind| Some((scalar, Schema::of(kind)));
    let named = |scalar, kind, name: &str| Some((scalar, Schema::of(kind).name(name).version(1)));
    let calendar = match flavour {
        _ if options.is_corrected => Calendar::Corrected,
        Flavour::Log => Calendar::Proleptic,
        Flavour::Driver => Calendar::Java,
    };
    match resolved.oid {
        oid::BOOL => plain(Scalar::Boolean, Kind::Boolean),
        oid::INT2 => plain(Scalar::Integer, Kind::Int16),
        oid::INT4 => plain(Scalar::Integer, Kind::Int32),
        oid::INT8 | oid::OID => plain(Scalar::Integer, Kind::Int64),
        oid::FLOAT4 => plain(Scalar::Float32, Kind::Float32),
        oid::FLOAT8 => plain(Scalar::Float64, Kind::Float64),
        oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::CHAR | oid::NAME => plain(Scalar::Text, Kind::String),
        oid::INET | oid::CIDR | oid::MACADDR | oid::MACADDR8 => plain(Scalar::Text, Kind::String),
        oid if oid::RANGES.contains(&oid) => plain(Scalar::Text, Kind::String),
        oid::XML => named(Scalar::Text, Kind::String, "io.debezium.data.Xml"),
        oid::JSON | oid::JSONB => named(Scalar::Text, Kind::String, "io.debezium.data.Json"),
        oid::UUID => named(Scalar::Text, Kind::String, "io.debezium.data.Uuid"),
        oid::BYTEA => plain(Scalar::Bytes(options.binary), binary(options.binary)),
        oid::BIT | oid::VARBIT => Some(bits(resolved.modifier)),
        oid::POINT => Some(point()),
        oid::MONEY => Some(money(flavour, options)),
        oid::NUMERIC => Some(decimal(resolved.modifier, options.decimal)),
        oid::DATE => Some(date(calendar, options.time)),
        oid::TIME => Some(time(precision(resolved.modifier), options.time)),
        oid::TIMETZ => named(Scalar::ZonedTime, Kind::String, "io.debezium.time.ZonedTime"),
        oid::TIMESTAMP => Some(timestamp(precision(resolved.modifier), calendar, options.time)),
        oid::TIMESTAMPTZ => Some(zoned_timestamp(precision(resolved.modifier), calendar)),
        oid::INTERVAL if options.interval_as_text => {
            named(Scalar::IntervalText, Kind::String, "io.debezium.time.Interval")
        }
        oid::INTERVAL => named(Scalar::IntervalMicros, Kind::Int64, "io.debezium.time.MicroDuration"),
        _ if resolved.kind == 'e' => Some((Scalar::Text, enumeration(resolved))),
        _ => by_name(&resolved.name, options),
    }
}

/// Types of extensions, which have other ids in each database.
fn by_name(name: &str, options: &Options) -> Option<Form> {
    match name {
        "citext" | "isbn" => Some((Scalar::Text, Schema::of(Kind::String))),
        "ltree" => Some((Scalar::Text, Schema::of(Kind::String).name("io.debezium.data.Ltree").version(1))),
        "hstore" => Some(pairs(options)),
        "geometry" => Some(spatial("Geometry")),
        "geography" => Some(spatial("Geography")),
        _ => None,
    }
}

/// Types without a schema of their own, where they are wanted.
pub fn unknown(resolved: &Resolved, options: &Options) -> Option<Form> {
    if !options.includes_unknown {
        return None;
    }
    let scalar = match resolved.oid {
        oid::BOX | oid::CIRCLE | oid::LINE | oid::LSEG | oid::PATH | oid::POLYGON => Scalar::Figure(options.binary),
        _ => Scalar::Opaque(options.binary),
    };
    Some((scalar, Schema::of(binary(options.binary))))
}

pub fn binary(mode: BinaryMode) -> Kind {
    if mode == BinaryMode::Bytes { Kind::Bytes } else { Kind::String }
}

pub fn precision(modifier: i32) -> u32 {
    if modifier < 0 { 6 } else { modifier as u32 }
}

/// The order of the labels is the catalog's.
pub fn enumeration(resolved: &Resolved) -> Schema {
    let schema = Schema::of(Kind::String).name("io.debezium.data.Enum").version(1);
    schema.parameter("allowed", resolved.labels.join(","))
}

/// The modifier is the number of bits; without one there is no limit.
pub fn bits(modifier: i32) -> Form {
    let length = if modifier < 0 { i32::MAX } else { modifier };
    if length <= 1 {
        return (Scalar::Bit, Schema::of(Kind::Boolean));
    }
    let schema = Schema::of(Kind::Bytes).name("io.debezium.data.Bits").version(1);
    (Scalar::Bits, schema.parameter("length", length.to_string()))
}

fn point() -> Form {
    let coordinate = || Schema::of(Kind::Float64);
    let schema = Schema::of(Kind::Struct(vec![
        ("x".into(), coordinate()),
        ("y".into(), coordinate()),
        ("wkb".into(), Schema::of(Kind::Bytes).optional()),
        ("srid".into(), Schema::of(Kind::Int32).optional()),
    ]));
    (Scalar::Point, schema.name("io.debezium.data.geometry.Point").version(1).doc("Geometry (POINT)"))
}

/// Optional whatever the column says.
fn spatial(name: &str) -> Form {
    let schema = Schema::of(Kind::Struct(vec![
        ("wkb".into(), Schema::of(Kind::Bytes)),
        ("srid".into(), Schema::of(Kind::Int32).optional()),
    ]));
    (Scalar::Spatial, schema.name(format!("io.debezium.data.geometry.{name}")).version(1).doc(name).optional())
}

fn pairs(options: &Options) -> Form {
    if options.hstore_as_map {
        let value = Schema::of(Kind::String).optional();
        let map = Kind::Map(Box::new(Schema::of(Kind::String)), Box::new(value));
        return (Scalar::Pairs { as_map: true }, Schema::of(map));
    }
    let schema = Schema::of(Kind::String).name("io.debezium.data.Json").version(1);
    (Scalar::Pairs { as_map: false }, schema)
}

fn money(flavour: Flavour, options: &Options) -> Form {
    let through_double = flavour == Flavour::Driver && !options.is_corrected;
    match options.decimal {
        DecimalMode::Text => (Scalar::MoneyText { through_double }, Schema::of(Kind::String)),
        DecimalMode::Double => (Scalar::MoneyDouble, Schema::of(Kind::Float64)),
        DecimalMode::Precise => {
            let digits = options.money_digits;
            let schema = Schema::of(Kind::Bytes).name("org.apache.kafka.connect.data.Decimal").version(1);
            (Scalar::Money { digits, through_double }, schema.parameter("scale", digits.to_string()))
        }
    }
}

pub fn decimal(modifier: i32, mode: DecimalMode) -> Form {
    let fixed = (modifier >= 4).then(|| ((modifier - 4) >> 16 & 0xffff, (modifier - 4) & 0xffff));
    match (mode, fixed) {
        (DecimalMode::Text, _) => {
            let scale = fixed.map(|(_, scale)| scale as u16);
            (Scalar::DecimalText { scale }, Schema::of(Kind::String))
        }
        (DecimalMode::Double, _) => (Scalar::DecimalDouble, Schema::of(Kind::Float64)),
        (DecimalMode::Precise, Some((precision, scale))) => (
            Scalar::Decimal { scale: scale as u16 },
            Schema::of(Kind::Bytes)
                .name("org.apache.kafka.connect.data.Decimal")
                .version(1)
                .parameter("scale", scale.to_string())
                .parameter("connect.decimal.precision", precision.to_string()),
        ),
        (DecimalMode::Precise, None) => (
            Scalar::VariableDecimal,
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

pub fn date(calendar: Calendar, mode: TimeMode) -> Form {
    let name = match mode {
        TimeMode::Connect => "org.apache.kafka.connect.data.Date",
        _ => "io.debezium.time.Date",
    };
    (Scalar::Date(calendar), Schema::of(Kind::Int32).name(name).version(1))
}

fn time(precision: u32, mode: TimeMode) -> Form {
    let millis = |name: &str| (Scalar::TimeMillis, Schema::of(Kind::Int32).name(name).version(1));
    match mode {
        TimeMode::Connect => millis("org.apache.kafka.connect.data.Time"),
        TimeMode::Adaptive if precision <= 3 => millis("io.debezium.time.Time"),
        _ => (Scalar::TimeMicros, micro_time()),
    }
}

pub fn micro_time() -> Schema {
    Schema::of(Kind::Int64).name("io.debezium.time.MicroTime").version(1)
}

pub fn timestamp(precision: u32, calendar: Calendar, mode: TimeMode) -> Form {
    let schema = |name: &str| Schema::of(Kind::Int64).name(name).version(1);
    match mode {
        TimeMode::Connect => (Scalar::TimestampMillis(calendar), schema("org.apache.kafka.connect.data.Timestamp")),
        _ if precision <= 3 => (Scalar::TimestampMillis(calendar), schema("io.debezium.time.Timestamp")),
        _ => (Scalar::TimestampMicros(calendar), schema("io.debezium.time.MicroTimestamp")),
    }
}

pub fn zoned_timestamp(digits: u32, calendar: Calendar) -> Form {
    let schema = Schema::of(Kind::String).name("io.debezium.time.ZonedTimestamp").version(1);
    (Scalar::ZonedTimestamp { digits: digits as u8, calendar }, schema)
}
