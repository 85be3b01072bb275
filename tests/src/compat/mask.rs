//! Hides what two correct engines cannot share, and nothing else.
//!
//! Always: the time of processing, which is `ts_ms`, `ts_us` and `ts_ns` of the envelope itself (never of `source`).
//! In snapshot rows also: where and when the snapshot was taken, which is `ts_*`, `txId`, `lsn` and the elements of
//! `sequence` in `source`. Only digits are replaced, in place, and the number of digits of a time is kept: a null, a
//! zero, a string where a number belongs, or a missing field still differ.

use super::span;

const TIMES: [&str; 3] = ["ts_ms", "ts_us", "ts_ns"];
const POSITIONS: [&str; 3] = ["txId", "lsn", "sequence"];

/// The bytes of a value with everything hidden that may differ.
pub fn mask(value: &[u8]) -> Vec<u8> {
    let mut masked = value.to_vec();
    let root: &[&str] = if span::find(value, &["payload", "source"]).is_some() { &["payload"] } else { &[] };
    if span::find(value, &path(root, &["source"])).is_none() {
        // no envelope: a heartbeat, or a record of someone else
        return masked;
    }
    let is_snapshot = is_snapshot(value, root);
    for name in TIMES {
        hide_digits(&mut masked, &path(root, &[name]));
        if is_snapshot {
            hide_digits(&mut masked, &path(root, &["source", name]));
        }
    }
    if is_snapshot {
        for name in POSITIONS {
            hide_position(&mut masked, &path(root, &["source", name]));
        }
    }
    masked
}

fn is_snapshot(value: &[u8], root: &[&str]) -> bool {
    let read = span::find(value, &path(root, &["op"])).is_some_and(|range| &value[range] == b"\"r\"");
    let marked = span::find(value, &path(root, &["source", "snapshot"]))
        .is_some_and(|range| ![b"\"false\"".as_slice(), b"null"].contains(&&value[range]));
    read && marked
}

/// A time: every digit becomes `#`, so its length stays compared.
fn hide_digits(text: &mut [u8], path: &[&str]) {
    let Some(range) = span::find(text, path) else { return };
    let value = &mut text[range];
    if value.len() > 1 && value.iter().all(u8::is_ascii_digit) {
        value.fill(b'#');
    }
}

/// A position: every run of digits becomes one `#`, since two snapshots may lie on both sides of a power of ten.
fn hide_position(text: &mut Vec<u8>, path: &[&str]) {
    let Some(range) = span::find(text, path) else { return };
    let mut hidden: Vec<u8> = Vec::with_capacity(range.len());
    for byte in &text[range.clone()] {
        match byte {
            b'0'..=b'9' if hidden.last() == Some(&b'#') => {}
            b'0'..=b'9' => hidden.push(b'#'),
            _ => hidden.push(*byte),
        }
    }
    text.splice(range, hidden);
}

fn path<'a>(root: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [root, rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAMED: &str = r#"{"before":null,"after":{"ts_ms":5,"op":"r"},"source":{"ts_ms":1795369639582,"snapshot":"false","sequence":"[null,\"22483864\"]","ts_us":1795369639582544,"ts_ns":1795369639582544000,"txId":738,"lsn":22483864,"xmin":null},"transaction":null,"op":"u","ts_ms":1795369639910,"ts_us":1795369639910302,"ts_ns":1795369639910302919}"#;

    fn masked(text: &str) -> String {
        String::from_utf8(mask(text.as_bytes())).unwrap()
    }

    fn snapshot() -> String {
        STREAMED.replace(r#""snapshot":"false""#, r#""snapshot":"first""#).replace(r#""op":"u""#, r#""op":"r""#)
    }

    #[test]
    fn a_streamed_record_loses_only_the_time_of_processing() {
        let expected = STREAMED
            .replace("1795369639910302919", &"#".repeat(19))
            .replace("1795369639910302", &"#".repeat(16))
            .replace("1795369639910", &"#".repeat(13));
        assert_eq!(masked(STREAMED), expected);
    }

    #[test]
    fn every_source_field_of_a_streamed_record_stays_compared() {
        for (name, other) in [
            ("\"ts_ms\":1795369639582,", "\"ts_ms\":1795369639583,"),
            ("\"ts_us\":1795369639582544,", "\"ts_us\":1795369639582545,"),
            ("\"ts_ns\":1795369639582544000,", "\"ts_ns\":1795369639582544001,"),
            ("\"txId\":738", "\"txId\":739"),
            ("\"lsn\":22483864", "\"lsn\":22483865"),
            ("[null,\\\"22483864\\\"]", "[null,\\\"22483865\\\"]"),
            ("\"after\":{\"ts_ms\":5", "\"after\":{\"ts_ms\":6"),
            ("\"xmin\":null", "\"xmin\":1"),
        ] {
            let changed = STREAMED.replace(name, other);
            assert_ne!(changed, STREAMED, "{name}");
            assert_ne!(masked(&changed), masked(STREAMED), "{name}");
        }
    }

    #[test]
    fn a_snapshot_row_also_loses_its_position() {
        let other = snapshot()
            .replace("22483864", "9999")
            .replace("\"txId\":738", "\"txId\":12")
            .replace("17953696395825", "17953696395799");
        assert_eq!(masked(&other), masked(&snapshot()));
    }

    #[test]
    fn what_kind_of_value_it_is_stays_compared_in_snapshot_rows() {
        let snapshot = snapshot();
        for (name, other) in [
            ("\"lsn\":22483864", "\"lsn\":null"),
            ("\"lsn\":22483864", "\"lsn\":\"22483864\""),
            ("[null,\\\"22483864\\\"]", "[\\\"1\\\",\\\"22483864\\\"]"),
            ("\"ts_ms\":1795369639582,", "\"ts_ms\":0,"),
            ("\"ts_ms\":1795369639582,", ""),
            ("\"ts_us\":1795369639910302", "\"ts_us\":1795369639910"),
            ("\"snapshot\":\"first\"", "\"snapshot\":\"true\""),
            ("\"after\":{\"ts_ms\":5", "\"after\":{\"ts_ms\":6"),
        ] {
            let changed = snapshot.replace(name, other);
            assert_ne!(changed, snapshot, "{name}");
            assert_ne!(masked(&changed), masked(&snapshot), "{name}");
        }
    }

    #[test]
    fn with_schemas_the_payload_is_masked_and_the_schema_is_not() {
        let wrap =
            |payload: &str| format!(r#"{{"schema":{{"field":"ts_ms","ts_ms":1795369639910}},"payload":{payload}}}"#);
        let expected =
            format!(r#"{{"schema":{{"field":"ts_ms","ts_ms":1795369639910}},"payload":{}}}"#, masked(STREAMED));
        assert_eq!(masked(&wrap(STREAMED)), expected);
    }

    #[test]
    fn records_without_an_envelope_stay_as_they_are() {
        for text in [r#"{"ts_ms":1795369639910}"#, "", "null", r#"{"user_id":1}"#] {
            assert_eq!(masked(text), text);
        }
    }
}
