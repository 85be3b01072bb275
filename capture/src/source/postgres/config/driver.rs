//! How a connection is made and begun: what Debezium hands to the JDBC driver, as far as it means something here, and the
//! statements that each ordinary connection runs first.

use super::super::wire::session::Session;
use crate::config::key::{Check, Key, Kind, Problem, Reader};
use std::time::Duration;

pub const APPLICATION_NAME: Key = Key::optional(
    "driver.ApplicationName",
    Kind::Text,
    "Name of the connections in `pg_stat_activity`; without it they are `tailrace` and `tailrace streaming`.",
);
pub const CONNECT_TIMEOUT: Key =
    Key::new("driver.connectTimeout", Kind::Integer, "10", "Seconds until a server must have let us in; 0: no limit.")
        .check(Check::NonNegative);
pub const SOCKET_TIMEOUT: Key = Key::new(
    "driver.socketTimeout",
    Kind::Integer,
    "0",
    "Seconds of silence after which an ordinary connection is given up while an answer is due; 0: no limit.",
)
.check(Check::NonNegative);
pub const OPTIONS: Key = Key::optional(
    "driver.options",
    Kind::Text,
    "Options of the server for each connection, `-c name=value`; they cannot change the forms of values.",
);
pub const KEEP_ALIVE: Key =
    Key::optional("driver.tcpKeepAlive", Kind::Boolean, "As `database.tcpKeepAlive`, before which it goes.")
        .check(Check::Boolean);
pub const SERVER_TYPE: Key = Key::optional(
    "driver.targetServerType",
    Kind::Enum(&["any", "primary"]),
    "Which of several servers of `database.hostname` will do; without it: primary where there are several, else any.",
);
pub const INITIAL_STATEMENTS: Key = Key::optional(
    "database.initial.statements",
    Kind::Text,
    "SQL that each ordinary connection runs first, `;` between statements and `;;` for a semicolon.",
);

pub fn session(reader: &Reader<'_>) -> Session {
    let seconds = |name: &str| match reader.integer(name).unsigned_abs() {
        0 => None,
        seconds => Some(Duration::from_secs(seconds)),
    };
    let keep_alive = if reader.text(KEEP_ALIVE.name).is_some() { KEEP_ALIVE.name } else { "database.tcpKeepAlive" };
    Session {
        application: reader.text(APPLICATION_NAME.name).map(str::to_owned),
        connect_timeout: seconds(CONNECT_TIMEOUT.name),
        socket_timeout: seconds(SOCKET_TIMEOUT.name),
        options: reader.text(OPTIONS.name).map(str::to_owned),
        keeps_alive: reader.boolean(keep_alive),
        wants_primary: reader.text(SERVER_TYPE.name).map(|word| word.eq_ignore_ascii_case("primary")),
        statements: reader.text(INITIAL_STATEMENTS.name).map(statements).unwrap_or_default(),
    }
}

/// Cuts at semicolons; a double one stands for itself.
fn statements(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match (letter, found.last_mut()) {
            (';', Some(statement)) if rest.peek() == Some(&';') => {
                rest.next();
                statement.push(';');
            }
            (';', _) => found.push(String::new()),
            (letter, Some(statement)) => statement.push(letter),
            (_, None) => {}
        }
    }
    found.into_iter().map(|statement| statement.trim().to_owned()).filter(|statement| !statement.is_empty()).collect()
}

/// `slot.stream.params`. What would change the form of what arrives is refused, since it could not be read.
pub fn stream_params(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    const NAME: &str = "slot.stream.params";
    let mut params = vec![];
    for part in reader.text(NAME).unwrap_or_default().split(';').filter(|part| !part.trim().is_empty()) {
        let Some((name, value)) = part.split_once('=').filter(|(_, value)| !value.contains('=')) else {
            tracing::warn!(setting = NAME, part, "left out, since it is no name=value");
            continue;
        };
        let is_off = matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "0" | "no");
        let why = match name {
            // these three are always ours
            "proto_version" | "publication_names" | "messages" => continue,
            "origin" => None,
            "binary" | "streaming" | "two_phase" if is_off => None,
            "binary" => Some("values are read as text; set it to false".to_owned()),
            "streaming" | "two_phase" => {
                Some("transactions are read when they are committed; set it to off".to_owned())
            }
            _ => Some("pgoutput has no such option; remove it".to_owned()),
        };
        match why {
            None => params.push((name.to_owned(), value.to_owned())),
            Some(why) => problems.push(Problem::new(NAME, format!("'{NAME}' with '{part}' is not served: {why}"))),
        }
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::key::Map;
    use crate::source::postgres::config::KEYS;

    #[test]
    fn a_double_semicolon_is_one_within_a_statement() {
        assert_eq!(statements("SET search_path TO public;SELECT ';;'; ;"), ["SET search_path TO public", "SELECT ';'"]);
        assert_eq!(statements(" ;"), [""; 0]);
    }

    #[test]
    fn the_drivers_keep_alive_goes_before_the_databases() {
        let keeps = |pairs: &[(&str, &str)]| {
            let map: Map = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
            session(&Reader::new(KEYS, &map)).keeps_alive
        };
        assert!(keeps(&[]) && keeps(&[("database.tcpKeepAlive", "false"), ("driver.tcpKeepAlive", "true")]));
        assert!(!keeps(&[("database.tcpKeepAlive", "FALSE")]));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let params = |text: &str| {
            let map = Map::from([("slot.stream.params".to_owned(), text.to_owned())]);
            let mut problems = vec![];
            let params = stream_params(&Reader::new(KEYS, &map), &mut problems);
            (params.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), problems.len())
        };
        assert_eq!(
            params("binary=false;nonsense;proto_version=4;origin=none"),
            (vec!["binary".into(), "origin".into()], 0)
        );
        assert_eq!(params("binary=true;streaming=on;add-tables=x"), (vec![], 3));
    }
}
