//! Which databases and collections are captured, as the original's client decides it.

use super::config::{Lists, Settings};
use crate::config::key::split_list;
use crate::error::{Error, Result};
use regex::Regex;

/// Never captured.
const SYSTEM_DATABASES: &[&str] = &["local", "admin", "config"];

#[derive(Debug)]
pub struct Filter {
    databases: Names,
    collections: Names,
    snapshot: Names,
}

/// An include list, an exclude list, or everything.
#[derive(Debug)]
struct Names {
    patterns: Vec<Pattern>,
    including: bool,
}

#[derive(Debug)]
enum Pattern {
    /// In lower case.
    Literal(String),
    /// Anchored, without regard to case.
    Regex(Regex),
}

impl Filter {
    pub fn new(settings: &Settings) -> Result<Self> {
        let Lists { literal, database_include, database_exclude, collection_include, collection_exclude } =
            &settings.lists;
        let names = |include: &Option<String>, exclude: &Option<String>| {
            let list = include.as_deref().or(exclude.as_deref()).unwrap_or_default();
            let including = include.is_some();
            if *literal {
                let patterns = list.split(',').map(|name| Pattern::Literal(name.trim().to_lowercase())).collect();
                Ok(Names { patterns, including })
            } else {
                Names::of_regexes(&split_list(list), including)
            }
        };
        Ok(Self {
            databases: names(database_include, database_exclude)?,
            collections: names(collection_include, collection_exclude)?,
            snapshot: Names::of_regexes(&settings.snapshot_include, !settings.snapshot_include.is_empty())?,
        })
    }

    pub fn takes_database(&self, database: &str) -> bool {
        self.databases.take(database)
    }

    /// Asked of every collection, of a snapshot and of the stream.
    pub fn takes_collection(&self, database: &str, collection: &str) -> bool {
        !SYSTEM_DATABASES.contains(&database) && self.collections.take(&format!("{database}.{collection}"))
    }

    pub fn snapshots(&self, database: &str, collection: &str) -> bool {
        self.snapshot.take(&format!("{database}.{collection}"))
    }
}

impl Names {
    fn of_regexes(patterns: &[String], including: bool) -> Result<Self> {
        let anchored = |pattern: &String| {
            Regex::new(&format!("(?i)^(?:{pattern})$")).map(Pattern::Regex).map_err(|error| {
                Error::definite(format!("'{pattern}' in a list of databases or collections is no regular expression"))
                    .remedy("mend the pattern")
                    .caused_by(error)
            })
        };
        Ok(Self { patterns: patterns.iter().map(anchored).collect::<Result<_>>()?, including })
    }

    fn take(&self, name: &str) -> bool {
        let listed = self.patterns.iter().any(|pattern| match pattern {
            Pattern::Literal(literal) => *literal == name.to_lowercase(),
            Pattern::Regex(regex) => regex.is_match(name),
        });
        listed == self.including
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(pairs: &[(&str, &str)]) -> Filter {
        let mut map: crate::config::key::Map =
            [("connector.class", "c"), ("mongodb.connection.string", "mongodb://h/"), ("topic.prefix", "p")]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into();
        map.extend(pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())));
        Filter::new(&Settings::parse(&map).unwrap()).unwrap()
    }

    #[test]
    fn patterns_match_whole_names_without_regard_to_case() {
        let f = filter(&[("collection.include.list", "db1.coll[.]?ection[x]?A,db1[.](.*)B")]);
        assert!(f.takes_collection("db1xcoll", "ectionA") && f.takes_collection("DB1", "anyB"));
        assert!(!f.takes_collection("db1", "collectionAA"));
        let f = filter(&[("database.exclude.list", "db1")]);
        assert!(!f.takes_database("db1") && f.takes_database("db12") && f.takes_collection("db1", "c"));
    }

    #[test]
    fn literal_lists_are_trimmed_and_system_databases_left_out() {
        let f = filter(&[("filters.match.mode", "literal"), ("database.include.list", " db1 ,  Db2 ")]);
        assert!(f.takes_database("db1") && f.takes_database("dB2") && !f.takes_database("db3"));
        assert!(!f.takes_collection("admin", "x") && f.takes_collection("any", "x"));
    }
}
