//! Server errors: SQLSTATE to transient or definite, with the remedy.

use crate::error::Error;
use std::fmt;

/// What the server said in an `ErrorResponse`.
#[derive(Debug, Clone, Default)]
pub struct ServerError {
    pub sqlstate: String,
    pub message: String,
    pub detail: String,
    pub hint: String,
}

impl ServerError {
    pub fn parse(body: &[u8]) -> Self {
        let mut error = Self::default();
        for field in body.split(|b| *b == 0).filter(|f| !f.is_empty()) {
            let text = String::from_utf8_lossy(&field[1..]).into_owned();
            match field[0] {
                b'C' => error.sqlstate = text,
                b'M' => error.message = text,
                b'D' => error.detail = text,
                b'H' => error.hint = text,
                _ => {}
            }
        }
        error
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.sqlstate)?;
        for part in [&self.detail, &self.hint] {
            if !part.is_empty() {
                write!(f, "; {part}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ServerError {}

/// The SQLSTATE behind an error, if the server raised it.
pub fn sqlstate(error: &Error) -> Option<&str> {
    let source = std::error::Error::source(error)?;
    source.downcast_ref::<ServerError>().map(|e| e.sqlstate.as_str())
}

/// Classifies what the server said. Unknown codes are transient: the operator sees them in the status while we retry.
pub fn of_server(error: ServerError, target: &str) -> Error {
    let (definite, remedy) = judge(&error);
    let message = format!("{target}: {}", error.message);
    let result = if definite { Error::definite(message) } else { Error::transient(message) };
    result.caused_by(error).remedy(remedy)
}

fn judge(error: &ServerError) -> (bool, &'static str) {
    match error.sqlstate.as_str() {
        "28P01" | "28000" => (true, "check database.user, database.password and the server's pg_hba.conf"),
        "3D000" => (true, "check database.dbname: the server has no such database"),
        "42501" => (true, "grant the role of database.user REPLICATION, LOGIN and SELECT on the captured tables"),
        "42704" => (true, "check publication.name and slot.name: the object does not exist"),
        "42P01" | "3F000" => (true, "check table.include.list and snapshot settings: the relation does not exist"),
        "42710" => (
            false,
            "the object exists already: see whether another connector uses the same slot.name or publication.name",
        ),
        "55006" => (false, "the slot is in use: end the other reader, or give this connector its own slot.name"),
        "53400" => (true, "no free replication slot: raise max_replication_slots or drop an unused slot"),
        "53300" => (false, "the server has no free connection: raise max_connections or max_wal_senders"),
        "55000" if error.message.contains("wal_level") => {
            (true, "set wal_level = logical in postgresql.conf and restart the server")
        }
        "58P01" | "55000" => (true, "the slot no longer has the needed WAL: drop the slot and take a new snapshot"),
        "42601" | "42703" | "42883" | "0A000" => {
            (true, "see that the server is PostgreSQL 12 or newer and no table changed just now; else report it")
        }
        _ => {
            (false, "it is tried again; if it comes again, look in the server's log and for the SQLSTATE in its manual")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_definite_and_names_the_keys() {
        let body = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"x\"\0\0";
        let error = of_server(ServerError::parse(body), "PostgreSQL at h:1, database d");
        assert!(!error.is_transient());
        assert_eq!(sqlstate(&error), Some("28P01"));
        assert!(error.report().contains("remedy: check database.user, database.password"));
    }
}
