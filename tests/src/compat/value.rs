//! Random values, with the awkward ones in their midst.

use bson::{Bson, Decimal128, Document, doc};
use rand::Rng;
use rand::rngs::StdRng;

const ALPHABET: [char; 20] =
    ['a', 'b', 'Z', '0', '9', ' ', '\'', '"', '\\', '/', '<', '&', 'ä', 'ß', '€', '漢', '😀', '\t', '\n', '\u{7f}'];

pub fn text(random: &mut StdRng, longest: usize) -> String {
    let length = random.random_range(0..=longest);
    (0..length).map(|_| ALPHABET[random.random_range(0..ALPHABET.len())]).collect()
}

/// As an SQL literal, null now and then.
pub fn sql_or_null(random: &mut StdRng, literal: impl FnOnce(&mut StdRng) -> String) -> String {
    if random.random_bool(0.1) { "NULL".into() } else { literal(random) }
}

pub fn sql_text(random: &mut StdRng, longest: usize) -> String {
    format!("'{}'", text(random, longest).replace('\'', "''"))
}

/// Long enough to be stored out of line, so that an update that leaves it alone does not carry it.
pub fn sql_long_text(random: &mut StdRng) -> String {
    let length = random.random_range(9_000..12_000);
    let text: String = (0..length).map(|_| char::from(random.random_range(b'a'..=b'z'))).collect();
    format!("'{text}'")
}

pub fn sql_float(random: &mut StdRng) -> String {
    match random.random_range(0..8) {
        0 => "0".into(),
        1 => "-0.5".into(),
        2 => "1e10".into(),
        3 => "1e-7".into(),
        4 => "123456.789".into(),
        _ => format!("{}", random.random_range(-1e6..1e6_f64)),
    }
}

pub fn sql_numeric(random: &mut StdRng) -> String {
    format!("{}.{:04}", random.random_range(-9_999_999..9_999_999), random.random_range(0..10_000))
}

pub fn sql_timestamp(random: &mut StdRng) -> String {
    let date = sql_date(random);
    let (hour, minute, second) = (random.random_range(0..24), random.random_range(0..60), random.random_range(0..60));
    let fraction = match random.random_range(0..3) {
        0 => String::new(),
        1 => format!(".{:03}", random.random_range(0..1_000)),
        _ => format!(".{:06}", random.random_range(0..1_000_000)),
    };
    format!("{date} {hour:02}:{minute:02}:{second:02}{fraction}")
}

pub fn sql_date(random: &mut StdRng) -> String {
    let year = random.random_range(1900..2100);
    format!("{year}-{:02}-{:02}", random.random_range(1..=12), random.random_range(1..=28))
}

pub fn sql_uuid(random: &mut StdRng) -> String {
    let digits = format!("{:032x}", random.random::<u128>());
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

pub fn sql_bytes(random: &mut StdRng) -> String {
    let digits: String = (0..random.random_range(0..20)).map(|_| format!("{:02x}", random.random::<u8>())).collect();
    format!("'\\x{digits}'")
}

/// A document of the size and shape of the users' metadata, and stranger ones.
pub fn metadata(random: &mut StdRng) -> Document {
    let mut document = doc! {"device": text(random, 8)};
    for name in ["item_id", "quantity", "tags", "nested"].into_iter().take(random.random_range(0..=4)) {
        document.insert(name, bson(random, 2));
    }
    document
}

fn bson(random: &mut StdRng, depth: u32) -> Bson {
    match random.random_range(0..if depth == 0 { 9 } else { 11 }) {
        0 => Bson::Null,
        1 => Bson::Boolean(random.random()),
        2 => Bson::Int32(random.random()),
        3 => Bson::Int64(random.random()),
        4 => Bson::Double(random.random_range(-1e6..1e6)),
        5 => Bson::DateTime(date(random)),
        6 => Bson::ObjectId(bson::oid::ObjectId::from_bytes(random.random())),
        7 => Bson::Decimal128(decimal(random)),
        8 => Bson::String(text(random, 12)),
        9 => Bson::Array((0..random.random_range(0..4)).map(|_| bson(random, depth - 1)).collect()),
        _ => Bson::Document(doc! {"a": bson(random, depth - 1), "b": bson(random, depth - 1)}),
    }
}

pub fn date(random: &mut StdRng) -> bson::DateTime {
    bson::DateTime::from_millis(random.random_range(-2_000_000_000_000..4_000_000_000_000))
}

fn decimal(random: &mut StdRng) -> Decimal128 {
    let text = format!("{}.{:02}", random.random_range(-10_000..10_000), random.random_range(0..100));
    text.parse().expect("a short decimal number is a Decimal128")
}
