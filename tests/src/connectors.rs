//! The users' two connectors on the rig's databases: their names, their topics, their settings.

use serde_json::{Value, json};

use crate::{Mongodb, Postgres};

pub const POSTGRES: &str = "postgres-connector";
pub const MONGODB: &str = "mongo-connector";
pub const USERS_TOPIC: &str = "postgres.public.users";
pub const EVENTS_TOPIC: &str = "mongo.commerce.events";

/// Debezium's default, which the users keep.
pub const SLOT: &str = "debezium";

/// `public.users`; slot and publication keep Debezium's default names.
pub fn postgres(postgres: &Postgres) -> Value {
    json!({
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "database.hostname": "127.0.0.1",
        "database.port": postgres.port().to_string(),
        "database.user": postgres.user(),
        "database.password": postgres.password(),
        "database.dbname": postgres.database(),
        "topic.prefix": "postgres",
        "table.include.list": "public.users",
        "plugin.name": "pgoutput",
    })
}

/// `commerce.events`, each update with its document.
pub fn mongodb(mongodb: &Mongodb) -> Value {
    json!({
        "connector.class": "io.debezium.connector.mongodb.MongoDbConnector",
        "mongodb.connection.string": mongodb.url(),
        "topic.prefix": "mongo",
        "collection.include.list": "commerce.events",
        "capture.mode": "change_streams_update_full",
    })
}

/// A configuration with one setting changed, added, or (null) removed.
pub fn with(mut config: Value, key: &str, value: Value) -> Value {
    let settings = config.as_object_mut().expect("the configuration of a connector is an object");
    match value {
        Value::Null => drop(settings.remove(key)),
        value => drop(settings.insert(key.to_owned(), value)),
    }
    config
}
