//! The settings of the MongoDB connector.

use crate::config::key::{Key, Kind};

const NO_STORES: &str = "name PEM files by tlsCAFile and tlsCertificateKeyFile in mongodb.connection.string instead";
const UNSET: &str = "leave it unset";
const REMOVED: &str = "the original dropped this setting before 2.7 and ignores it";

pub const CAPTURE_MODES: &[&str] = &[
    "change_streams",
    "change_streams_update_full",
    "change_streams_with_pre_image",
    "change_streams_update_full_with_pre_image",
];

pub const SNAPSHOT_MODES: &[&str] =
    &["always", "initial", "never", "no_data", "initial_only", "when_needed", "configuration_based", "custom"];

pub const KEYS: &[Key] = &[
    Key::required(
        "mongodb.connection.string",
        Kind::Password,
        "Where the deployment is; its options win over all others.",
    ),
    Key::optional("mongodb.user", Kind::Text, "User, unless the connection string names one."),
    Key::optional("mongodb.password", Kind::Password, "Password of mongodb.user."),
    Key::new("mongodb.authsource", Kind::Text, "admin", "Database that keeps the user."),
    Key::new(
        "mongodb.authentication.class",
        Kind::Text,
        "io.debezium.connector.mongodb.connection.DefaultMongoDbAuthProvider",
        "",
    )
    .only(&[], "other providers are Java code"),
    Key::new("mongodb.connect.timeout.ms", Kind::Positive, "10000", "Time for a connection to come up."),
    Key::new("mongodb.socket.timeout.ms", Kind::NonNegative, "0", "Time for a reply; 0 waits without end.")
        .only(&["0"], "set it to 0"),
    Key::new("mongodb.server.selection.timeout.ms", Kind::Positive, "30000", "Time to find a usable server."),
    Key::new("mongodb.heartbeat.frequency.ms", Kind::Positive, "10000", "Pause between checks of the servers."),
    Key::new("mongodb.poll.interval.ms", Kind::Positive, "30000", "").no_effect("has none in the original either"),
    Key::new("mongodb.ssl.enabled", Kind::Boolean, "false", "Whether connections use TLS."),
    Key::new("mongodb.ssl.invalid.hostname.allowed", Kind::Boolean, "false", "")
        .only(&["false"], "the host name of a certificate is always checked"),
    Key::optional("mongodb.ssl.keystore", Kind::Text, "").only(&[], NO_STORES),
    Key::optional("mongodb.ssl.keystore.password", Kind::Password, "").only(&[], NO_STORES),
    Key::optional("mongodb.ssl.keystore.type", Kind::Text, "").only(&[], NO_STORES),
    Key::optional("mongodb.ssl.truststore", Kind::Text, "").only(&[], NO_STORES),
    Key::optional("mongodb.ssl.truststore.password", Kind::Password, "").only(&[], NO_STORES),
    Key::optional("mongodb.ssl.truststore.type", Kind::Text, "").only(&[], NO_STORES),
    Key::new(
        "internal.mongodb.allow.offset.invalidation",
        Kind::Boolean,
        "false",
        "Take over offsets of single shards.",
    )
    .only(&["false"], "set it to false"),
    Key::new("mongodb.task.id", Kind::Integer, "0", "").no_effect("names a bean of the Java runtime"),
    Key::optional("mongodb.connection.mode", Kind::Text, "").no_effect("the connection string says what it points at"),
    Key::optional("mongodb.connection.string.shard.params", Kind::Text, "")
        .only(&[], "Deprecated field 'mongodb.connection.string.shard.params' is used; remove it"),
    Key::optional("mongodb.hosts", Kind::Text, "").no_effect(REMOVED),
    Key::optional("mongodb.name", Kind::Text, "").no_effect(REMOVED),
    Key::optional("mongodb.members.auto.discover", Kind::Text, "").no_effect(REMOVED),
    Key::optional("connect.backoff.initial.delay.ms", Kind::Text, "").no_effect(REMOVED),
    Key::optional("connect.backoff.max.delay.ms", Kind::Text, "").no_effect(REMOVED),
    Key::optional("connect.max.attempts", Kind::Text, "").no_effect(REMOVED),
    Key::optional("source.struct.version", Kind::Text, "").no_effect(REMOVED),
    Key::optional("database.whitelist", Kind::Text, "").only(&[], "use database.include.list"),
    Key::optional("database.blacklist", Kind::Text, "").only(&[], "use database.exclude.list"),
    Key::optional("collection.whitelist", Kind::Text, "").only(&[], "use collection.include.list"),
    Key::optional("collection.blacklist", Kind::Text, "").only(&[], "use collection.exclude.list"),
    Key::optional("field.blacklist", Kind::Text, "").only(&[], UNSET),
    Key::new(
        "capture.mode",
        Kind::Enum(CAPTURE_MODES),
        "change_streams_update_full",
        "Which documents an event carries.",
    ),
    Key::new(
        "capture.mode.full.update.type",
        Kind::Enum(&["lookup", "post_image"]),
        "lookup",
        "Where updates find the full document.",
    ),
    Key::new(
        "capture.scope",
        Kind::Enum(&["deployment", "database", "collection"]),
        "deployment",
        "What one change stream watches.",
    ),
    Key::optional("capture.target", Kind::Text, "The database, or database.collection, of capture.scope."),
    Key::new("filters.match.mode", Kind::Enum(&["regex", "literal"]), "regex", "How the lists below are read."),
    Key::optional("database.include.list", Kind::Text, "Databases that are captured."),
    Key::optional("database.exclude.list", Kind::Text, "Databases that are not captured."),
    Key::optional("collection.include.list", Kind::Text, "Collections, as database.collection, that are captured."),
    Key::optional("collection.exclude.list", Kind::Text, "Collections, as database.collection, that are not captured."),
    Key::optional("field.exclude.list", Kind::Text, "").only(&[], UNSET),
    Key::optional("field.renames", Kind::Text, "").only(&[], UNSET),
    Key::new(
        "cursor.max.await.time.ms",
        Kind::NonNegative,
        "0",
        "How long the server waits for changes; 0 is its default.",
    ),
    Key::optional("cursor.pipeline", Kind::Text, "").only(&[], UNSET),
    Key::new("cursor.pipeline.order", Kind::Enum(&["internal_first", "user_first", "user_only"]), "internal_first", "")
        .only(&["internal_first"], UNSET),
    Key::new("cursor.oversize.handling.mode", Kind::Enum(&["fail", "skip", "split"]), "fail", "Events beyond 16 MB.")
        .only(&["fail"], "set it to fail"),
    Key::new("cursor.oversize.skip.threshold", Kind::NonNegative, "0", "").only(&["0"], UNSET),
    Key::new("snapshot.mode", Kind::Enum(SNAPSHOT_MODES), "initial", "When the collections are read whole.").only(
        &["always", "initial", "never", "no_data", "initial_only", "when_needed"],
        "set it to initial, or to no_data",
    ),
    Key::new("snapshot.mode.configuration.based.snapshot.data", Kind::Boolean, "false", "").only(&["false"], UNSET),
    Key::new("snapshot.mode.configuration.based.snapshot.schema", Kind::Boolean, "false", "").only(&["false"], UNSET),
    Key::new("snapshot.mode.configuration.based.start.stream", Kind::Boolean, "false", "").only(&["false"], UNSET),
    Key::new("snapshot.mode.configuration.based.snapshot.on.schema.error", Kind::Boolean, "false", "")
        .only(&["false"], UNSET),
    Key::new("snapshot.mode.configuration.based.snapshot.on.data.error", Kind::Boolean, "false", "")
        .only(&["false"], UNSET),
    Key::optional("snapshot.include.collection.list", Kind::RegexList, "Collections that a snapshot reads."),
    Key::optional("snapshot.collection.filter.overrides", Kind::Text, "").only(&[], UNSET),
    Key::new(
        "snapshot.fetch.size",
        Kind::NonNegative,
        "0",
        "Documents in one reply of a snapshot; 0 is the server's default.",
    ),
    Key::new("sourceinfo.struct.maker", Kind::Text, "io.debezium.connector.mongodb.MongoDbSourceInfoStructMaker", "")
        .only(&[], "other makers are Java code"),
    Key::new(
        "topic.naming.strategy",
        Kind::Text,
        "io.debezium.schema.DefaultTopicNamingStrategy",
        "How topics are named.",
    )
    .only(&[], "other strategies are Java code"),
    Key::new("internal.log.position.check.enable", Kind::Boolean, "true", "")
        .no_effect("opening the stream checks the position"),
];
