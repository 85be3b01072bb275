//! A proxy between a program and its server, whose connections can be cut, or left standing without a word.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::Port;

/// How often a silent connection is asked whether it has been cut.
const TICK: Duration = Duration::from_millis(50);

/// Listens on a port of its own until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: Port,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    target: u16,
    has_ended: AtomicBool,
    links: Mutex<Vec<Link>>,
}

/// Both ends of one connection.
#[derive(Debug)]
struct Link {
    client: TcpStream,
    server: TcpStream,
    is_silent: Arc<AtomicBool>,
}

impl Proxy {
    /// In front of whoever listens on a port of this machine.
    pub fn to(target: u16) -> Result<Self> {
        let port = Port::free()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).context("the proxy cannot listen")?;
        let shared = Arc::new(Shared { target, ..Shared::default() });
        let acceptor = {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name("proxy".into()).spawn(move || accept(&listener, &shared))?
        };
        Ok(Self { port, shared, acceptor: Some(acceptor) })
    }

    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Ends every connection there is; new ones are served. Gives their number.
    pub fn cut(&self) -> usize {
        let links = std::mem::take(&mut *self.shared.links());
        links.iter().for_each(Link::cut);
        links.len()
    }

    /// From now on the connections that are there carry nothing more, and neither end is told. New ones are served.
    pub fn silence(&self) -> usize {
        let links = self.shared.links();
        links.iter().for_each(|link| link.is_silent.store(true, Ordering::Relaxed));
        links.len()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.has_ended.store(true, Ordering::Relaxed);
        // wakes the one who accepts
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port())));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
        self.cut();
    }
}

impl Shared {
    fn links(&self) -> MutexGuard<'_, Vec<Link>> {
        self.links.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Link {
    fn cut(&self) {
        for end in [&self.client, &self.server] {
            // it may have ended by itself
            drop(end.shutdown(Shutdown::Both));
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming().flatten() {
        if shared.has_ended.load(Ordering::Relaxed) {
            return;
        }
        // the server is down: the client sees its connection end
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, shared.target)) else { continue };
        if let Err(error) = join(client, server, shared) {
            eprintln!("proxy: {error:#}");
        }
    }
}

fn join(client: TcpStream, server: TcpStream, shared: &Shared) -> Result<()> {
    let is_silent = Arc::new(AtomicBool::new(false));
    for end in [&client, &server] {
        end.set_read_timeout(Some(TICK))?;
        end.set_nodelay(true)?;
    }
    let ways = [(client.try_clone()?, server.try_clone()?), (server.try_clone()?, client.try_clone()?)];
    // known before it carries anything: whoever has got a byte through can cut it
    shared.links().push(Link { client, server, is_silent: Arc::clone(&is_silent) });
    for (from, to) in ways {
        let is_silent = Arc::clone(&is_silent);
        std::thread::Builder::new().name("proxy-link".into()).spawn(move || carry(from, to, &is_silent))?;
    }
    Ok(())
}

/// Until one end has ended, or for ever while nothing is carried: then only a cut ends it.
fn carry(mut from: TcpStream, mut to: TcpStream, is_silent: &AtomicBool) {
    let mut bytes = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut bytes);
        if is_silent.load(Ordering::Relaxed) {
            // neither end learns what became of the other
            return;
        }
        match read {
            Ok(0) => break,
            Ok(count) => {
                if to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            Err(error) if is_timeout(&error) => {}
            Err(_) => break,
        }
    }
    for end in [&from, &to] {
        drop(end.shutdown(Shutdown::Both));
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut | std::io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> (TcpListener, Proxy, TcpStream, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::to(listener.local_addr().unwrap().port()).unwrap();
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
        let (server, _) = listener.accept().unwrap();
        for end in [&client, &server] {
            end.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        }
        (listener, proxy, client, server)
    }

    fn is_carried(from: &mut TcpStream, to: &mut TcpStream) -> bool {
        let mut byte = [0];
        from.write_all(b"x").is_ok() && to.read_exact(&mut byte).is_ok()
    }

    #[test]
    fn bytes_are_carried_both_ways_until_a_cut() {
        let (_listener, proxy, mut client, mut server) = server();
        assert!(is_carried(&mut client, &mut server) && is_carried(&mut server, &mut client));
        assert_eq!(proxy.cut(), 1);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn neither_end_learns_of_silence() {
        let (listener, proxy, mut client, mut server) = server();
        assert!(is_carried(&mut client, &mut server));
        assert_eq!(proxy.silence(), 1);
        assert!(!is_carried(&mut client, &mut server));
        drop(server);
        // a timeout, and not the end
        assert!(client.read(&mut [0]).is_err());
        let mut other = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        assert!(is_carried(&mut other, &mut server));
    }
}
