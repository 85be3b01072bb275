//! A table with a column of every kind, and encoders in every mode, without a server.

use capture::config::connector::Converters;
use capture::config::key::Map;
use capture::direct::postgres;
use capture::error::Result;
use capture::model::record::Record;
use capture::source::Emit;
use capture::source::filter::Filter;
use capture::source::postgres::change::{Change, Changes, LogicalMessage};
use capture::source::postgres::position::{Lsn, Offset};
use capture::source::postgres::relation::{Column, Flavour, Relation};
use capture::source::postgres::stream::Stream;
use capture::source::postgres::types::Resolved;

/// The columns of one table: type id and modifier.
const COLUMNS: &[(u32, i32)] = &[
    (23, -1),
    (16, -1),
    (700, -1),
    (701, -1),
    (25, -1),
    (17, -1),
    (1700, (10 << 16 | 2) + 4),
    (1700, -1),
    (1082, -1),
    (1083, 3),
    (1083, -1),
    (1114, 3),
    (1114, -1),
    (1184, -1),
    (1266, -1),
    (1186, -1),
    (1082, -1),
    (1184, 3),
    (790, -1),
    (790, -1),
    (1560, 1),
    (1562, -1),
    (600, -1),
    (718, -1),
    (HSTORE, -1),
    (GEOMETRY, -1),
    (1009, -1),
    (1231, -1),
    (1182, -1),
    (1183, 3),
    (1185, -1),
    (1270, -1),
    (1001, -1),
    (HSTORE_ARRAY, -1),
];
const HSTORE: u32 = 20_000;
const HSTORE_ARRAY: u32 = 20_001;
const GEOMETRY: u32 = 20_002;

fn resolved(oid: u32, modifier: i32) -> Resolved {
    let array = |element| Resolved::base(element, -1, "element").array(oid, modifier);
    match oid {
        HSTORE => Resolved::base(HSTORE, -1, "hstore"),
        HSTORE_ARRAY => Resolved::base(HSTORE, -1, "hstore").array(oid, modifier),
        GEOMETRY => Resolved::base(oid, -1, "geometry"),
        1009 => array(25),
        1231 => array(1700),
        1182 => array(1082),
        1183 => array(1083),
        1185 => array(1184),
        1270 => array(1266),
        1001 => array(17),
        _ => Resolved::base(oid, modifier, ""),
    }
}

pub const TABLE: u32 = 9;

fn relation() -> Relation {
    let column = |(place, (oid, modifier)): (usize, &(u32, i32))| Column {
        name: format!("c{place}"),
        resolved: resolved(*oid, *modifier),
        declared: Default::default(),
        optional: place > 0,
        default: None,
        is_domain: false,
        flavour: if place % 2 == 0 { Flavour::Log } else { Flavour::Driver },
    };
    Relation {
        id: TABLE,
        schema: "public".into(),
        table: "t".into(),
        columns: COLUMNS.iter().enumerate().map(column).collect(),
        key: vec![0],
        version: 1,
    }
}

/// Takes records and keeps none.
pub struct Nowhere;

impl<O> Emit<O> for Nowhere {
    fn emit(&mut self, _: &Record<'_>, _: &O) -> Result<()> {
        Ok(())
    }

    fn advance(&mut self, _: &O) {}

    fn is_full(&self) -> bool {
        false
    }
}

pub struct Encoding(postgres::Encoder);

impl Changes for Encoding {
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        self.0.encode(change, &mut Nowhere)
    }

    fn message(&mut self, _: &LogicalMessage<'_>) -> Result<()> {
        // only who captures messages has them
        Ok(())
    }

    fn advance(&mut self, _: &Offset) -> Result<()> {
        Ok(())
    }

    fn is_full(&self) -> bool {
        false
    }
}

/// Settings under which values are written.
pub const MODES: [&[(&str, &str)]; 3] = [
    &[],
    &[
        ("decimal.handling.mode", "string"),
        ("time.precision.mode", "connect"),
        ("binary.handling.mode", "hex"),
        ("hstore.handling.mode", "map"),
        ("include.unknown.datatypes", "true"),
    ],
    &[("decimal.handling.mode", "double"), ("interval.handling.mode", "string"), ("binary.handling.mode", "base64")],
];

/// One of them, whatever the number.
pub fn encoder(mode: usize) -> Encoding {
    let map: Map = MODES[mode % MODES.len()].iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let converters = Converters::with_schemas(false, false);
    Encoding(postgres::Encoder::new(postgres::Options::parse(&map, converters, Filter::default())))
}

/// Where the table is known.
pub fn stream() -> Stream {
    let mut stream = Stream::new(&Offset { lsn: Lsn(1), ..Offset::default() });
    stream.put(TABLE, Some(relation()));
    stream
}

/// A row with the same text in every column.
pub fn insert(cell: &[u8]) -> Vec<u8> {
    let count = COLUMNS.len() as u16;
    let cell = [&b"t"[..], &(cell.len() as u32).to_be_bytes(), cell].concat();
    [&b"I"[..], &TABLE.to_be_bytes(), b"N", &count.to_be_bytes(), &cell.repeat(COLUMNS.len())].concat()
}
