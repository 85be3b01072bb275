//! What a connection is given beside address and login.

use super::codec::Connection;
use crate::error::{Error, Result};
use std::time::Duration;

#[derive(Debug, Clone, Default)]
pub struct Session {
    /// In place of our own names.
    pub application: Option<String>,
    /// Until the server has let us in; `None`: no limit.
    pub connect_timeout: Option<Duration>,
    /// Of silence while an answer is due, on ordinary connections; `None`: no limit.
    pub socket_timeout: Option<Duration>,
    /// `-c name=value`, for the server.
    pub options: Option<String>,
    pub keeps_alive: bool,
    /// `None`: where there are several servers.
    pub wants_primary: Option<bool>,
    /// Run first on each ordinary connection.
    pub statements: Vec<String>,
}

/// A session's parameters that values depend on: they must have the one form that is read here, whatever role and database
/// prefer, and a snapshot takes as long as it takes.
pub const FORMS: [(&str, &str); 8] = [
    ("client_encoding", "UTF8"),
    ("DateStyle", "ISO"),
    ("extra_float_digits", "3"),
    ("bytea_output", "hex"),
    ("IntervalStyle", "postgres"),
    ("statement_timeout", "0"),
    ("lock_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
];

impl Session {
    /// Runs the user's statements. What they do to the forms of values is undone.
    pub async fn begin(&self, connection: &mut Connection) -> Result<()> {
        for statement in &self.statements {
            if let Err(cause) = connection.query(statement).await {
                let told = if super::super::error::sqlstate(&cause).is_some() {
                    Error::definite(format!("database.initial.statements: the server refuses {statement:?}"))
                        .remedy("correct the statement, or take it out")
                } else {
                    Error::transient("database.initial.statements could not be run")
                };
                return Err(told.caused_by(cause));
            }
        }
        if !self.statements.is_empty() {
            let forms: Vec<String> = FORMS.iter().map(|(name, value)| format!("SET {name} = '{value}'")).collect();
            connection.query(&forms.join(";")).await?;
        }
        Ok(())
    }
}
