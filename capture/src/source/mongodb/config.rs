//! The MongoDB connector's settings, typed.

pub use super::keys::KEYS;

use crate::config::connector;
use crate::config::key::{self, Map, Problem, Reader};
use crate::config::secret::Secret;
use mongodb::options::ConnectionString;
use std::time::Duration;

/// When collections are read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotMode {
    Always,
    Initial,
    NoData,
    InitialOnly,
    WhenNeeded,
}

/// What the change stream watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Deployment,
    Database(String),
    Collection(String, String),
}

/// The lists as the user wrote them: the server is sent the raw text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    pub literal: bool,
    pub database_include: Option<String>,
    pub database_exclude: Option<String>,
    pub collection_include: Option<String>,
    pub collection_exclude: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub prefix: String,
    pub delimiter: String,
    pub connection: Connection,
    /// The server's word for the documents of updates, where they are wanted.
    pub full_document: Option<&'static str>,
    pub pre_images: bool,
    pub scope: Scope,
    pub lists: Lists,
    /// The server's words for the operations that are captured.
    pub operations: Vec<&'static str>,
    pub tombstones: bool,
    pub max_await: Option<Duration>,
    pub snapshot: SnapshotMode,
    pub snapshot_include: Vec<String>,
    pub fetch_size: Option<u32>,
    pub heartbeat: Option<Duration>,
    pub heartbeat_topic: String,
}

#[derive(Debug, Clone)]
pub struct Connection {
    pub uri: Secret,
    pub user: Option<String>,
    pub password: Secret,
    pub auth_source: String,
    pub tls: bool,
    pub connect_timeout: Duration,
    pub selection_timeout: Duration,
    pub heartbeat_frequency: Duration,
}

/// Everything that is wrong with `map`, before anything is opened.
pub fn validate(map: &Map) -> Vec<Problem> {
    let mut problems = connector::check(KEYS, map);
    let keys = connector::with_common(KEYS);
    let reader = Reader::new(&keys, map);
    check_connection(&reader, &mut problems);
    check_lists(&reader, &mut problems);
    check_scope(&reader, &mut problems);
    problems
}

impl Settings {
    pub fn parse(map: &Map) -> Result<Self, Vec<Problem>> {
        let problems = validate(map);
        if !problems.is_empty() {
            return Err(problems);
        }
        let keys = connector::with_common(KEYS);
        let reader = Reader::new(&keys, map);
        let owned = |name| reader.text(name).map(str::to_owned);
        let millis = |name| Duration::from_millis(reader.integer(name).unsigned_abs());
        let mode = reader.text("capture.mode").unwrap_or_default().to_ascii_lowercase();
        let prefix = owned("topic.prefix").unwrap_or_default();
        Ok(Self {
            heartbeat_topic: format!("{}.{prefix}", reader.text("topic.heartbeat.prefix").unwrap_or_default()),
            prefix,
            delimiter: owned("topic.delimiter").unwrap_or_default(),
            connection: connection(&reader),
            full_document: mode.contains("update_full").then(|| full_document(&reader)),
            pre_images: mode.ends_with("with_pre_image"),
            scope: scope(&reader),
            lists: lists(&reader),
            operations: operations(&reader.list("skipped.operations")),
            tombstones: reader.boolean("tombstones.on.delete"),
            max_await: Some(millis("cursor.max.await.time.ms")).filter(|wait| !wait.is_zero()),
            snapshot: snapshot_mode(reader.text("snapshot.mode").unwrap_or_default()),
            snapshot_include: reader.list("snapshot.include.collection.list"),
            fetch_size: u32::try_from(reader.integer("snapshot.fetch.size")).ok().filter(|size| *size > 0),
            heartbeat: Some(millis("heartbeat.interval.ms")).filter(|pause| !pause.is_zero()),
        })
    }
}

