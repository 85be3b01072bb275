//! The connection to ClickHouse.

use std::time::Duration;

use bytes::Bytes;
use clickhouse::{Client, RowOwned, RowRead};

use super::failure::classify;
use super::settings;
use crate::config::ClickHouse;
use crate::error::{Error, Result};

/// Bytes handed to the compressor at a time.
const CHUNK_BYTES: usize = 1 << 20;

#[derive(Clone)]
pub struct Warehouse {
    client: Client,
    database: String,
    request_timeout: Duration,
    settings: &'static [(&'static str, &'static str)],
}

impl Warehouse {
    /// Asks the server for its version: the first request tells whether address and password are right.
    pub async fn connect(config: &ClickHouse) -> Result<Self> {
        let client =
            Client::default().with_url(&config.url).with_user(&config.user).with_password(config.password.expose());
        let request_timeout = Duration::from_secs(config.insert_timeout_s);
        let object = format!("a first query at {}", config.url);
        let version: String = within(request_timeout, &object, client.query("SELECT version()").fetch_one()).await?;
        tracing::info!(url = config.url, version, "clickhouse answers");
        Ok(Self {
            client,
            database: config.database.clone(),
            request_timeout,
            settings: settings::for_version(&version),
        })
    }

    pub fn database(&self) -> &str {
        &self.database
    }

    pub async fn execute(&self, object: &str, sql: &str) -> Result<()> {
        within(self.request_timeout, object, self.client.query_raw(sql).execute()).await
    }

    pub async fn select<T: RowOwned + RowRead>(&self, object: &str, sql: &str, values: &[&str]) -> Result<Vec<T>> {
        let query = values.iter().fold(self.client.query(sql), |query, value| query.bind(*value));
        within(self.request_timeout, object, query.fetch_all()).await
    }

    /// Sends one batch for one table. Success means that the server has acknowledged it.
    pub async fn insert(&self, table: &str, sql: &str, token: &str, rows: &Bytes) -> Result<()> {
        let object = format!("an insert into {table}");
        let timeout = Some(self.request_timeout);
        let mut insert = self.client.insert_formatted_with(sql).with_timeouts(timeout, timeout);
        for (name, value) in settings::PINNED.iter().chain(self.settings) {
            insert = insert.with_setting(*name, *value);
        }
        insert = insert.with_setting("insert_deduplication_token", token);
        let mut sent = 0;
        while sent < rows.len() {
            let end = rows.len().min(sent + CHUNK_BYTES);
            insert.send(rows.slice(sent..end)).await.map_err(|e| classify(&object, e))?;
            sent = end;
        }
        insert.end().await.map_err(|e| classify(&object, e))
    }
}

impl std::fmt::Debug for Warehouse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Warehouse").field("database", &self.database).finish_non_exhaustive()
    }
}

/// A server that takes a request and never answers must not hold up a partition for ever.
async fn within<T>(
    timeout: Duration,
    object: &str,
    answer: impl Future<Output = Result<T, clickhouse::error::Error>>,
) -> Result<T> {
    let answer = tokio::time::timeout(timeout, answer).await;
    answer.unwrap_or(Err(clickhouse::error::Error::TimedOut)).map_err(|e| classify(object, e))
}

/// The one row of a query that always has one.
pub fn only<T>(object: &str, rows: Vec<T>) -> Result<T> {
    rows.into_iter().next().ok_or_else(|| Error::transient(format!("clickhouse returned no row for {object}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::error::Kind;

    #[tokio::test]
    async fn a_server_that_never_answers_is_given_up_for_now() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let text = format!(
            "[kafka]\nbootstrap_servers = \"b:9092\"\n[clickhouse]\nurl = \"http://{}\"\ninsert_timeout_s = 1\n",
            silent.local_addr().unwrap()
        );
        let config = Config::parse(&text, |_| None).unwrap();
        assert_eq!(Warehouse::connect(&config.clickhouse).await.unwrap_err().kind, Kind::Transient);
    }
}
