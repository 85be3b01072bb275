//! What is seeded and what has to come out of it: the files in `seeds/`, with one instant for all placeholders.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use bson::{DateTime, Document};
use serde_json::Value;

use super::rows::Rows;
use crate::provision::checkout;

/// When the seeded events happened. One instant, so that they fall on one day even when midnight passes meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// ISO 8601 in UTC.
    text: String,
}

impl Instant {
    pub fn now() -> Result<Self> {
        let text = DateTime::now().try_to_rfc3339_string().context("the clock of this machine has no usable time")?;
        Ok(Self { text })
    }

    /// The UTC day, such as `2026-01-31`.
    pub fn day(&self) -> &str {
        &self.text[..10]
    }

    /// To the second, as ClickHouse prints a `DateTime`.
    fn second(&self) -> String {
        self.text[..19].replace('T', " ")
    }
}

/// A day stands for its noon.
impl FromStr for Instant {
    type Err = anyhow::Error;

    fn from_str(day: &str) -> Result<Self> {
        let text = format!("{day}T12:00:00.000Z");
        if day.len() != 10 || DateTime::parse_rfc3339_str(&text).is_err() {
            bail!("{day} is no day: write it as 2026-01-31");
        }
        Ok(Self { text })
    }
}

/// The folder `seeds/`, read as the demo needs it.
#[derive(Debug)]
pub struct Seeds {
    folder: PathBuf,
    instant: Instant,
}

impl Seeds {
    pub fn new(instant: Instant) -> Self {
        Self { folder: checkout().join("seeds"), instant }
    }

    pub fn day(&self) -> &str {
        self.instant.day()
    }

    pub fn schema(&self) -> Result<String> {
        self.read("postgres/schema.sql")
    }

    pub fn rows(&self) -> Result<String> {
        self.read("postgres/rows.sql")
    }

    /// One by one: sent together they would be one transaction.
    pub fn changes(&self) -> Result<Vec<String>> {
        let text = self.read("postgres/changes.sql")?;
        let lines = text.lines().filter(|line| !line.starts_with("--"));
        let statements = lines.collect::<Vec<_>>().join("\n");
        Ok(statements.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect())
    }

    pub fn events(&self) -> Result<Vec<Document>> {
        let text = self.read("mongodb/events.json")?;
        let parse = |line| serde_json::from_str(line).with_context(|| format!("not an extended-JSON document: {line}"));
        text.lines().map(parse).collect()
    }

    pub fn worker_properties(&self) -> Result<String> {
        self.read("connect-distributed.properties")
    }

    /// A connector as the body of `POST /connectors`.
    pub fn connector(&self, name: &str) -> Result<Value> {
        let text = self.read(&format!("connectors/{name}.json"))?;
        serde_json::from_str(&text).with_context(|| format!("the connector file of {name} is not JSON"))
    }

    /// The rows that a table has to hold in the end.
    pub fn expected(&self, table: &str) -> Result<Rows> {
        let name = format!("expected/{table}.csv");
        Rows::parse(&self.read(&name)?).with_context(|| format!("seeds/{name} is not a table"))
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let text = text.replace("@second", &self.instant.second());
        Ok(text.replace("@now", &self.instant.text).replace("@day", self.day()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds() -> Seeds {
        Seeds::new("2026-01-31".parse().unwrap())
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in ["2026-02-30", "2026-1-1", "yesterday", ""] {
            assert!(text.parse::<Instant>().unwrap_err().to_string().contains("is no day"), "{text}");
        }
        assert_eq!(Instant::now().unwrap().day().len(), 10);
    }

    #[test]
    fn update_and_delete_are_transactions_of_their_own() {
        let changes = seeds().changes().unwrap();
        assert_eq!(changes.len(), 2);
        assert!(changes[0].starts_with("UPDATE") && changes[1].starts_with("DELETE"), "{changes:?}");
    }

    #[test]
    fn every_event_happened_at_the_instant() {
        let events = seeds().events().unwrap();
        assert_eq!(events.len(), 5);
        let noon = DateTime::parse_rfc3339_str("2026-01-31T12:00:00Z").unwrap();
        for event in &events {
            assert_eq!(event.get_datetime("ts").unwrap(), &noon);
            assert!(event.get_i32("user_id").is_ok(), "{event}");
        }
    }

    #[test]
    fn expected_rows_carry_the_day() {
        let gold = seeds().expected("gold").unwrap();
        assert!(gold.to_string().contains("2026-01-31,1,Alice Smith"), "{gold}");
        let events = seeds().expected("events_silver").unwrap();
        assert!(events.to_string().contains("2026-01-31 12:00:00"), "{events}");
        for placeholder in ["@day", "@now", "@second"] {
            assert!(!format!("{gold}{events}").contains(placeholder), "{placeholder}");
        }
    }
}
