//! The HTTP server: addresses, the gate of running statements, the end.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use crate::credentials::Credentials;
use crate::engine::Engine;
use crate::exception::Exception;
use crate::request::{self, Ask};
use crate::response::{self, Identity};
use crate::session::{self, Ran};
use crate::spool::Spool;

/// Statements at once; more wait. Each holds a thread and a connection of the engine.
const CONCURRENT: usize = 64;

const OK: &str = "Ok.\n";
const NO_SUCH_ADDRESS: &str =
    "There is no handle for this address.\n\nUse / with a query, or /ping for health checks.\n";

pub struct Front {
    engine: Engine,
    spool: Spool,
    credentials: Credentials,
    read_only: bool,
    identity: Identity,
    gate: Semaphore,
}

impl Front {
    pub fn new(engine: Engine, data: &Path, credentials: Credentials, read_only: bool) -> std::io::Result<Front> {
        let spool = Spool::open(data)?;
        let identity = Identity {
            version: engine.version().to_owned(),
            timezone: engine.timezone().to_owned(),
            display_name: "clickhouse-front".to_owned(),
        };
        Ok(Front { engine, spool, credentials, read_only, identity, gate: Semaphore::new(CONCURRENT) })
    }

    pub fn close(&self) {
        self.engine.close();
    }

    async fn run(self: &Arc<Self>, ask: Ask) -> Result<Ran, Exception> {
        self.credentials.check(&ask.claim)?;
        let _permit = self.gate.acquire().await.map_err(|_| Exception::new(236, "ABORTED", "the front is ending"))?;
        let front = Arc::clone(self);
        let running =
            tokio::task::spawn_blocking(move || session::run(&front.engine, &front.spool, &ask, front.read_only));
        let panicked = |_| Exception::new(49, "LOGICAL_ERROR", "the front panicked: its log says where");
        running.await.map_err(panicked)?
    }
}

/// Serves until `stop`; then takes no more requests and waits for the running ones. False when they took too long.
pub async fn run(
    listener: TcpListener,
    front: Arc<Front>,
    stop: impl Future<Output = ()> + Send + 'static,
    drain: Duration,
) -> std::io::Result<bool> {
    let app = Router::new().fallback(handle).with_state(front);
    let (stopping, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop.await;
        drop(stopping);
    });
    let overdue = async {
        // the sender is dropped, never used: an error is the signal
        let _ = stopped.await;
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        served = serving => served.map(|()| true),
        () = overdue => Ok(false),
    }
}

async fn handle(State(front): State<Arc<Front>>, request: Request) -> Response<Body> {
    match (request.uri().path(), request.method()) {
        ("/ping" | "/replicas_status", &Method::GET | &Method::HEAD) => response::text(StatusCode::OK, OK),
        ("/", &Method::GET | &Method::HEAD) if !request::has_query(request.uri()) => response::text(StatusCode::OK, OK),
        ("/", &Method::GET | &Method::HEAD | &Method::POST) => query(&front, request).await,
        ("/", _) => response::text(StatusCode::METHOD_NOT_ALLOWED, "Use GET or POST.\n"),
        _ => response::text(StatusCode::NOT_FOUND, NO_SUCH_ADDRESS),
    }
}

async fn query(front: &Arc<Front>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let query_id = request::query_id(&parts.uri, &parts.headers);
    let asked = match to_bytes(body, usize::MAX).await {
        Ok(body) => Ask::read(&parts.method, &parts.uri, &parts.headers, body.into()),
        // A client that gives up in the middle of a body has not asked for anything.
        Err(error) => Err(Exception::new(210, "NETWORK_ERROR", format!("the request body ended early: {error}"))),
    };
    let (packing, ran) = match asked {
        Ok(ask) => (ask.packing, front.run(ask).await),
        Err(exception) => (request::Packing::Plain, Err(exception)),
    };
    match ran {
        Ok(ran) => response::answer(&front.identity, &query_id, packing, ran),
        Err(exception) => {
            tracing::debug!(query_id, code = exception.code, "statement refused");
            response::exception(&front.identity, &query_id, &exception)
        }
    }
}
