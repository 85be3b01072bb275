//! From an address to a connection that is ready for queries: the login.

use super::super::error::sqlstate;
use super::super::failures::Link;
use super::address::Address;
use super::codec::Connection;
use super::dial::Dialed;
use super::pace::Window;
use super::session::{FORMS, Session};
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
    /// Not empty; the first that will do is taken.
    pub addresses: Vec<Address>,
    pub user: String,
    pub password: Secret,
    pub database: String,
    pub ssl_mode: Mode,
    pub ssl_files: tls::Files,
    pub session: Session,
}

/// What the connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Catalog queries and snapshots.
    Sql,
    /// `START_REPLICATION`; also takes plain SQL.
    Replication,
}

/// `invalid_authorization_specification`: no line of `pg_hba.conf` lets us in this way.
const NOT_THIS_WAY: &str = "28000";

impl Login {
    pub fn target(&self, at: &Address) -> String {
        format!("PostgreSQL at {at}, database {}", self.database)
    }

    /// The two connections of a reader, of the same server: for plain SQL, and for the log.
    pub async fn connect_both(&self) -> Result<(Connection, Connection)> {
        self.first_of_all(|at| self.both_at(at)).await
    }

    /// A further connection for plain SQL.
    pub async fn connect(&self) -> Result<Connection> {
        self.first_of_all(|at| self.sql_at(at)).await
    }

    /// What the first server gives that will do. If none will, the first failure is told: later servers are often the same.
    async fn first_of_all<'a, T, F: Future<Output = Result<T>>>(
        &'a self,
        mut connect: impl FnMut(&'a Address) -> F,
    ) -> Result<T> {
        let mut failure = None;
        for at in &self.addresses {
            match connect(at).await {
                Ok(connected) => return Ok(connected),
                Err(error) if self.addresses.len() == 1 => return Err(error),
                Err(error) => {
                    tracing::warn!(server = %at, error = error.report(), "this server will not do, the next is tried");
                    failure.get_or_insert(error);
                }
            }
        }
        // one of several servers may be back at any time
        Err(failure
            .map(Error::into_transient)
            .unwrap_or_else(|| Error::definite("no server is named").remedy("set database.hostname")))
    }

    async fn both_at(&self, at: &Address) -> Result<(Connection, Connection)> {
        let work = async {
            let sql = self.dial(at, Window::Kernel).await?;
            let (log, window) = self.dial_log(at, sql.round_trip).await?;
            tokio::try_join!(
                self.log_in(at, sql, (Purpose::Sql, Window::Kernel)),
                self.log_in(at, log, (Purpose::Replication, window)),
            )
        };
        let (mut sql, log) = self.in_time(at, work).await?;
        self.begin(at, &mut sql).await?;
        Ok((sql, log))
    }

    async fn sql_at(&self, at: &Address) -> Result<Connection> {
        let window = Window::Kernel;
        let work = async { self.log_in(at, self.dial(at, window).await?, (Purpose::Sql, window)).await };
        let mut sql = self.in_time(at, work).await?;
        self.begin(at, &mut sql).await?;
        Ok(sql)
    }

