//! From an address to a connection that is ready for queries: TCP or Unix socket, TLS, login.

use super::codec::{Connection, Duplex};
use super::tls::{self, Mode};
use crate::config::secret::Secret;
use crate::error::{Error, Result};
use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::AuthenticationSaslBody;
use postgres_protocol::message::{backend, frontend};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UnixStream};

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
/// Lets the server write ahead of a reader that pauses under load.
const RECEIVE_BUFFER_BYTES: u32 = 4 << 20;

impl Login {
    pub fn target(&self) -> String {
        format!("PostgreSQL at {}:{}, database {}", self.host, self.port, self.database)
    }

    pub async fn connect(&self, purpose: Purpose, application: &str) -> Result<Connection> {
        let work = self.connect_once(purpose, application);
        match tokio::time::timeout(CONNECT_TIMEOUT, work).await {
            Ok(connection) => connection,
            Err(_) => Err(Error::transient(format!("{} did not answer within {CONNECT_TIMEOUT:?}", self.target()))
                .remedy("check database.hostname, database.port and the network between them")),
        }
    }

    async fn connect_once(&self, purpose: Purpose, application: &str) -> Result<Connection> {
        let stream = self.stream(purpose).await?;
        let room = if purpose == Purpose::Replication { 1 << 20 } else { 64 << 10 };
        let mut connection = Connection::new(stream, self.target(), room);
        self.send_startup(&mut connection, purpose, application).await?;
        self.authenticate(&mut connection).await?;
        Ok(connection)
    }

    async fn stream(&self, purpose: Purpose) -> Result<Box<dyn Duplex>> {
        if self.host.starts_with('/') {
            let path = format!("{}/.s.PGSQL.{}", self.host, self.port);
            return Ok(Box::new(UnixStream::connect(path).await.map_err(|e| self.unreachable(e))?));
        }
        let tcp = self.tcp(purpose).await?;
        match self.ssl_mode {
            Mode::Disable => Ok(Box::new(tcp)),
            _ => self.encrypt(tcp).await,
        }
    }

    async fn tcp(&self, purpose: Purpose) -> Result<TcpStream> {
        let addresses =
            tokio::net::lookup_host((self.host.as_str(), self.port)).await.map_err(|e| self.unreachable(e))?;
        let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
        for address in addresses {
            let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
            let socket = socket.map_err(|e| self.unreachable(e))?;
            if purpose == Purpose::Replication {
                // a smaller buffer than asked for only costs speed
                let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES);
            }
            let _ = socket.set_keepalive(true);
            match socket.connect(address).await {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(e) => last = e,
            }
        }
        Err(self.unreachable(last))
    }

    fn unreachable(&self, cause: std::io::Error) -> Error {
        Error::transient(format!("cannot reach {}", self.target()))
            .caused_by(cause)
            .remedy("check database.hostname and database.port, and that the server listens there")
    }

    async fn encrypt(&self, mut tcp: TcpStream) -> Result<Box<dyn Duplex>> {
        let mut request = BytesMut::new();
        frontend::ssl_request(&mut request);
        let mut answer = [0u8];
        let asked = async {
            tcp.write_all(&request).await?;
            tcp.read_exact(&mut answer).await
        };
        asked.await.map_err(|e| self.unreachable(e))?;
        if answer[0] != b'S' {
            return match self.ssl_mode {
                Mode::Prefer => Ok(Box::new(tcp)),
                _ => Err(Error::definite(format!("{} offers no TLS", self.target()))
                    .remedy("set database.sslmode to prefer or disable, or switch ssl on at the server")),
            };
        }
        let config = tls::client_config(self.ssl_mode, &self.ssl_files)?;
        let name = rustls_pki_types::ServerName::try_from(self.host.clone()).map_err(|e| {
            Error::definite(format!("database.hostname {} is no TLS name", self.host))
                .caused_by(e)
                .remedy("give a DNS name or an address, or set database.sslmode to disable")
        })?;
        let connected = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await;
        Ok(Box::new(connected.map_err(|e| self.tls_failed(e))?))
    }

    /// What TLS itself refuses stays refused; a connection that ends in the middle is a server that starts or goes away.
    fn tls_failed(&self, cause: std::io::Error) -> Error {
        if cause.kind() != std::io::ErrorKind::InvalidData {
            return self.unreachable(cause);
        }
        Error::definite(format!("TLS with {} failed", self.target()))
            .caused_by(cause)
            .remedy("check database.sslmode, database.sslrootcert and the server's certificate")
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

    fn login(port: u16, ssl_mode: Mode) -> Login {
        Login {
            host: "127.0.0.1".into(),
            port,
            user: "u".into(),
            password: Secret::default(),
            database: "d".into(),
            ssl_mode,
            ssl_files: tls::Files::default(),
        }
    }

    /// What comes of a server that agrees to TLS and then answers with these bytes.
    async fn answered_within_tls(bytes: &'static [u8]) -> Error {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let login = login(listener.local_addr().unwrap().port(), Mode::Require);
        let server = async {
            let (mut tcp, _) = listener.accept().await.unwrap();
            tcp.read_exact(&mut [0; 8]).await.unwrap();
            tcp.write_all(b"S").await.unwrap();
            tcp.read_exact(&mut [0; 16]).await.unwrap();
            tcp.write_all(bytes).await.unwrap();
            // kept open behind an answer: closing would reset the connection before that is read
            (!bytes.is_empty()).then_some(tcp)
        };
        let (connected, _open) = tokio::join!(login.connect(Purpose::Sql, "a"), server);
        connected.err().unwrap()
    }

    #[tokio::test]
    async fn a_server_that_goes_away_within_tls_is_tried_again() {
        assert!(answered_within_tls(b"").await.is_transient());
        assert!(!answered_within_tls(b"\x15\x03\x03\x00\x02\x02\x28").await.is_transient(), "a fatal alert of TLS");
    }

    #[tokio::test]
    async fn values_come_in_one_form_whatever_the_role_prefers() {
        let login = login(1, Mode::Disable);
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
