//! From an address to a connection that is ready for queries: the login.

use super::codec::Connection;
use super::dial::Dialed;
use super::pace::Window;
use super::tls::{self, Mode};
use crate::config::secret::Secret;
use crate::error::{Error, Result};
use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::AuthenticationSaslBody;
use postgres_protocol::message::{backend, frontend};
use std::time::Duration;

/// Where and as whom to log in.
#[derive(Debug, Clone)]
pub struct Login {
    /// A host name or address, or the folder of a Unix socket.
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: Secret,
    pub database: String,
    pub ssl_mode: Mode,
    pub ssl_files: tls::Files,
}

/// What the connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Catalog queries and snapshots.
    Sql,
    /// `START_REPLICATION`; also takes plain SQL.
    Replication,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Login {
    pub fn target(&self) -> String {
        format!("PostgreSQL at {}:{}, database {}", self.host, self.port, self.database)
    }

    /// The two connections of a reader: for plain SQL, and for the log.
    pub async fn connect_both(&self) -> Result<(Connection, Connection)> {
        let work = async {
            let sql = self.dial(Window::Kernel).await?;
            let log = self.dial_log(sql.round_trip).await?;
            tokio::try_join!(
                self.log_in(sql, Purpose::Sql, "tailrace"),
                self.log_in(log, Purpose::Replication, "tailrace streaming"),
            )
        };
        tokio::time::timeout(CONNECT_TIMEOUT, work).await.unwrap_or_else(|_| Err(self.silent()))
    }

    /// A further connection for plain SQL.
    pub async fn connect(&self) -> Result<Connection> {
        let work = async { self.log_in(self.dial(Window::Kernel).await?, Purpose::Sql, "tailrace").await };
        tokio::time::timeout(CONNECT_TIMEOUT, work).await.unwrap_or_else(|_| Err(self.silent()))
    }

    fn silent(&self) -> Error {
        Error::transient(format!("{} did not answer within {CONNECT_TIMEOUT:?}", self.target()))
            .remedy("check database.hostname, database.port and the network between them")
    }

    /// The window has to stand before the connection does, so the way is measured by another one. A busy machine makes a
    /// way seem long, never short: where this one proves shorter, it is made once more.
    async fn dial_log(&self, round_trip: Duration) -> Result<Dialed> {
        let window = Window::suiting(round_trip);
        let log = self.dial(window).await?;
        let second = Window::suiting(log.round_trip.min(round_trip));
        tracing::debug!(window = ?second, "way to the database measured");
        if second == window { Ok(log) } else { self.dial(second).await }
    }

    async fn log_in(&self, dialed: Dialed, purpose: Purpose, application: &str) -> Result<Connection> {
        let room = if purpose == Purpose::Replication { 1 << 20 } else { 64 << 10 };
        let mut connection = Connection::new(dialed.stream, self.target(), room).with_pace(dialed.pace);
        self.send_startup(&mut connection, purpose, application).await?;
        self.authenticate(&mut connection).await?;
        Ok(connection)
    }

    async fn send_startup(&self, connection: &mut Connection, purpose: Purpose, application: &str) -> Result<()> {
        let mut parameters = vec![
            ("user", self.user.as_str()),
            ("database", self.database.as_str()),
            ("application_name", application),
            ("client_encoding", "UTF8"),
            ("DateStyle", "ISO"),
            ("TimeZone", "UTC"),
            ("extra_float_digits", "3"),
            // values must have the one form that is read here, whatever role and database prefer
            ("bytea_output", "hex"),
            ("IntervalStyle", "postgres"),
            // a snapshot takes as long as it takes
            ("statement_timeout", "0"),
            ("lock_timeout", "0"),
            ("idle_in_transaction_session_timeout", "0"),
        ];
        if purpose == Purpose::Replication {
            parameters.push(("replication", "database"));
        }
        let mut out = BytesMut::new();
        frontend::startup_message(parameters, &mut out).map_err(|e| self.malformed(e))?;
        connection.send(&out).await
    }

    fn malformed(&self, cause: std::io::Error) -> Error {
        Error::definite("database.user, database.password or database.dbname holds a zero byte")
            .caused_by(cause)
            .remedy("take it out")
    }

    async fn authenticate(&self, connection: &mut Connection) -> Result<()> {
        loop {
            let (tag, range) = connection.message().await?;
            match tag {
                b'R' => {
                    let request = authentication(connection, range.clone())?;
                    connection.consume(range.end);
                    self.answer(connection, request).await?;
                }
                b'Z' => {
                    connection.consume(range.end);
                    return Ok(());
                }
                b'K' => connection.consume(range.end),
                other => return Err(connection.broken(format!("message {:?} during login", char::from(other)))),
            }
        }
    }

    async fn answer(&self, connection: &mut Connection, request: backend::Message) -> Result<()> {
        use backend::Message;
        match request {
            Message::AuthenticationOk => Ok(()),
            Message::AuthenticationCleartextPassword => {
                self.send_password(connection, self.password.expose().as_bytes()).await
            }
            Message::AuthenticationMd5Password(body) => {
                let hash = md5_hash(self.user.as_bytes(), self.password.expose().as_bytes(), body.salt());
                self.send_password(connection, hash.as_bytes()).await
            }
            Message::AuthenticationSasl(body) => self.scram(connection, body).await,
            _ => Err(Error::definite(format!("{} wants a way of login that is not served", self.target()))
                .remedy("use scram-sha-256, md5, password, cert or trust in pg_hba.conf")),
        }
    }

    async fn send_password(&self, connection: &mut Connection, password: &[u8]) -> Result<()> {
        let mut out = BytesMut::new();
        frontend::password_message(password, &mut out).map_err(|e| self.malformed(e))?;
        connection.send(&out).await
    }

    async fn scram(&self, connection: &mut Connection, body: AuthenticationSaslBody) -> Result<()> {
        let mut mechanisms = body.mechanisms();
        let mut offered = false;
        while let Some(mechanism) = mechanisms.next().map_err(|e| connection.broken(e))? {
            offered |= mechanism == SCRAM_SHA_256;
        }
        if !offered {
            return Err(Error::definite(format!("{} offers no SCRAM-SHA-256", self.target()))
                .remedy("use scram-sha-256, md5, password, cert or trust in pg_hba.conf"));
        }
        let mut scram = ScramSha256::new(self.password.expose().as_bytes(), ChannelBinding::unsupported());
        let mut out = BytesMut::new();
        frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut out).map_err(|e| connection.broken(e))?;
        connection.send(&out).await?;

        let challenge = sasl_answer(connection).await?;
        scram.update(&challenge).map_err(|e| self.refused(e))?;
        out.clear();
        frontend::sasl_response(scram.message(), &mut out).map_err(|e| connection.broken(e))?;
        connection.send(&out).await?;

        let proof = sasl_answer(connection).await?;
        scram.finish(&proof).map_err(|e| self.refused(e))
    }

    fn refused(&self, cause: std::io::Error) -> Error {
        Error::definite(format!("login to {} as {} failed", self.target(), self.user))
            .caused_by(cause)
            .remedy("check database.user and database.password")
    }
}

