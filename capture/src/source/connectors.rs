//! The connectors that this engine stands in for, by their Java class names.

use super::{mongodb, postgres};
use crate::config::connector;
use crate::config::key::{Key, Map, Problem};

/// The release of Debezium whose records these are.
pub const VERSION: &str = "2.7.0.Final";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    MongoDb,
}

/// One connector as the worker and its REST interface see it.
#[derive(Debug)]
pub struct Definition {
    pub kind: Kind,
    pub class: &'static str,
    /// The release whose behaviour it has.
    pub version: &'static str,
    /// Settings of this connector alone; `config::connector::COMMON` holds the others.
    pub keys: &'static [Key],
    pub validate: fn(&Map) -> Vec<Problem>,
    /// Logs in with a valid configuration and says what stands against it.
    pub unreachable: fn(&Map) -> Option<Problem>,
    /// The source partition under which offsets are stored, as JSON.
    pub partition: fn(&Map) -> String,
}

pub const DEFINITIONS: &[Definition] = &[
    Definition {
        kind: Kind::Postgres,
        class: "io.debezium.connector.postgresql.PostgresConnector",
        version: VERSION,
        keys: postgres::config::KEYS,
        validate: validate_postgres,
        unreachable: postgres::reach::unreachable,
        partition: postgres_partition,
    },
    Definition {
        kind: Kind::MongoDb,
        class: "io.debezium.connector.mongodb.MongoDbConnector",
        version: VERSION,
        keys: mongodb::config::KEYS,
        validate: mongodb::config::validate,
        unreachable: |_| None,
        partition: mongodb_partition,
    },
];

/// Finds a connector by its class, or by the short forms that Kafka Connect allows.
pub fn find(class: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| {
        let short = definition.class.rsplit('.').next().unwrap_or_default();
        class == definition.class || class == short || Some(class) == short.strip_suffix("Connector")
    })
}

fn validate_postgres(map: &Map) -> Vec<Problem> {
    let mut problems = connector::check(postgres::config::KEYS, map);
    // what concerns the form of several settings is said as well, once for each key
    let mut further = postgres::config::Settings::parse(map).err().unwrap_or_default();
    further.retain(|problem| problems.iter().all(|p| p.key != problem.key));
    problems.append(&mut further);
    if !map.get("plugin.name").is_some_and(|p| p.trim().eq_ignore_ascii_case("pgoutput")) && problems.is_empty() {
        problems.push(Problem::new(
            "plugin.name",
            "'plugin.name' must be pgoutput: its default, decoderbufs, is not served; set plugin.name=pgoutput",
        ));
    }
    problems
}

fn postgres_partition(map: &Map) -> String {
    let prefix = map.get("topic.prefix").map(|p| p.trim()).unwrap_or_default();
    format!("{{\"server\":{}}}", serde_json::Value::from(prefix))
}

fn mongodb_partition(map: &Map) -> String {
    let prefix = map.get("topic.prefix").map(|p| p.trim()).unwrap_or_default();
    format!("{{\"server_id\":{}}}", serde_json::Value::from(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_find_the_class() {
        for name in ["io.debezium.connector.postgresql.PostgresConnector", "PostgresConnector", "Postgres"] {
            assert_eq!(find(name).map(|d| d.kind), Some(Kind::Postgres), "{name}");
        }
        assert!(find("FileStreamSource").is_none());
    }
}
