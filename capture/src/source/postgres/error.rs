//! Server errors: what the server said, and by the table of codes what it means.

use super::failures;
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

/// Says what it means, with the remedy.
pub fn of_server(error: ServerError, target: &str) -> Error {
    let (kind, remedy) = failures::of_code(&error.sqlstate, &error.message);
    Error::new(kind, format!("{target}: {}", error.message)).caused_by(error).remedy(remedy)
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
