//! Column defaults, from the catalog's expression text to the JSON that stands in the schema.
//!
//! Debezium does not evaluate expressions. It takes the first quoted text, or the whole expression where there is no quote,
//! and reads a value of the column's type from it; a function call becomes a placeholder of the type.

use super::column::scalar::Scalar;
use super::column::{self, Writer, oid};
use super::options::Options;
use crate::source::postgres::decode::numeric;
use crate::source::postgres::relation::{Column, Flavour};
use std::borrow::Cow;

/// `None`: the schema has no default.
pub fn json(column: &Column, options: &Options) -> Option<String> {
    let expression = column.default.as_deref().filter(|_| !column.is_domain)?;
    // defaults do not come through the driver's dates
    let mapping = column::map_in(Flavour::Log, column, options)?;
    let json = match mapping.writer {
        Writer::One(scalar) if column.resolved.kind == 'e' => {
            write(scalar, label(expression, &column.resolved.name)?.as_bytes())
        }
        Writer::One(scalar) => value(expression, column.resolved.oid, scalar).filter(|_| fits(expression, column)),
        Writer::Array(_) => None,
    };
    if json.is_none() {
        tracing::debug!(column = column.name, expression, "default is not shown in the schema");
    }
    json
}

fn write(scalar: Scalar, text: &[u8]) -> Option<String> {
    let mut out = Vec::new();
    scalar.write(text, &mut out).ok()?;
    String::from_utf8(out).ok()
}

/// A decimal that would have to be rounded is not read.
fn fits(expression: &str, column: &Column) -> bool {
    let resolved = &column.resolved;
    let scale = usize::try_from((resolved.modifier - 4) & 0xffff).unwrap_or_default();
    resolved.oid != oid::NUMERIC
        || resolved.modifier < 4
        || extract(expression.trim(), "0")
            .is_none_or(|text| numeric::natural_scale(text.as_bytes()).is_none_or(|natural| natural <= scale))
}

/// `'label'::type`, as it stands there.
fn label<'a>(expression: &'a str, name: &str) -> Option<&'a str> {
    let quoted = expression.strip_suffix(name)?.strip_suffix("::")?;
    quoted.strip_prefix('\'')?.strip_suffix('\'')
}

fn value(expression: &str, oid: u32, scalar: Scalar) -> Option<String> {
    if matches!(scalar, Scalar::VariableDecimal) {
        return None;
    }
    let generated = generated(oid)?;
    let is_verbatim = matches!(oid, oid::BPCHAR | oid::VARCHAR | oid::TEXT | oid::JSON | oid::JSONB | oid::XML);
    let expression = if is_verbatim { expression } else { expression.trim() };
    let text = extract(expression, generated)?;
    if is_verbatim {
        return write(scalar, text.as_bytes());
    }
    if let Some(number) = infinite(text, scalar) {
        return Some(number.to_owned());
    }
    write(scalar, normal(text, scalar)?.as_bytes())
}

/// For each type whose defaults are read, what stands for a value that only the server can compute.
fn generated(oid: u32) -> Option<&'static str> {
    Some(match oid {
        oid::BIT => "00",
        oid::VARBIT | oid::INT2 | oid::INT4 | oid::INT8 => "0",
        oid::BOOL => "false",
        oid::BPCHAR | oid::VARCHAR | oid::TEXT | oid::XML => "",
        oid::NUMERIC | oid::FLOAT4 | oid::FLOAT8 => "0.0",
        oid::JSON | oid::JSONB => "{}",
        oid::UUID => "00000000-0000-0000-0000-000000000000",
        oid::DATE | oid::TIMESTAMP | oid::TIMESTAMPTZ => "1970-01-01",
        oid::TIME => "00:00",
        oid::INTERVAL => "epoch",
        _ => return None,
    })
}

fn extract<'a>(expression: &'a str, generated: &'static str) -> Option<&'a str> {
    const WORDS: [&str; 5] = ["current_timestamp", "current_time", "current_date", "localtime", "localtimestamp"];
    if is_call(expression) || WORDS.iter().any(|w| expression.eq_ignore_ascii_case(w)) {
        return Some(generated);
    }
    if expression.starts_with("NULL::") {
        return None;
    }
    // quoted text may be cut by a quote in it, and is not seen beyond a line's end
    match expression.split_once('\'') {
        None => Some(expression),
        Some(_) => first_quoted(expression),
    }
}

