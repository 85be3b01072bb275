//! What everything of one case is called. Both sides share the database and the topics' names, each on a broker of its
//! own; slot and publication are theirs, with names of equal length.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::case::Case;
use crate::Postgres;
use crate::provision::PostgresVersion;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Reference,
    Subject,
}

impl Role {
    pub const BOTH: [Self; 2] = [Self::Reference, Self::Subject];

    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Subject => "subject",
        }
    }

    fn suffix(self) -> char {
        match self {
            Self::Reference => 'a',
            Self::Subject => 'b',
        }
    }
}

/// The schema of the table that the runner writes to.
pub const SENTINEL_SCHEMA: &str = "tailrace";
const SENTINEL_TABLE: &str = "tailrace.sentinel";

#[derive(Debug, Clone)]
pub struct Names {
    id: String,
}

impl Names {
    pub fn new(case: &str, server: PostgresVersion) -> Self {
        // no id of a case is contained in that of another
        Self { id: format!("c_{case}_{server}") }
    }

    /// The database, the connector and the prefix of topics.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn slot(&self, role: Role) -> String {
        format!("{}_s{}", self.id, role.suffix())
    }

    pub fn publication(&self, role: Role) -> String {
        format!("{}_p{}", self.id, role.suffix())
    }

    /// Whether a topic is of this case, wherever its name has the prefix.
    pub fn owns(&self, topic: &str) -> bool {
        plain(topic).contains(&self.id)
    }

    /// Whether it is the topic of the runner's own table, whatever parts its name and whether or not its schema is part of it.
    pub fn is_sentinel(&self, topic: &str) -> bool {
        let topic = plain(topic);
        let rest = topic.split_once(&self.id).and_then(|(_, rest)| rest.strip_suffix("sentinel"));
        let is_delimiter = |text: &str| !text.is_empty() && !text.contains(char::is_alphanumeric);
        rest.is_some_and(|rest| rest.contains(SENTINEL_SCHEMA) || is_delimiter(rest))
    }

    /// A text of a case with the names of one side in it.
    pub fn fill(&self, text: &str, role: Role) -> String {
        text.replace("{database}", &self.id)
            .replace("{prefix}", &self.id)
            .replace("{slot}", &self.slot(role))
            .replace("{publication}", &self.publication(role))
    }

    /// A text of a side with placeholders for its own names.
    pub fn forget(&self, text: &str, role: Role) -> String {
        text.replace(&self.slot(role), "{slot}").replace(&self.publication(role), "{publication}")
    }

    /// Whether a text means another thing on each side.
    pub fn differs(text: &str) -> bool {
        text.contains("{slot}") || text.contains("{publication}")
    }

    /// The configuration of the case's connector.
    pub fn config(&self, case: &Case, role: Role, postgres: &Postgres, extra: &BTreeMap<String, String>) -> Value {
        let mut config: BTreeMap<String, String> = self.usual(case, role, postgres);
        for (key, value) in &case.connector {
            match value {
                Some(value) => drop(config.insert(key.clone(), self.fill(value, role))),
                None => drop(config.remove(key)),
            }
        }
        for (list, entry) in [
            ("schema.include.list", SENTINEL_SCHEMA),
            ("table.include.list", SENTINEL_TABLE),
            ("column.include.list", "tailrace.sentinel.id"),
        ] {
            if let Some(value) = config.get_mut(list) {
                *value = format!("{value},{entry}");
            }
        }
        config.extend(extra.clone());
        Value::Object(config.into_iter().map(|(key, value)| (key, Value::String(value))).collect::<Map<_, _>>())
    }

    fn usual(&self, case: &Case, role: Role, postgres: &Postgres) -> BTreeMap<String, String> {
        let schemas = case.schemas.to_string();
        let converter = "org.apache.kafka.connect.json.JsonConverter";
        let port = postgres.port().to_string();
        let (slot, publication) = (self.slot(role), self.publication(role));
        let usual = [
            ("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
            ("database.hostname", "127.0.0.1"),
            ("database.port", &port),
            ("database.user", postgres.user()),
            ("database.password", postgres.password()),
            ("database.dbname", &self.id),
            ("topic.prefix", &self.id),
            ("plugin.name", "pgoutput"),
            ("slot.name", &slot),
            ("publication.name", &publication),
            ("publication.autocreate.mode", "all_tables"),
            ("snapshot.mode", "initial"),
            // both have it; records are the same with a shorter one, and the run is quicker
            ("poll.interval.ms", "50"),
            ("key.converter", converter),
            ("key.converter.schemas.enable", &schemas),
            ("value.converter", converter),
            ("value.converter.schemas.enable", &schemas),
        ];
        usual.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

/// A topic's name with its underscores, which some strategies of naming tell by their numbers.
fn plain(topic: &str) -> String {
    topic.replace("_u005f", "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_sides_have_one_length_and_are_forgotten() {
        let names = Names::new("pk", PostgresVersion::V15);
        let [left, right] = Role::BOTH.map(|role| names.fill("slot {slot} of {publication}", role));
        assert_eq!(left.len(), right.len());
        assert_ne!(left, right);
        assert_eq!(names.forget(&left, Role::Reference), names.forget(&right, Role::Subject));
    }

    #[test]
    fn topics_belong_to_one_case() {
        let (one, other) = (Names::new("pk", PostgresVersion::V15), Names::new("no_pk", PostgresVersion::V15));
        assert!(one.owns("c_pk_15.public.t") && !one.owns("c_no_pk_15.public.t") && !other.owns("c_pk_15.public.t"));
        assert!(one.is_sentinel("c_pk_15-tailrace-sentinel") && !one.is_sentinel("c_pk_15.public.sentinel"));
        assert!(one.is_sentinel("c_u005fpk_u005f15.sentinel") && one.is_sentinel("c_pk_15_sentinel"));
    }
}
