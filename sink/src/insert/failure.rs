//! What a ClickHouse failure means, from the server's exception code.

use crate::error::{Error, Kind};

/// Codes after which the table is looked at again: unknown or mismatched columns, unknown table, unreadable rows.
const SCHEMA: &[u32] = &[16, 33, 60, 117, 131];

/// Codes that no repetition mends, with what to do about each.
const DEFINITE: &[(u32, &str)] = &[
    (36, "Check the table's engine and settings against the server's version."),
    (62, "The server does not understand the statement: check its version against the supported ones."),
    (81, "Create the database that clickhouse.database names."),
    (115, "The server does not know a setting that the sink sends: check its version against the supported ones."),
    (164, "Give clickhouse.user a profile without readonly: the sink creates tables and inserts."),
    (192, "Check clickhouse.user."),
    (193, "Check the ClickHouse password."),
    (194, "Set the ClickHouse password: clickhouse.password_file or SINK_CLICKHOUSE_PASSWORD."),
    (195, "Allow this host for clickhouse.user on the server."),
    (291, "Grant clickhouse.user access to the database."),
    (497, "Grant clickhouse.user CREATE TABLE, INSERT and SELECT on the database."),
    (516, "Check clickhouse.user and its password, and that this host is allowed for the user."),
];

/// The failure of a request about `object`. What we do not know is taken to pass by itself.
pub fn classify(object: &str, error: clickhouse::error::Error) -> Error {
    let code = match &error {
        clickhouse::error::Error::BadResponse(text) => exception_code(text),
        _ => None,
    };
    let definite = code.and_then(|code| DEFINITE.iter().find(|(known, _)| *known == code));
    let failed = match definite {
        Some((_, remedy)) => Error::definite(format!("clickhouse refuses {object}")).remedy(*remedy),
        None if code.is_some_and(|code| SCHEMA.contains(&code)) => {
            Error::of(Kind::Schema, format!("clickhouse does not accept {object} as it is"))
                .remedy("Compare the table's columns with the ones that the sink writes, or rename the table.")
        }
        None => Error::transient(format!("clickhouse did not take {object}")),
    };
    failed.caused_by(error)
}

/// The number in `Code: 47. DB::Exception: …`.
fn exception_code(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Code: ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        classify("x", clickhouse::error::Error::BadResponse(text.into())).kind
    }

    #[test]
    fn codes_have_their_class() {
        assert_eq!(kind("Code: 242. DB::Exception: Table is in readonly mode"), Kind::Transient);
        assert_eq!(kind("Code: 252. DB::Exception: Too many parts"), Kind::Transient);
        assert_eq!(kind("Code: 60. DB::Exception: Unknown table"), Kind::Schema);
        assert_eq!(kind("Code: 516. DB::Exception: Authentication failed"), Kind::Definite);
        assert_eq!(kind("Code: 164"), Kind::Definite);
        assert_eq!(kind("Code: 99999. DB::Exception: new"), Kind::Transient);
        assert_eq!(kind("502 Bad Gateway"), Kind::Transient);
    }
}
