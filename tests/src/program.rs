//! Our own programs as processes, from `target/release` or `$TAILRACE_BIN_DIR`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process::{Launch, Outcome, Process};
use crate::provision::checkout;

/// Where a program of ours is.
pub fn binary(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("TAILRACE_BIN_DIR");
    let folder = folder.map_or_else(|| checkout().join("target/release"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        bail!("{} is not built: run `cargo build --release`, or set TAILRACE_BIN_DIR", path.display());
    }
    Ok(path)
}

/// A program with its arguments, not yet started.
#[derive(Debug, Clone)]
pub struct Program {
    launch: Launch,
}

impl Program {
    pub(crate) fn new(folder: &Path, name: &str) -> Result<Self> {
        Ok(Self { launch: Launch::new(name, binary(name)?, folder) })
    }

    /// Another name for the log, for a second process of the same program.
    pub fn log_as(mut self, name: &str) -> Self {
        self.launch = self.launch.log_as(name);
        self
    }

    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.launch = self.launch.argument(argument);
        self
    }

    pub fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.launch = self.launch.arguments(arguments);
        self
    }

    pub fn environment(mut self, key: &str, value: &str) -> Self {
        self.launch = self.launch.environment(key, value);
        self
    }

    /// Keeps standard output apart from the log, for programs whose output is their result.
    pub fn output_apart(mut self) -> Self {
        self.launch = self.launch.output_apart();
        self
    }

    pub fn start(self) -> Result<Process> {
        self.launch.start()
    }

    /// Runs it to its end and gives its output; an unsuccessful end is an error.
    pub fn run(self, timeout: Duration) -> Result<String> {
        self.launch.run(timeout)
    }

    /// Runs it to its end, whatever that is: for what must be refused.
    pub fn outcome(self, timeout: Duration) -> Result<Outcome> {
        self.launch.outcome(timeout)
    }
}
