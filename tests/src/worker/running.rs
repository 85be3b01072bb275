//! A running worker: its process, and its REST interface by `Deref`.

use std::ops::Deref;
use std::time::Duration;

use anyhow::Result;

use super::Engine;
use crate::process::{Port, Process};
use crate::rest::Rest;
use crate::server::Server;

const START_TIMEOUT: Duration = Duration::from_secs(180);

/// A running (or stopped) worker. Calls of the REST interface are its own methods.
#[derive(Debug)]
pub struct Worker {
    engine: Engine,
    process: Process,
    port: Port,
    rest: Rest,
}

impl Worker {
    pub(super) fn new(engine: Engine, process: Process, port: Port) -> Self {
        let rest = Rest::new(format!("http://127.0.0.1:{}", port.number()));
        Self { engine, process, port, rest }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn port(&self) -> u16 {
        self.port.number()
    }
}

impl Server for Worker {
    const STOP_TIMEOUT: Duration = Duration::from_secs(60);

    fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn wait_ready(&mut self) -> Result<()> {
        let rest = self.rest.clone();
        self.process.wait_ready(START_TIMEOUT, || {
            Ok(rest.get("/connectors").ok().filter(|answer| answer.status == 200).map(|_| ()))
        })
    }
}

impl Deref for Worker {
    type Target = Rest;

    fn deref(&self) -> &Rest {
        &self.rest
    }
}