fn authentication(connection: &Connection, body: std::ops::Range<usize>) -> Result<backend::Message> {
    let mut frame = BytesMut::with_capacity(body.len() + 5);
    frame.extend_from_slice(b"R");
    frame.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
    frame.extend_from_slice(connection.bytes(body));
    match backend::Message::parse(&mut frame) {
        Ok(Some(message)) => Ok(message),
        Ok(None) => Err(connection.broken("an authentication request is cut short")),
        Err(e) => Err(connection.broken(e)),
    }
}

async fn sasl_answer(connection: &mut Connection) -> Result<Vec<u8>> {
    let (tag, range) = connection.message().await?;
    if tag != b'R' {
        return Err(connection.broken(format!("message {:?} instead of a SASL answer", char::from(tag))));
    }
    let message = authentication(connection, range.clone())?;
    connection.consume(range.end);
    match message {
        backend::Message::AuthenticationSaslContinue(body) => Ok(body.data().to_vec()),
        backend::Message::AuthenticationSaslFinal(body) => Ok(body.data().to_vec()),
        _ => Err(connection.broken("no SASL answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    fn login() -> Login {
        Login {
            host: "127.0.0.1".into(),
            port: 1,
            user: "u".into(),
            password: Secret::default(),
            database: "d".into(),
            ssl_mode: Mode::Disable,
            ssl_files: tls::Files::default(),
        }
    }

    #[tokio::test]
    async fn values_come_in_one_form_whatever_the_role_prefers() {
        let login = login();
        let (ours, mut server) = tokio::io::duplex(4096);
        let mut connection = Connection::new(Box::new(ours), login.target(), 0);
        login.send_startup(&mut connection, Purpose::Sql, "a").await.unwrap();
        let mut sent = vec![0; 4096];
        let count = server.read(&mut sent).await.unwrap();
        let text = String::from_utf8_lossy(&sent[..count]).into_owned();
        for pair in ["bytea_output\0hex\0", "IntervalStyle\0postgres\0", "statement_timeout\x000\0", "DateStyle\0ISO\0"]
        {
            assert!(text.contains(pair), "{pair:?} in {text:?}");
        }
    }
}
