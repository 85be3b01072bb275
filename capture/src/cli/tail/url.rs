//! Source addresses as URLs, turned into the connector's own settings.

use crate::config::key::Map;
use crate::error::{Error, Result};
use crate::source::connectors::Kind;

/// The settings that an address stands for.
pub fn settings(source: &str) -> Result<Map> {
    match source.split_once("://") {
        Some(("postgres" | "postgresql", rest)) => postgres(rest),
        Some(("mongodb" | "mongodb+srv", _)) => Ok(Map::from([
            ("connector.class".to_owned(), "io.debezium.connector.mongodb.MongoDbConnector".to_owned()),
            ("mongodb.connection.string".to_owned(), source.to_owned()),
        ])),
        _ => Err(Error::definite("--source is no address that is known")
            .remedy("give postgres://USER:PASSWORD@HOST:PORT/DATABASE or mongodb://HOST:PORT/?replicaSet=NAME")),
    }
}

/// What `tail` sets unless the user says otherwise: names of its own, so that it disturbs no connector.
pub fn defaults(kind: Kind, tables: &str) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Postgres => {
            let mut pairs = vec![
                ("topic.prefix", "tail".to_owned()),
                ("slot.name", "tailrace_tail".to_owned()),
                ("publication.name", "tailrace_tail".to_owned()),
            ];
            if !tables.is_empty() {
                pairs.push(("table.include.list", tables.to_owned()));
                pairs.push(("publication.autocreate.mode", "filtered".to_owned()));
            }
            pairs
        }
        Kind::MongoDb => {
            let mut pairs = vec![("topic.prefix", "tail".to_owned())];
            if !tables.is_empty() {
                pairs.push(("collection.include.list", tables.to_owned()));
            }
            pairs
        }
    }
}

fn postgres(rest: &str) -> Result<Map> {
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, address) = authority.rsplit_once('@').unwrap_or(("postgres", authority));
    let (user, password) = user.split_once(':').map_or((user, None), |(u, p)| (u, Some(p)));
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "5432"));
    let user = decoded(user)?;
    let mut map = Map::from([
        ("connector.class".to_owned(), "io.debezium.connector.postgresql.PostgresConnector".to_owned()),
        ("plugin.name".to_owned(), "pgoutput".to_owned()),
        ("database.hostname".to_owned(), if host.is_empty() { "localhost".to_owned() } else { decoded(host)? }),
        ("database.port".to_owned(), port.to_owned()),
        ("database.dbname".to_owned(), if database.is_empty() { user.clone() } else { decoded(database)? }),
        ("database.user".to_owned(), user),
    ]);
    if let Some(password) = password {
        map.insert("database.password".to_owned(), decoded(password)?);
    }
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = match name {
            "sslmode" => "database.sslmode",
            "sslrootcert" => "database.sslrootcert",
            "sslcert" => "database.sslcert",
            "sslkey" => "database.sslkey",
            other => {
                return Err(Error::definite(format!("--source has an unknown parameter '{other}'"))
                    .remedy("sslmode, sslrootcert, sslcert and sslkey are known; use --set for connector settings"));
            }
        };
        map.insert(key.to_owned(), decoded(value)?);
    }
    Ok(map)
}

/// Percent-decoding, since a password may hold any character.
fn decoded(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digit = |b: u8| char::from(b).to_digit(16);
        let pair = tail.first().copied().and_then(digit).zip(tail.get(1).copied().and_then(digit));
        let (high, low) = pair.ok_or_else(|| {
            Error::definite("--source holds a '%' that starts no escape").remedy("write %25 for a percent sign")
        })?;
        bytes.push((high << 4 | low) as u8);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).map_err(|e| {
        Error::definite("--source is not UTF-8 after decoding").caused_by(e).remedy("write the bytes of its UTF-8 text")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_settings() {
        let map = settings("postgres://me:p%40ss@db.local:6432/shop?sslmode=require").unwrap();
        let value = |key: &str| map.get(key).map(String::as_str);
        assert_eq!(value("database.hostname"), Some("db.local"));
        assert_eq!(value("database.port"), Some("6432"));
        assert_eq!(value("database.password"), Some("p@ss"));
        assert_eq!(value("database.dbname"), Some("shop"));
        assert_eq!(value("database.sslmode"), Some("require"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert!(settings("mysql://x").unwrap_err().report().contains("postgres://"));
        assert!(settings("postgres://h/d?foo=1").unwrap_err().report().contains("'foo'"));
        assert!(settings("postgres://u:%zz@h/d").is_err());
    }
}
