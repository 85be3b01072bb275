//! The types of columns, and the values that each may hold.

use super::value::{self, *};
use crate::sim::Random;

/// A type with its modifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// As SQL writes it.
    pub sql: String,
    base: Base,
    is_array: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Bool,
    Integer(usize),
    Oid,
    Float(bool),
    Numeric(Option<(u64, u64)>),
    Money,
    Text(u64),
    Long,
    Bytes,
    Date,
    Time { zoned: bool },
    Moment { zoned: bool },
    Interval,
    Uuid,
    Json,
    Xml,
    Network(usize),
    Range(usize),
    Point,
    Bits { fixed: u64 },
    Hstore,
    Isbn,
    Ltree,
    Shade,
    Unknown(usize),
}

/// How many of the bases above `Kind::any` chooses from.
const BASES: u64 = 24;

impl Kind {
    /// Any type. Arrays are of types whose members both engines write.
    pub fn any(random: &mut Random) -> Self {
        let mut kind = Self::scalar(random);
        let can_repeat = !matches!(kind.base, Base::Long | Base::Money | Base::Bits { .. } | Base::Unknown(_));
        if can_repeat && random.once_in(5) {
            kind.is_array = true;
            kind.sql.push_str("[]");
        }
        kind
    }

    fn scalar(random: &mut Random) -> Self {
        let precise = |random: &mut Random, name: &str, zone: &str| match random.once_in(2) {
            true => format!("{name}{zone}"),
            false => format!("{name}({}){zone}", random.between(0, 6)),
        };
        let (sql, base) = match random.below(BASES) {
            0 => ("bool".into(), Base::Bool),
            1 | 2 => {
                let which = random.below(3) as usize;
                (INTEGERS[which].0.into(), Base::Integer(which))
            }
            3 => ("oid".into(), Base::Oid),
            4 => ("float4".into(), Base::Float(false)),
            5 => ("float8".into(), Base::Float(true)),
            6 => numeric_type(random),
            7 => ("numeric".into(), Base::Numeric(None)),
            8 => ("money".into(), Base::Money),
            9 => texts(random),
            10 => ("text".into(), Base::Long),
            11 => ("bytea".into(), Base::Bytes),
            12 => ("date".into(), Base::Date),
            13 => (precise(random, "time", ""), Base::Time { zoned: false }),
            14 => (precise(random, "time", " with time zone"), Base::Time { zoned: true }),
            15 => (precise(random, "timestamp", ""), Base::Moment { zoned: false }),
            16 => (precise(random, "timestamp", " with time zone"), Base::Moment { zoned: true }),
            17 => ("interval".into(), Base::Interval),
            18 => ("uuid".into(), Base::Uuid),
            19 => (if random.once_in(2) { "json" } else { "jsonb" }.into(), Base::Json),
            20 => rare(random),
            21 => {
                let which = random.below(NETWORKS.len() as u64) as usize;
                (NETWORKS[which].0.into(), Base::Network(which))
            }
            22 => {
                let which = random.below(RANGES.len() as u64) as usize;
                (RANGES[which].0.into(), Base::Range(which))
            }
            _ => named(random),
        };
        Self { sql, base, is_array: false }
    }

    /// The types of columns that belong to a key.
    pub fn of_key(random: &mut Random, has_moments: bool) -> Self {
        let (sql, base) = match random.below(if has_moments { 7 } else { 6 }) {
            0 | 1 => ("int4", Base::Integer(1)),
            2 => ("int8", Base::Integer(2)),
            3 => ("text", Base::Text(20)),
            4 => ("varchar(40)", Base::Text(20)),
            5 => ("uuid", Base::Uuid),
            _ => ("timestamp", Base::Moment { zoned: false }),
        };
        Self { sql: sql.into(), base, is_array: false }
    }

    pub fn text() -> Self {
        Self { sql: "text".into(), base: Base::Text(30), is_array: false }
    }

    pub fn is_shade(&self) -> bool {
        self.base == Base::Shade && !self.is_array
    }

    pub fn is_long(&self) -> bool {
        self.base == Base::Long
    }

    /// Whether a column of it may be NOT NULL without a value that Debezium cannot write.
    pub fn can_be_required(&self) -> bool {
        !self.is_array && !matches!(self.base, Base::Money | Base::Unknown(_))
    }

    /// A value of a key, which no other number gives.
    pub fn key(&self, number: u64) -> String {
        match self.base {
            Base::Integer(_) => number.to_string(),
            Base::Uuid => format!("'00000000-0000-4000-8000-{number:012x}'"),
            Base::Moment { .. } => format!("timestamp '2001-02-03 04:05:06' + {number} * interval '1 second'"),
            _ => format!("'key {number}'"),
        }
    }

    /// Any value that is not null. `ordinary` leaves out what has no place in a column that is NOT NULL.
    pub fn literal(&self, random: &mut Random, ordinary: bool) -> String {
        if !self.is_array {
            return self.member(random, ordinary);
        }
        let count = random.between(0, 4);
        let with_null = random.once_in(3);
        let members: Vec<String> = (0..count)
            .map(|_| if with_null && random.once_in(3) { "NULL".into() } else { self.member(random, true) })
            .collect();
        format!("ARRAY[{}]::{}", members.join(", "), self.sql)
    }

