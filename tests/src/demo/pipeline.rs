//! Capture and sink in the demo: they run on until it ends.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::deployment::{CONNECTORS, Deployment};
use crate::process::{Port, Process, wait};
use crate::{Rest, Rig};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(40);

/// From the start of capture's process, as its REST interface told.
#[derive(Debug, Clone, Copy)]
pub struct StartUp {
    pub healthy: Duration,
    pub running: Duration,
}

/// Capture and sink as processes.
#[derive(Debug)]
pub struct Pipeline {
    sink: Process,
    capture: Process,
    rest: Rest,
    started: Instant,
    _port: Port,
}

impl Pipeline {
    pub fn start(rig: &Rig, deployment: &Deployment<'_>) -> Result<Self> {
        let port = Port::free()?;
        let properties = deployment.worker_properties(port.number())?;
        let capture = rig.program("capture")?.arguments(["worker", "--config"]).argument(properties);
        let sink = rig.program("sink")?.arguments(["run", "--config"]).argument(deployment.sink_config()?);
        let started = Instant::now();
        // what the pod's start script sets, and the worker's properties refer to
        let capture = capture.environment("ADVERTISED_HOSTNAME", "127.0.0.1").start()?;
        let rest = Rest::new(format!("http://127.0.0.1:{}", port.number()));
        Ok(Self { sink: sink.start()?, capture, rest, started, _port: port })
    }

    /// Waits for the worker, gives it both connectors and waits until they run.
    pub fn register(&mut self, deployment: &Deployment<'_>) -> Result<StartUp> {
        let rest = self.rest.clone();
        self.closely("health of capture", || Ok(rest.get("/health").is_ok_and(|answer| answer.status == 200)))?;
        let healthy = self.started.elapsed();
        for name in CONNECTORS {
            let outcome = rest.update(name, &deployment.connector(name)?);
            outcome.with_context(|| format!("connector {name} was not accepted{}", self.capture.log_tail()))?;
        }
        for name in CONNECTORS {
            self.closely(&format!("start of connector {name}"), || rest.is_running(name))?;
        }
        Ok(StartUp { healthy, running: self.started.elapsed() })
    }

    pub fn rest(&self) -> &Rest {
        &self.rest
    }

    pub fn capture_id(&self) -> Result<u32> {
        self.capture.id().context("capture is not running")
    }

    /// Fails where a program has ended that should run on; its log is the caller's to add.
    pub fn check(&mut self) -> Result<()> {
        for process in [&mut self.capture, &mut self.sink] {
            if let Some(status) = process.ended()? {
                bail!("{} ended with {status}", process.name());
            }
        }
        Ok(())
    }

    /// For the end of an error message: what connectors and logs say.
    pub fn testimony(&self) -> String {
        let states = CONNECTORS.map(|name| format!("; {}", self.rest.testimony(name)));
        format!("{}{}{}", states.concat(), self.capture.log_tail(), self.sink.log_tail())
    }

    /// Each with its own orderly end.
    pub fn stop(&mut self) -> Result<()> {
        self.sink.stop(STOP_TIMEOUT)?;
        self.capture.stop(STOP_TIMEOUT)
    }

    fn closely(&mut self, what: &str, mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
        let waited = wait::closely(what, START_TIMEOUT, || {
            self.check()?;
            Ok(condition()?.then_some(()))
        });
        waited.map_err(|error| self.capture.with_log(&error))
    }
}
