//! From an address to an open stream: TCP or Unix socket, and TLS.

use super::super::failures::Link;
use super::address::Address;
use super::codec::Duplex;
use super::pace::{Pace, Window};
use super::startup::Login;
use super::tls::{self, Mode};
use crate::error::{Error, Result};
use bytes::BytesMut;
use postgres_protocol::message::frontend;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UnixStream};

/// A stream on which nothing has been said yet.
pub(super) struct Dialed {
    pub stream: Box<dyn Duplex>,
    pub pace: Pace,
    pub is_encrypted: bool,
    /// The time that TCP took; nothing on the way to this very machine.
    pub round_trip: Duration,
}

impl Login {
    pub(super) async fn dial(&self, at: &Address, window: Window) -> Result<Dialed> {
        if at.host.starts_with('/') {
            let path = format!("{}/.s.PGSQL.{}", at.host, at.port);
            let unix = UnixStream::connect(path).await.map_err(|e| self.unreachable(at, e))?;
            let stream = Box::new(unix);
            return Ok(Dialed { stream, pace: Pace::default(), is_encrypted: false, round_trip: Duration::ZERO });
        }
        let (tcp, round_trip) = self.tcp(at, window).await?;
        let pace = Pace::new(&tcp, window);
        let (stream, is_encrypted) = match self.ssl_mode {
            Mode::Disable | Mode::Allow => (Box::new(tcp) as Box<dyn Duplex>, false),
            _ => self.encrypt(at, tcp).await?,
        };
        Ok(Dialed { stream, pace, is_encrypted, round_trip })
    }

    /// With its round trip.
    async fn tcp(&self, at: &Address, window: Window) -> Result<(TcpStream, Duration)> {
        let addresses =
            tokio::net::lookup_host((at.host.as_str(), at.port)).await.map_err(|e| self.unreachable(at, e))?;
        let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
        for address in addresses {
            let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
            let socket = socket.map_err(|e| self.unreachable(at, e))?;
            if let Some(bytes) = window.bytes() {
                // another size than asked for only costs speed
                let _ = socket.set_recv_buffer_size(bytes);
            }
            let _ = socket.set_keepalive(self.session.keeps_alive);
            let begun = Instant::now();
            match socket.connect(address).await {
                Ok(stream) => {
                    let is_here = stream.local_addr().is_ok_and(|here| here.ip() == address.ip());
                    let round_trip = if is_here { Duration::ZERO } else { begun.elapsed() };
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, round_trip));
                }
                Err(e) => last = e,
            }
        }
        Err(self.unreachable(at, last))
    }

    fn unreachable(&self, at: &Address, cause: std::io::Error) -> Error {
        Link::Unreachable.error(format!("cannot reach {}", self.target(at))).caused_by(cause)
    }

    async fn encrypt(&self, at: &Address, mut tcp: TcpStream) -> Result<(Box<dyn Duplex>, bool)> {
        let mut request = BytesMut::new();
        frontend::ssl_request(&mut request);
        let mut answer = [0u8];
        let asked = async {
            tcp.write_all(&request).await?;
            tcp.read_exact(&mut answer).await
        };
        asked.await.map_err(|e| self.unreachable(at, e))?;
        if answer[0] != b'S' {
            return match self.ssl_mode {
                Mode::Prefer => Ok((Box::new(tcp), false)),
                _ => Err(Link::NoTls.error(format!("{} offers no TLS", self.target(at)))),
            };
        }
        let config = tls::client_config(self.ssl_mode, &self.ssl_files)?;
        let name = rustls_pki_types::ServerName::try_from(at.host.clone()).map_err(|e| {
            Error::definite(format!("database.hostname {} is no TLS name", at.host))
                .caused_by(e)
                .remedy("give a DNS name or an address, or set database.sslmode to disable")
        })?;
        let connected = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await;
        Ok((Box::new(connected.map_err(|e| self.tls_failed(at, e))?), true))
    }

    /// What TLS itself refuses stays refused; a connection that ends in the middle is a server that starts or goes away.
    fn tls_failed(&self, at: &Address, cause: std::io::Error) -> Error {
        if cause.kind() != std::io::ErrorKind::InvalidData {
            return self.unreachable(at, cause);
        }
        Link::TlsRefused.error(format!("TLS with {} failed", self.target(at))).caused_by(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::super::session::Session;
    use super::*;
    use crate::config::secret::Secret;

    fn login(port: u16, ssl_mode: Mode) -> Login {
        Login {
            addresses: vec![Address { host: "127.0.0.1".into(), port }],
            user: "u".into(),
            password: Secret::default(),
            database: "d".into(),
            ssl_mode,
            ssl_files: tls::Files::default(),
            session: Session::default(),
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
        let (connected, _open) = tokio::join!(login.dial(&login.addresses[0], Window::Kernel), server);
        connected.err().unwrap()
    }

    #[tokio::test]
    async fn a_server_that_goes_away_within_tls_is_tried_again() {
        assert!(answered_within_tls(b"").await.is_transient());
        assert!(!answered_within_tls(b"\x15\x03\x03\x00\x02\x02\x28").await.is_transient(), "a fatal alert of TLS");
    }
}
