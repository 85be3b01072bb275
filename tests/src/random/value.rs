//! Literals: what a type allows at its ends, and something ordinary.

use crate::sim::Random;

pub const INTEGERS: [(&str, &[&str]); 3] = [
    ("int2", &["-32768", "32767", "0", "-1"]),
    ("int4", &["-2147483648", "2147483647", "0", "-1"]),
    ("int8", &["-9223372036854775808", "9223372036854775807", "0", "-1"]),
];
pub const FLOATS: &[&str] = &["NaN", "Infinity", "-Infinity", "-0", "1e10", "1e-5", "0.001", "123456.789", "16777216"];
pub const NUMERICS: &[&str] =
    &["NaN", "0", "0.00", "-0.000001", "1e40", "12345678901234567890.123456789", "9e-20", "100"];
pub const MONEY: &[&str] = &["0", "-92233720368547758.08", "92233720368547758.07", "12.34", "-1", "1000000"];
pub const DATES: &[&str] =
    &["infinity", "-infinity", "0001-01-01", "4713-01-01 BC", "1582-10-04", "1582-10-15", "1969-12-31", "9999-12-31"];
pub const TIMES: &[&str] = &["00:00:00", "24:00:00", "23:59:59.999999", "12:34:56.7", "00:00:00.000001"];
pub const MOMENTS: &[&str] = &[
    "infinity",
    "-infinity",
    "0001-01-01 00:00:00",
    "1582-10-10 12:00:00",
    "1969-12-31 23:59:59.999999",
    "2000-02-29 01:02:03.123456",
    "9999-12-31 23:59:59.999999",
    "0044-03-15 10:00:00 BC",
];
pub const ZONES: &[&str] = &["+00", "+05:30", "-11", "+14", "-03:15"];
pub const INTERVALS: &[&str] = &[
    "0",
    "1 year 2 months 3 days 04:05:06.789",
    "-1 year -2 mons +3 days -04:05:06.000001",
    "178000000 years",
    "-00:00:01.5",
    "1 mon",
    "100000:00:00",
];
pub const TEXTS: &[&str] = &[
    "",
    "NULL",
    "a b",
    "it''s",
    "q\"uo\\te",
    "line\nfeed",
    "tab\there",
    "äö€",
    "😀",
    "{a,b}",
    "ctrl\u{1}\u{7f}",
    "ſ\u{301}",
];
pub const JSONS: &[&str] =
    &["null", "1", "\"x\"", "{\"a\" :  1}", "[1,2.50,{\"b\":null}]", "{\"a\":1,\"a\":2}", "\"\\u00e4\""];
pub const XMLS: &[&str] = &["<a/>", "<a b=\"c\">d &amp; e</a>"];
pub const NETWORKS: [(&str, &[&str]); 4] = [
    ("inet", &["192.168.0.1", "10.0.0.0/8", "::1", "fe80::1/64"]),
    ("cidr", &["10.0.0.0/8", "::/0", "192.168.1.0/24"]),
    ("macaddr", &["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"]),
    ("macaddr8", &["08:00:2b:01:02:03:04:05"]),
];
pub const RANGES: [(&str, &[&str]); 6] = [
    ("int4range", &["empty", "[1,5)", "(,)", "[-2147483648,2147483647)"]),
    ("int8range", &["empty", "[1,5)", "(,7]"]),
    ("numrange", &["empty", "(1.5,2.50]", "[0,)"]),
    ("daterange", &["empty", "[2020-01-01,2020-02-01)", "[,infinity)"]),
    ("tsrange", &["empty", "[2020-01-01 00:00:00,2020-01-01 12:00:00.5)"]),
    ("tstzrange", &["empty", "[2020-01-01 00:00:00+00,)"]),
];
pub const POINTS: &[&str] = &["(0,0)", "(1.5,-2)", "(1e300,-1e-300)", "(123456.789,0.001)"];
pub const HSTORES: &[&str] = &["", "a=>1", "\"k 1\"=>NULL,b=>\"x\\\"y\"", "\"ä\"=>\"😀\""];
pub const UNKNOWN: [(&str, &[&str]); 4] = [
    ("box", &["(2,2),(0,0)"]),
    ("circle", &["<(1,2),3>"]),
    ("tsvector", &["'a' 'b':2", ""]),
    ("path", &["((0,0),(1,1))"]),
];
/// The members of the enum that every scenario has.
pub const SHADES: &[&str] = &["red", "dark blue", "it''s", "äö"];

pub fn quoted(text: &str) -> String {
    format!("'{text}'")
}

pub fn pick<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of[random.below(of.len() as u64) as usize]
}

pub fn integer(random: &mut Random, bits: u32) -> String {
    ((random.draw() as i64) >> (64 - bits)).to_string()
}

/// Any finite number, in a form of its own.
pub fn float(random: &mut Random, is_double: bool) -> String {
    if is_double {
        let number = f64::from_bits(random.draw());
        // the server refuses what it would have to round to zero
        if number.is_finite() && number.abs() > 1e-300 { format!("{number:e}") } else { "0.1".into() }
    } else {
        let number = f32::from_bits(random.draw() as u32);
        if number.is_finite() && number.abs() > 1e-30 { format!("{number:e}") } else { "0.1".into() }
    }
}

pub fn digits(random: &mut Random, count: u64) -> String {
    (0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
}

/// A number that fits numeric(precision,scale), often the largest.
pub fn numeric(random: &mut Random, precision: u64, scale: u64) -> String {
    let sign = if random.once_in(2) { "-" } else { "" };
    let whole = precision - scale;
    let (whole, fraction) = if random.once_in(3) {
        ("9".repeat(whole as usize), "9".repeat(scale as usize))
    } else {
        let (fewer, less) = (random.between(0, whole), random.between(0, scale));
        (digits(random, fewer), digits(random, less))
    };
    format!("{sign}0{whole}.{fraction}0")
}

pub fn bytes(random: &mut Random, most: u64) -> String {
    let count = random.between(0, most);
    let hex: String = (0..count).map(|_| format!("{:02x}", random.below(256))).collect();
    format!("\\x{hex}")
}

pub fn bits(random: &mut Random, count: u64) -> String {
    (0..count).map(|_| if random.once_in(2) { '1' } else { '0' }).collect()
}

pub fn date(random: &mut Random) -> String {
    format!("{:04}-{:02}-{:02}", random.between(1, 2999), random.between(1, 12), random.between(1, 28))
}

pub fn time(random: &mut Random) -> String {
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    format!("{hour:02}:{minute:02}:{second:02}.{}", digits(random, 6))
}

pub fn uuid(random: &mut Random) -> String {
    let (a, b) = (random.draw(), random.draw());
    let (a, b, c, d) = (a >> 32, a >> 16 & 0xffff, a & 0xffff, b >> 48);
    format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{:012x}", random.draw() >> 16)
}
