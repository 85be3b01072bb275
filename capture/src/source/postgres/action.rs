//! The statement that is run before each heartbeat, on a connection of its own.

use super::error::sqlstate;
use super::wire::codec::Connection;
use super::wire::startup::Login;
use crate::error::{Error, Result};
use std::time::Duration;
use tokio::time::timeout;

/// The log waits meanwhile, and the server ends the stream after `wal_sender_timeout`, a minute by default.
const LONGEST: Duration = Duration::from_secs(30);

pub struct Action {
    login: Login,
    query: String,
    connection: Option<Connection>,
}

impl Action {
    pub fn new(login: Login, query: String) -> Self {
        Self { login, query, connection: None }
    }

    /// A failure is told and the heartbeat goes on, except where the server shuts down or starts up.
    pub async fn run(&mut self) -> Result<()> {
        let failure = match timeout(LONGEST, self.try_once()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(failure)) => failure,
            Err(_) => Error::transient(format!("heartbeat.action.query took longer than {LONGEST:?}")),
        };
        let state = sqlstate(&failure).map(str::to_owned);
        if state.is_none() {
            self.connection = None;
        }
        match state.as_deref() {
            Some("57P01" | "57P03") => Err(Error::transient("heartbeat.action.query could not be run")
                .caused_by(failure)
                .remedy("wait until the database server has started again")),
            _ => {
                tracing::error!(error = %failure, "heartbeat.action.query failed");
                Ok(())
            }
        }
    }

    async fn try_once(&mut self) -> Result<()> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            absent => absent.insert(self.login.connect().await?),
        };
        connection.query(&self.query).await.map(drop)
    }
}
