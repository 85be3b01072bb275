//! Binding and serving: before Kafka is reached, so that `/health` can say what the worker waits for.

use super::router;
use crate::config::worker::Listener;
use crate::error::{Error, Result};
use crate::worker::Worker;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// A bound listener.
pub struct Bound(TcpListener, SocketAddr);

impl Bound {
    pub fn address(&self) -> SocketAddr {
        self.1
    }

    pub fn port(&self) -> u16 {
        self.1.port()
    }
}

pub async fn bind(listeners: &[Listener]) -> Result<Vec<Bound>> {
    let mut bound = vec![];
    for listener in listeners {
        let host = listener.bind_host();
        let socket = match TcpListener::bind((host, listener.port)).await {
            // a machine without IPv6 still has all its IPv4 addresses
            Err(_) if host == "::" => TcpListener::bind((IpAddr::V4(Ipv4Addr::UNSPECIFIED), listener.port)).await,
            other => other,
        };
        let failed = |e: std::io::Error| {
            Error::definite(format!("listeners: http://{}:{} cannot be listened on", listener.host, listener.port))
                .remedy("choose a free port and an address of this machine")
                .caused_by(e)
        };
        let socket = socket.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        bound.push(Bound(socket, address));
    }
    Ok(bound)
}

/// Serves on the current runtime until it ends.
pub fn serve(listeners: Vec<Bound>, worker: &Arc<Worker>) {
    for Bound(socket, address) in listeners {
        let router = router::router(Arc::clone(worker));
        tokio::spawn(async move {
            if let Err(error) = axum::serve(socket, router).await {
                tracing::error!(%address, %error, "rest api ended");
            }
        });
    }
}
