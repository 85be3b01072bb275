//! What can be done with every component of a rig once it runs: databases, broker, engine and workers alike.

use std::time::Duration;

use anyhow::Result;

use crate::process::Process;

/// A running (or stopped) component. Stopped or killed, it keeps its data and its ports.
pub trait Server {
    /// How long an orderly end may take.
    const STOP_TIMEOUT: Duration;

    fn process(&mut self) -> &mut Process;

    /// Blocks until clients are served.
    fn wait_ready(&mut self) -> Result<()>;

    /// Asks for an orderly end and waits for it.
    fn stop(&mut self) -> Result<()> {
        self.process().stop(Self::STOP_TIMEOUT)
    }

    /// Ends it at once, as a crash would.
    fn kill(&mut self) -> Result<()> {
        self.process().kill()
    }

    /// Starts again on the same data and ports.
    fn start(&mut self) -> Result<()> {
        self.process().start()?;
        self.wait_ready()
    }

    fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.start()
    }
}