fn connection(reader: &Reader<'_>) -> Connection {
    let millis = |name| Duration::from_millis(reader.integer(name).unsigned_abs());
    Connection {
        uri: Secret::new(reader.text("mongodb.connection.string").unwrap_or_default()),
        user: reader.text("mongodb.user").map(str::to_owned),
        // as it stands: a password may begin or end with a space
        password: Secret::new(reader.map.get("mongodb.password").cloned().unwrap_or_default()),
        auth_source: reader.text("mongodb.authsource").unwrap_or_default().to_owned(),
        tls: reader.boolean("mongodb.ssl.enabled"),
        connect_timeout: millis("mongodb.connect.timeout.ms"),
        selection_timeout: millis("mongodb.server.selection.timeout.ms"),
        heartbeat_frequency: millis("mongodb.heartbeat.frequency.ms"),
    }
}

fn full_document(reader: &Reader<'_>) -> &'static str {
    match reader.text("capture.mode.full.update.type") {
        Some(word) if word.eq_ignore_ascii_case("post_image") => "whenAvailable",
        _ => "updateLookup",
    }
}

fn lists(reader: &Reader<'_>) -> Lists {
    let owned = |name| reader.text(name).map(str::to_owned);
    Lists {
        literal: reader.text("filters.match.mode").is_some_and(|word| word.eq_ignore_ascii_case("literal")),
        database_include: owned("database.include.list"),
        database_exclude: owned("database.exclude.list"),
        collection_include: owned("collection.include.list"),
        collection_exclude: owned("collection.exclude.list"),
    }
}

/// Only the first two parts of a collection's name are looked at, as in the original.
fn scope(reader: &Reader<'_>) -> Scope {
    let target = reader.text("capture.target").unwrap_or_default();
    let mut parts = target.split('.');
    let (database, collection) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match reader.text("capture.scope").unwrap_or_default().to_ascii_lowercase().as_str() {
        "database" => Scope::Database(target.to_owned()),
        "collection" => Scope::Collection(database.to_owned(), collection.to_owned()),
        _ => Scope::Deployment,
    }
}

fn operations(skipped: &[String]) -> Vec<&'static str> {
    let all = [("c", "insert"), ("u", "update"), ("u", "replace"), ("d", "delete")];
    all.iter().filter(|(letter, _)| !skipped.iter().any(|s| s == letter)).map(|(_, word)| *word).collect()
}

fn snapshot_mode(word: &str) -> SnapshotMode {
    match word.to_ascii_lowercase().as_str() {
        "always" => SnapshotMode::Always,
        "never" | "no_data" => SnapshotMode::NoData,
        "initial_only" => SnapshotMode::InitialOnly,
        "when_needed" => SnapshotMode::WhenNeeded,
        _ => SnapshotMode::Initial,
    }
}

/// What the driver says of the options alone: of the whole string its text may repeat the password.
fn option_fault(uri: &str) -> Option<String> {
    let (_, options) = uri.rsplit_once('?')?;
    let may_be_secret = ["@", "assword", "authMechanismProperties"].iter().any(|word| options.contains(word));
    let fault = ConnectionString::parse(format!("mongodb://host/?{options}")).err().filter(|_| !may_be_secret)?;
    Some(fault.kind.to_string())
}

fn check_connection(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    const NAME: &str = "mongodb.connection.string";
    let Some(uri) = reader.text(NAME) else { return };
    let mut found = |text: &str| problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: {text}")));
    if !uri.starts_with("mongodb://") && !uri.starts_with("mongodb+srv://") {
        found("Invalid connection string; it starts with mongodb:// or mongodb+srv://");
    } else if uri.starts_with("mongodb://") && ConnectionString::parse(uri).is_err() {
        match option_fault(uri) {
            Some(fault) => found(&format!("Invalid connection string; {fault}")),
            None => found("Invalid connection string; see that user and password are percent-encoded"),
        }
    }
    if uri.contains("MONGODB-AWS") || uri.contains("MONGODB-OIDC") || uri.contains("GSSAPI") {
        found("this authentication mechanism is not served; use SCRAM or MONGODB-X509");
    }
    if reader.text("mongodb.connection.mode") == Some("replica_set") {
        found("Deprecated field 'mongodb.connection.mode' is used set to removed 'replica_set' value");
    }
    if reader.text("mongodb.user").is_some() && reader.text("mongodb.password").is_none() {
        problems.push(Problem::new("mongodb.password", "'mongodb.user' is set: set 'mongodb.password' too"));
    }
}

