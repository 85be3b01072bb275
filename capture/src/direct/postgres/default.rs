//! Column defaults, from the catalog's expression text to the JSON that stands in the schema.

use super::writer::Writer;

/// `None`: the schema has no default.
pub fn json(expression: &str, writer: Writer, is_json_document: bool) -> Option<Vec<u8>> {
    let expression = expression.trim();
    if is_null(expression) || has_no_default(writer) {
        return None;
    }
    if is_call(expression) {
        return Some(placeholder(writer, is_json_document));
    }
    let text = literal(expression)?;
    let text = match (writer, text) {
        // the server prints booleans as words here and as letters in rows
        (Writer::Boolean, "true") => "t",
        (Writer::Boolean, "false") => "f",
        (_, text) => text,
    };
    let mut out = Vec::new();
    writer.write(text.as_bytes(), &mut out).ok()?;
    Some(out)
}

/// Types whose defaults Debezium does not read.
fn has_no_default(writer: Writer) -> bool {
    matches!(writer, Writer::Bytes(_) | Writer::ZonedTime | Writer::VariableDecimal)
}

fn is_null(expression: &str) -> bool {
    let head = expression.split("::").next().unwrap_or_default();
    head.eq_ignore_ascii_case("null")
}

/// A function call, or one of the words that call a function.
fn is_call(expression: &str) -> bool {
    const WORDS: [&str; 5] = ["current_timestamp", "current_time", "current_date", "localtime", "localtimestamp"];
    let bare = expression.trim_matches(['(', ')']);
    let head = bare.split(['(', ':', ' ']).next().unwrap_or_default();
    if WORDS.iter().any(|w| head.eq_ignore_ascii_case(w)) {
        return true;
    }
    let is_name = |c: char| c.is_alphanumeric() || "_.\"".contains(c);
    match expression.trim_start_matches('(').split_once('(') {
        Some((name, _)) => {
            !name.is_empty() && name.chars().all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit())
        }
        None => false,
    }
}

/// The first quoted text, or a plain number or word.
fn literal(expression: &str) -> Option<&str> {
    if let Some((before, rest)) = expression.split_once('\'') {
        let is_plain = before.chars().all(|c| "( ".contains(c));
        return if is_plain { rest.split('\'').next() } else { None };
    }
    let bare = expression.split("::").next()?.trim_matches(['(', ')']);
    let is_number = !bare.is_empty() && bare.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
    (is_number || matches!(bare, "true" | "false")).then_some(bare)
}

/// Stands for a value that only the server can compute.
fn placeholder(writer: Writer, is_json_document: bool) -> Vec<u8> {
    match writer {
        Writer::Text if is_json_document => b"\"{}\"".to_vec(),
        Writer::ZonedTimestamp { digits } => {
            let mut out = Vec::new();
            let written = writer.write(b"1970-01-01 00:00:00+00", &mut out);
            debug_assert!(written.is_ok(), "digits {digits}");
            out
        }
        other => other.fallback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(expression: &str, writer: Writer) -> Option<String> {
        json(expression, writer, false).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn expressions_become_what_debezium_reads_from_them() {
        let cases: &[(&str, Writer, Option<&str>)] = &[
            ("nextval('users_user_id_seq'::regclass)", Writer::Integer, Some("0")),
            ("now()", Writer::TimestampMicros, Some("0")),
            ("CURRENT_TIMESTAMP", Writer::ZonedTimestamp { digits: 6 }, Some("\"1970-01-01T00:00:00.000000Z\"")),
            ("NULL::integer", Writer::Integer, None),
            ("'NULL'::character varying", Writer::Text, Some("\"NULL\"")),
            ("'-1'::integer", Writer::Integer, Some("-1")),
            ("(-1)", Writer::Integer, Some("-1")),
            ("(1 + 2)", Writer::Integer, None),
            ("true", Writer::Boolean, Some("true")),
            ("0.0", Writer::Decimal { scale: 0 }, Some("\"AA==\"")),
            ("'V2'::test_type", Writer::Text, Some("\"V2\"")),
            ("'it''s'::text", Writer::Text, Some("\"it\"")),
        ];
        for (expression, writer, expected) in cases {
            assert_eq!(text(expression, *writer).as_deref(), *expected, "{expression}");
        }
    }
}
