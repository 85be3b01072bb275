//! ClickHouse as gold uses it: one client, settings that results depend on pinned, errors sorted by what helps.

use std::time::Duration;

use clickhouse::query::Query;
use clickhouse::{Client, RowOwned, RowRead};

use crate::config;

/// A server that does not answer `SELECT version()` within this time is not there.
const REACHABLE_WITHIN: Duration = Duration::from_secs(10);

/// Results must not depend on a server's defaults: operators and versions differ in each of these.
const SETTINGS: &[(&str, &str)] = &[
    ("async_insert", "0"),
    ("wait_end_of_query", "1"),
    ("do_not_merge_across_partitions_select_final", "0"),
    ("join_use_nulls", "0"),
];

pub struct Warehouse {
    client: Client,
    address: String,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} in ClickHouse at {address}")]
pub struct Error {
    doing: String,
    address: String,
    kind: Kind,
    source: clickhouse::error::Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unreachable,
    Busy,
    WrongPassword,
    ReadOnly,
    Denied,
    NoDatabase,
    Other,
}

impl Error {
    /// Trying the same again later can help without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Unreachable | Kind::Busy)
    }

    pub fn remedy(&self) -> &'static str {
        match self.kind {
            Kind::Unreachable => "Start ClickHouse or correct clickhouse.url; then run the same command again.",
            Kind::Busy => "ClickHouse is overloaded; run the same command again later.",
            Kind::WrongPassword => "Correct clickhouse.user and the password (GOLD_CLICKHOUSE_PASSWORD or the file).",
            Kind::ReadOnly => {
                "Give clickhouse.user a profile that is not readonly, or end the server's read-only mode."
            }
            Kind::Denied => {
                "Grant clickhouse.user SELECT, INSERT, CREATE, ALTER and DROP TABLE in clickhouse.database."
            }
            Kind::NoDatabase => "Create the database or correct clickhouse.database.",
            Kind::Other => "The server's message above says what it did not accept.",
        }
    }

    /// The server's exception code, when it gave one.
    pub fn code(&self) -> Option<i32> {
        code(&self.source)
    }
}

impl Warehouse {
    pub fn new(config: &config::ClickHouse) -> Warehouse {
        let client = Client::default()
            .with_url(&config.url)
            .with_database(&config.database)
            .with_user(&config.user)
            .with_password(config.password.expose());
        let client = SETTINGS.iter().fold(client, |client, (name, value)| client.with_setting(*name, *value));
        Warehouse { client, address: format!("{} database {}", config.url, config.database) }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The server's version; the first thing to ask, since a server that hangs must not hang a scheduler.
    pub async fn version(&self) -> Result<String, Error> {
        let doing = "ask for the version";
        let asked = self.client.query("SELECT version()").fetch_one::<String>();
        match tokio::time::timeout(REACHABLE_WITHIN, asked).await {
            Ok(version) => version.map_err(|source| self.failed(doing, source)),
            Err(_) => Err(self.failed(doing, clickhouse::error::Error::TimedOut)),
        }
    }

    pub async fn execute(&self, doing: &str, sql: &str) -> Result<(), Error> {
        self.client.query_raw(sql).execute().await.map_err(|source| self.failed(doing, source))
    }

    /// The single row of a query; values go to the places of `?` through `bind`.
    pub async fn one<T: RowOwned + RowRead>(
        &self,
        doing: &str,
        sql: &str,
        bind: impl Fn(Query) -> Query,
    ) -> Result<T, Error> {
        bind(self.client.query(sql)).fetch_one().await.map_err(|source| self.failed(doing, source))
    }

    pub async fn all<T: RowOwned + RowRead>(
        &self,
        doing: &str,
        sql: &str,
        bind: impl Fn(Query) -> Query,
    ) -> Result<Vec<T>, Error> {
        bind(self.client.query(sql)).fetch_all().await.map_err(|source| self.failed(doing, source))
    }

    pub fn failed(&self, doing: &str, source: clickhouse::error::Error) -> Error {
        Error { doing: doing.to_owned(), address: self.address.clone(), kind: kind(&source), source }
    }
}

fn kind(error: &clickhouse::error::Error) -> Kind {
    use clickhouse::error::Error as E;
    match (error, code(error)) {
        (E::Network(_) | E::TimedOut, _) => Kind::Unreachable,
        // an answer that is not the server's own: a proxy or a starting service in front of it
        (E::BadResponse(_), None) => Kind::Unreachable,
        (_, Some(192..=195 | 516)) => Kind::WrongPassword,
        (_, Some(164 | 242)) => Kind::ReadOnly,
        (_, Some(291 | 497)) => Kind::Denied,
        (_, Some(81)) => Kind::NoDatabase,
        (_, Some(159 | 202 | 209 | 210 | 236 | 241 | 252)) => Kind::Busy,
        _ => Kind::Other,
    }
}

fn code(error: &clickhouse::error::Error) -> Option<i32> {
    let clickhouse::error::Error::BadResponse(text) = error else { return None };
    let rest = text.strip_prefix("Code: ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(text: &str) -> Kind {
        kind(&clickhouse::error::Error::BadResponse(text.into()))
    }

    #[test]
    fn the_servers_codes_are_sorted_by_what_helps() {
        assert_eq!(sorted("Code: 516. DB::Exception: no"), Kind::WrongPassword);
        assert_eq!(sorted("Code: 164. DB::Exception: no"), Kind::ReadOnly);
        assert_eq!(sorted("Code: 81. DB::Exception: no"), Kind::NoDatabase);
        assert_eq!(sorted("Code: 252. DB::Exception: no"), Kind::Busy);
        assert_eq!(sorted("Code: 62. DB::Exception: no"), Kind::Other);
        assert_eq!(sorted("Code: 60"), Kind::Other);
        assert_eq!(sorted("Code: 497"), Kind::Denied);
        assert_eq!(sorted("502 Bad Gateway"), Kind::Unreachable);
    }
}