    async fn in_time<T>(&self, at: &Address, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(limit) = self.session.connect_timeout else { return work.await };
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            Err(Link::LoginTooSlow.error(format!("{} did not answer within {limit:?}", self.target(at))))
        })
    }

    /// What comes before the first question.
    async fn begin(&self, at: &Address, sql: &mut Connection) -> Result<()> {
        let wants_primary = self.session.wants_primary.unwrap_or(self.addresses.len() > 1);
        if wants_primary && sql.scalar("SELECT pg_catalog.pg_is_in_recovery()").await?.as_deref() != Some("f") {
            return Err(Link::Standby.error(format!("{} is a standby", self.target(at))));
        }
        self.session.begin(sql).await
    }

    /// The window has to stand before the connection does, so the way is measured by another one. A busy machine makes a
    /// way seem long, never short: where this one proves shorter, it is made once more.
    async fn dial_log(&self, at: &Address, round_trip: Duration) -> Result<(Dialed, Window)> {
        let window = Window::suiting(round_trip);
        let log = self.dial(at, window).await?;
        let second = Window::suiting(log.round_trip.min(round_trip));
        tracing::debug!(window = ?second, "way to the database measured");
        if second == window { Ok((log, window)) } else { Ok((self.dial(at, second).await?, second)) }
    }

    /// Where the server turns the connection away for being encrypted or for not being, `prefer` and `allow` try the other.
    async fn log_in(&self, at: &Address, dialed: Dialed, (purpose, window): (Purpose, Window)) -> Result<Connection> {
        let other = match (self.ssl_mode, dialed.is_encrypted) {
            (Mode::Prefer, true) => Mode::Disable,
            (Mode::Allow, false) => Mode::Require,
            _ => return self.log_in_once(at, dialed, purpose).await,
        };
        let refused = match self.log_in_once(at, dialed, purpose).await {
            Err(error) if sqlstate(&error) == Some(NOT_THIS_WAY) => error,
            decided => return decided,
        };
        let second = Self { ssl_mode: other, ..self.clone() };
        let Ok(dialed) = second.dial(at, window).await else { return Err(refused) };
        second.log_in_once(at, dialed, purpose).await.map_err(|_| refused)
    }

    async fn log_in_once(&self, at: &Address, dialed: Dialed, purpose: Purpose) -> Result<Connection> {
        let (room, silence) = match purpose {
            Purpose::Replication => (1 << 20, None),
            Purpose::Sql => (64 << 10, self.session.socket_timeout),
        };
        let mut connection = Connection::new(dialed.stream, self.target(at), room).with_pace(dialed.pace);
        connection.bear_silence(silence);
        self.send_startup(&mut connection, purpose).await?;
        self.authenticate(&mut connection).await?;
        Ok(connection)
    }

    async fn send_startup(&self, connection: &mut Connection, purpose: Purpose) -> Result<()> {
        let ours = if purpose == Purpose::Sql { "tailrace" } else { "tailrace streaming" };
        let mut parameters = vec![
            ("user", self.user.as_str()),
            ("database", self.database.as_str()),
            ("application_name", self.session.application.as_deref().unwrap_or(ours)),
            ("TimeZone", "UTC"),
        ];
        // what stands behind them goes before them
        parameters.extend(self.session.options.as_deref().map(|options| ("options", options)));
        parameters.extend(FORMS);
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
                b'K' => {
                    let process = connection.bytes(range.clone()).first_chunk().map(|id| i32::from_be_bytes(*id));
                    connection.set_process(process.unwrap_or_default());
                    connection.consume(range.end);
                }
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
            _ => Err(Error::definite(format!("{} wants a way of login that is not served", connection.target()))
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
            return Err(Error::definite(format!("{} offers no SCRAM-SHA-256", connection.target()))
                .remedy("use scram-sha-256, md5, password, cert or trust in pg_hba.conf"));
        }
        let mut scram = ScramSha256::new(self.password.expose().as_bytes(), ChannelBinding::unsupported());
        let mut out = BytesMut::new();
        frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut out).map_err(|e| connection.broken(e))?;
        connection.send(&out).await?;

        let challenge = sasl_answer(connection).await?;
        scram.update(&challenge).map_err(|e| self.refused(connection, e))?;
        out.clear();
        frontend::sasl_response(scram.message(), &mut out).map_err(|e| connection.broken(e))?;
        connection.send(&out).await?;

        let proof = sasl_answer(connection).await?;
        scram.finish(&proof).map_err(|e| self.refused(connection, e))
    }

    fn refused(&self, connection: &Connection, cause: std::io::Error) -> Error {
        Error::definite(format!("login to {} as {} failed", connection.target(), self.user))
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
            addresses: vec![Address { host: "127.0.0.1".into(), port: 1 }],
            user: "u".into(),
            password: Secret::default(),
            database: "d".into(),
            ssl_mode: Mode::Disable,
            ssl_files: tls::Files::default(),
            session: Session::default(),
        }
    }

    #[tokio::test]
    async fn values_come_in_one_form_whatever_the_role_prefers() {
        let login = login();
        let (ours, mut server) = tokio::io::duplex(4096);
        let mut connection = Connection::new(Box::new(ours), login.target(&login.addresses[0]), 0);
        login.send_startup(&mut connection, Purpose::Sql).await.unwrap();
        let mut sent = vec![0; 4096];
        let count = server.read(&mut sent).await.unwrap();
        let text = String::from_utf8_lossy(&sent[..count]).into_owned();
        for pair in ["bytea_output\0hex\0", "IntervalStyle\0postgres\0", "statement_timeout\x000\0", "DateStyle\0ISO\0"]
        {
            assert!(text.contains(pair), "{pair:?} in {text:?}");
        }
    }
}