fn first_quoted(expression: &str) -> Option<&str> {
    let mut rest = expression;
    while let Some((_, behind)) = rest.split_once('\'') {
        match behind.find(['\'', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
            Some(end) if behind[end..].starts_with('\'') => return Some(&behind[..end]),
            _ => rest = behind,
        }
    }
    None
}

/// A name and parentheses, perhaps behind another one.
fn is_call(expression: &str) -> bool {
    let expression = expression.strip_prefix('(').unwrap_or(expression);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let Some((name, arguments)) = expression.split_once('(') else { return false };
    let line = arguments.lines().next().unwrap_or_default();
    !name.is_empty() && name.chars().all(is_name) && line.contains(')')
}

/// The text as the server would print it; `None`: Java does not read it.
fn normal(text: &str, scalar: Scalar) -> Option<Cow<'_, str>> {
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    match scalar {
        Scalar::Boolean => Some(if text.eq_ignore_ascii_case("true") { "t" } else { "f" }.into()),
        Scalar::Integer => {
            let digits = text.strip_prefix('+').unwrap_or(text);
            digits.parse::<i64>().ok().map(|n| n.to_string().into())
        }
        Scalar::Float32 | Scalar::Float64 => is_number(text).then_some(text.into()),
        Scalar::Decimal { .. } | Scalar::DecimalDouble => numeric::natural_scale(text.as_bytes()).map(|_| text.into()),
        Scalar::DecimalText { scale: Some(scale) } => decimal(text, scale),
        Scalar::DecimalText { scale: None } => numeric::natural_scale(text.as_bytes()).map(|_| text.into()),
        Scalar::Text => is_uuid(text).then(|| text.to_ascii_lowercase().into()),
        // only times of day have ends that the driver reads
        Scalar::TimestampMillis(_) | Scalar::ZonedTimestamp { .. } if text.ends_with("infinity") => None,
        Scalar::ZonedTimestamp { .. } if text.len() <= 10 => Some(format!("{text} 00:00:00+00").into()),
        Scalar::TimeMillis | Scalar::TimeMicros => time(text),
        Scalar::IntervalMicros | Scalar::IntervalText if text == "epoch" => Some("".into()),
        _ => Some(text.into()),
    }
}

/// Without decimals that the scale does not keep; a decimal that it would have to round has no form.
fn decimal(text: &str, scale: u16) -> Option<Cow<'_, str>> {
    let wanted = usize::from(scale);
    if numeric::natural_scale(text.as_bytes())? > wanted {
        return None;
    }
    let end =
        text.find('.').map_or(text.len(), |point| text.len().min(if wanted > 0 { point + 1 + wanted } else { point }));
    Some(text[..end].into())
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Java's clock ends before midnight.
fn time(text: &str) -> Option<Cow<'_, str>> {
    match text {
        "24:00:00" => Some("23:59:59.999999".into()),
        "00:00" => Some("00:00:00".into()),
        other => Some(other.into()),
    }
}

/// The ends of Java's calendar, as its arithmetic counts them.
fn infinite(text: &str, scalar: Scalar) -> Option<&'static str> {
    match (text, scalar) {
        ("infinity", Scalar::Date(_)) => Some("169560311"),
        ("-infinity", Scalar::Date(_)) => Some("-170999002"),
        ("infinity", Scalar::TimestampMicros(_)) => Some("-9223372036853775810"),
        ("-infinity", Scalar::TimestampMicros(_)) => Some("-9223372036854775808"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::direct::postgres::column::scalar::Calendar;

    #[test]
    fn expressions_become_what_debezium_reads_from_them() {
        let micros = Scalar::TimestampMicros(Calendar::Proleptic);
        let zoned = Scalar::ZonedTimestamp { digits: 6, calendar: Calendar::Proleptic };
        let cases: &[(&str, u32, Scalar, Option<&str>)] = &[
            ("nextval('users_user_id_seq'::regclass)", oid::INT4, Scalar::Integer, Some("0")),
            ("now()", oid::TIMESTAMP, micros, Some("0")),
            ("CURRENT_TIMESTAMP", oid::TIMESTAMPTZ, zoned, Some("\"1970-01-01T00:00:00.000000Z\"")),
            ("'infinity'::timestamp without time zone", oid::TIMESTAMP, micros, Some("-9223372036853775810")),
            ("'infinity'::timestamp with time zone", oid::TIMESTAMPTZ, zoned, None),
            ("NULL::integer", oid::INT4, Scalar::Integer, None),
            ("'NULL'::character varying", oid::VARCHAR, Scalar::Text, Some("\"NULL\"")),
            ("'-1'::integer", oid::INT4, Scalar::Integer, Some("-1")),
            ("(1 + 2)", oid::INT4, Scalar::Integer, None),
            ("(1 > 0)", oid::BOOL, Scalar::Boolean, Some("false")),
            ("true", oid::BOOL, Scalar::Boolean, Some("true")),
            ("0.0", oid::NUMERIC, Scalar::Decimal { scale: 0 }, Some("\"AA==\"")),
            ("0.0", oid::NUMERIC, Scalar::DecimalText { scale: Some(0) }, Some("\"0\"")),
            ("'it''s'::text", oid::TEXT, Scalar::Text, Some("\"it\"")),
            ("'x\ny'::text", oid::TEXT, Scalar::Text, None),
            ("(CURRENT_TIMESTAMP)::text", oid::TEXT, Scalar::Text, Some("\"(CURRENT_TIMESTAMP)::text\"")),
            ("gen_random_uuid()", oid::UUID, Scalar::Text, Some("\"00000000-0000-0000-0000-000000000000\"")),
            ("make_interval(days => 1)", oid::INTERVAL, Scalar::IntervalMicros, Some("0")),
            ("B'101'::\"bit\"", oid::BIT, Scalar::Bits, Some("\"BQ==\"")),
        ];
        for (expression, oid, scalar, expected) in cases {
            assert_eq!(value(expression, *oid, *scalar).as_deref(), *expected, "{expression}");
        }
        assert_eq!(label("'V2'::test_type", "test_type"), Some("V2"));
        assert_eq!(label("'V2'::s.test_type", "test_type"), None);
    }
}