fn check_lists(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    let lists = lists(reader);
    for (include, exclude) in
        [("database.include.list", "database.exclude.list"), ("collection.include.list", "collection.exclude.list")]
    {
        if reader.text(include).is_some() && reader.text(exclude).is_some() {
            problems.push(Problem::new(exclude, format!("\"{include}\" is already specified")));
        }
        for name in [include, exclude].into_iter().filter(|_| !lists.literal) {
            for part in key::split_list(reader.text(name).unwrap_or_default()) {
                if let Err(error) = regex::Regex::new(&part) {
                    let text = format!("The '{name}' value is invalid: '{part}' is no regular expression ({error})");
                    problems.push(Problem::new(name, text));
                }
            }
        }
    }
}

fn check_scope(reader: &Reader<'_>, problems: &mut Vec<Problem>) {
    let missing = match scope(reader) {
        Scope::Deployment => false,
        Scope::Database(database) => database.is_empty(),
        Scope::Collection(database, collection) => database.is_empty() || collection.is_empty(),
    };
    if missing {
        let text = "'capture.scope' is database or collection: name the database, or database.collection, here";
        problems.push(Problem::new("capture.target", text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Map {
        let mut map: Map = [
            ("connector.class", "io.debezium.connector.mongodb.MongoDbConnector"),
            ("mongodb.connection.string", "mongodb://root:secret@localhost:27017/?authSource=admin&replicaSet=rs0"),
            ("topic.prefix", "mongo"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        map.extend(pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())));
        map
    }

    fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
        validate(&map(pairs)).iter().map(|p| p.to_string()).collect()
    }

    #[test]
    fn the_users_own_configuration_parses() {
        let map =
            map(&[("collection.include.list", "commerce.events"), ("capture.mode", "change_streams_update_full")]);
        let settings = Settings::parse(&map).unwrap();
        assert_eq!(settings.full_document, Some("updateLookup"));
        assert_eq!(settings.operations, ["insert", "update", "replace", "delete"]);
        assert!(!format!("{settings:?}").contains("secret"));
    }

    #[test]
    fn every_problem_names_its_key_and_no_secret() {
        let found = problems(&[
            ("collection.include.list", "a.b"),
            ("collection.exclude.list", "a(,b"),
            ("capture.scope", "database"),
            ("field.renames", "a.b.c:d"),
            ("mongodb.user", "u"),
            ("snapshot.mode", "custom"),
        ]);
        let keys: Vec<_> = found.iter().map(|p| p.split(':').next().unwrap()).collect();
        assert_eq!(
            keys,
            [
                "field.renames",
                "snapshot.mode",
                "mongodb.password",
                "collection.exclude.list",
                "collection.exclude.list",
                "capture.target"
            ]
        );
        let found = problems(&[("mongodb.connection.string", "mongodb://u:p@ss@h")]);
        assert_eq!(found.len(), 1);
        assert!(!found[0].contains("p@ss"), "{found:?}");
    }

    #[test]
    fn a_password_keeps_its_spaces() {
        let settings = Settings::parse(&map(&[("mongodb.user", "u"), ("mongodb.password", " s3cret ")])).unwrap();
        assert_eq!(settings.connection.password.expose(), " s3cret ");
    }

    #[test]
    fn skipped_updates_take_replaces_along() {
        let settings = Settings::parse(&map(&[("skipped.operations", "u,t")])).unwrap();
        assert_eq!(settings.operations, ["insert", "delete"]);
    }
}
