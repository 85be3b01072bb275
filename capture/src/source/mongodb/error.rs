//! What the driver's failures mean: pass by themselves, or need a person.

use crate::error::Error;
use mongodb::error::ErrorKind;

const FAILED_TO_PARSE: i32 = 9;
const UNAUTHORIZED: i32 = 13;
const AUTHENTICATION_FAILED: i32 = 18;
const INVALID_RESUME_TOKEN: i32 = 260;
const CHANGE_STREAM_FATAL: i32 = 280;
const HISTORY_LOST: i32 = 286;
const OBJECT_TOO_LARGE: i32 = 10334;
/// `$changeStream` on a server that keeps no oplog.
const NOT_A_REPLICA_SET: i32 = 40573;
/// `fullDocumentBeforeChange` and the like on a server that is too old.
const UNKNOWN_FIELD: i32 = 40415;
const LOOK_IN_THE_LOG: &str = "it is tried again; if it comes again, look for the cause in the server's log";
/// Failures that a new cursor on the same token gets over.
const RESUMABLE: &[i32] =
    &[6, 7, 43, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436];

/// Says what `error` means while doing `what`, e.g. `reading the change stream`.
pub fn classify(what: &str, error: mongodb::error::Error) -> Error {
    let report = match code(&error) {
        Some(AUTHENTICATION_FAILED) => refused_login(),
        Some(UNAUTHORIZED) => Error::definite(format!("the MongoDB user has no right for {what}")).remedy(
            "log in (mongodb.connection.string, or mongodb.user and mongodb.password) as a user with the role readAnyDatabase, \
             or with read on the one database of capture.scope and capture.target",
        ),
        Some(NOT_A_REPLICA_SET) => not_a_replica_set(),
        Some(HISTORY_LOST | INVALID_RESUME_TOKEN | CHANGE_STREAM_FATAL) => lost_position(),
        Some(FAILED_TO_PARSE) => Error::definite(format!("MongoDB cannot read the command for {what}"))
            .remedy("check the resume_token of the connector's offset, or delete the offset"),
        Some(OBJECT_TOO_LARGE) => Error::definite("a change event is larger than 16 MB")
            .remedy("set capture.mode to change_streams, or leave the collection out by collection.exclude.list"),
        Some(UNKNOWN_FIELD) => Error::definite(format!("the MongoDB server does not know an option used for {what}"))
            .remedy("set capture.mode to one without pre-images, and capture.mode.full.update.type to lookup"),
        Some(_) => Error::transient(format!("MongoDB refused {what}")).remedy(LOOK_IN_THE_LOG),
        None => without_code(what, &error),
    };
    report.caused_by(error.kind.to_string())
}

/// A standalone server keeps no change log.
pub fn not_a_replica_set() -> Error {
    Error::definite("the MongoDB server in mongodb.connection.string is not a member of a replica set").remedy(
        "start it with --replSet and run rs.initiate(), or point mongodb.connection.string at a replica set or a mongos",
    )
}

/// The position has left the oplog.
fn lost_position() -> Error {
    Error::definite(
        "the last recorded offset is no longer available on the MongoDB server: it has left the oplog, or the include \
         and exclude lists no longer select its event",
    )
    .remedy(
        "set snapshot.mode to when_needed to read the collections anew, or delete the connector's offset; make the oplog \
         larger so that it outlasts the connector's pauses",
    )
}

pub fn is_lost_position(error: &mongodb::error::Error) -> bool {
    matches!(code(error), Some(HISTORY_LOST | INVALID_RESUME_TOKEN | CHANGE_STREAM_FATAL))
}

/// True where the same stream may be opened again at its token.
pub fn is_resumable(error: &mongodb::error::Error) -> bool {
    error.contains_label("ResumableChangeStreamError")
        || matches!(*error.kind, ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. })
        || code(error).is_some_and(|code| RESUMABLE.contains(&code))
}

fn refused_login() -> Error {
    Error::definite("MongoDB refused the login")
        .remedy("check user, password and authSource in mongodb.connection.string (or mongodb.user, mongodb.password)")
}

fn without_code(what: &str, error: &mongodb::error::Error) -> Error {
    match &*error.kind {
        ErrorKind::Authentication { .. } => refused_login(),
        ErrorKind::InvalidArgument { .. } | ErrorKind::InvalidTlsConfig { .. } => {
            Error::definite("mongodb.connection.string holds an option that cannot be used").remedy("mend that option")
        }
        ErrorKind::ServerSelection { .. } | ErrorKind::DnsResolve { .. } | ErrorKind::Io(_) => Error::transient(
            format!("no usable MongoDB server answers at mongodb.connection.string ({what})"),
        )
        .remedy("check host names, port, replicaSet and TLS in mongodb.connection.string, and that the server is up"),
        _ => Error::transient(format!("MongoDB failed while {what}")).remedy(LOOK_IN_THE_LOG),
    }
}

fn code(error: &mongodb::error::Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        _ => None,
    }
}