    fn member(&self, random: &mut Random, ordinary: bool) -> String {
        let special = !ordinary && random.once_in(2);
        let extreme = random.once_in(2);
        let text = match self.base {
            Base::Bool => if extreme { "true" } else { "false" }.into(),
            Base::Integer(which) if extreme => pick(random, INTEGERS[which].1).into(),
            Base::Integer(which) => integer(random, 16 << which),
            Base::Oid => random.below(1 << 32).to_string(),
            Base::Float(_) if special => pick(random, FLOATS).into(),
            Base::Float(is_double) => float(random, is_double),
            Base::Numeric(Some((precision, scale))) => numeric(random, precision, scale),
            Base::Numeric(None) if special => pick(random, NUMERICS).into(),
            Base::Numeric(None) => numeric(random, 30, 10),
            Base::Money => pick(random, MONEY).into(),
            Base::Text(most) => self.short_text(random, most),
            Base::Long if extreme => {
                return format!("repeat('{}', {})", random.below(1000), random.between(2000, 9000));
            }
            Base::Long => pick(random, TEXTS).into(),
            Base::Bytes => bytes(random, 12),
            Base::Date if special => pick(random, DATES).into(),
            Base::Date => date(random),
            Base::Time { zoned } => {
                let time = if extreme { pick(random, TIMES).into() } else { time(random) };
                if zoned { time + pick(random, ZONES) } else { time }
            }
            Base::Moment { .. } if special => pick(random, MOMENTS).into(),
            Base::Moment { zoned } => {
                let zone = if zoned { pick(random, ZONES) } else { "" };
                format!("{} {}{zone}", date(random), time(random))
            }
            Base::Interval => pick(random, INTERVALS).into(),
            Base::Uuid => uuid(random),
            Base::Json => pick(random, JSONS).into(),
            Base::Xml => pick(random, XMLS).into(),
            Base::Network(which) => pick(random, NETWORKS[which].1).into(),
            Base::Range(which) => pick(random, RANGES[which].1).into(),
            Base::Point => pick(random, POINTS).into(),
            Base::Bits { fixed: 0 } => {
                let count = random.between(0, 70);
                bits(random, count)
            }
            Base::Bits { fixed } => bits(random, fixed),
            Base::Hstore => pick(random, HSTORES).into(),
            Base::Isbn => "978-0-393-04002-9".into(),
            Base::Ltree => "Top.Science".into(),
            Base::Shade => pick(random, SHADES).into(),
            Base::Unknown(which) => pick(random, UNKNOWN[which].1).replace('\'', "''"),
        };
        value::quoted(&text)
    }

    fn short_text(&self, random: &mut Random, most: u64) -> String {
        let text = pick(random, TEXTS);
        // a quote is written twice, which counts once
        if text.chars().count() as u64 <= most { text.into() } else { "x".into() }
    }
}

fn numeric_type(random: &mut Random) -> (String, Base) {
    let precision = random.between(1, 40);
    let scale = random.between(0, precision);
    (format!("numeric({precision},{scale})"), Base::Numeric(Some((precision, scale))))
}

fn texts(random: &mut Random) -> (String, Base) {
    let most = random.between(1, 30);
    match random.below(5) {
        0 => (format!("char({most})"), Base::Text(most)),
        1 => (format!("varchar({most})"), Base::Text(most)),
        2 => ("varchar".into(), Base::Text(30)),
        3 => ("citext".into(), Base::Text(30)),
        _ => ("text".into(), Base::Text(30)),
    }
}

fn rare(random: &mut Random) -> (String, Base) {
    let count = random.between(1, 40);
    match random.below(7) {
        0 => ("xml".into(), Base::Xml),
        1 => ("point".into(), Base::Point),
        2 => ("bit".into(), Base::Bits { fixed: 1 }),
        3 => (format!("bit({count})"), Base::Bits { fixed: count }),
        4 => ("varbit".into(), Base::Bits { fixed: 0 }),
        5 => ("isbn13".into(), Base::Isbn),
        _ => {
            let which = random.below(UNKNOWN.len() as u64) as usize;
            (UNKNOWN[which].0.into(), Base::Unknown(which))
        }
    }
}

/// Types of extensions, and those that the scenario makes itself.
fn named(random: &mut Random) -> (String, Base) {
    match random.below(7) {
        0 => ("hstore".into(), Base::Hstore),
        1 => ("ltree".into(), Base::Ltree),
        2 | 3 => ("shade".into(), Base::Shade),
        4 => ("d_text".into(), Base::Text(30)),
        5 => ("d_money".into(), Base::Numeric(Some((12, 2)))),
        _ => ("d_moment".into(), Base::Moment { zoned: true }),
    }
}

/// What every scenario has before its tables.
pub const PREAMBLE: [&str; 7] = [
    "CREATE EXTENSION hstore",
    "CREATE EXTENSION citext",
    "CREATE EXTENSION ltree",
    "CREATE EXTENSION isn",
    "CREATE TYPE shade AS ENUM ('red', 'dark blue', 'it''s', 'äö')",
    "CREATE DOMAIN d_text AS text",
    "CREATE DOMAIN d_money AS numeric(12,2)",
];
pub const MOMENT: &str = "CREATE DOMAIN d_moment AS timestamptz(3)";
