//! A child process: its own process group, a log file, a death signal that the kernel delivers when we are gone, and
//! an orderly or abrupt end by its stored id.

use std::process::{Child, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal};

use super::launch::Launch;
use super::log::{read_from, tail};
use super::{interrupt, spawner, wait};

const TAIL_LINES: usize = 30;

/// A supervised process, ended when this value is dropped.
#[derive(Debug)]
pub struct Process {
    launch: Launch,
    child: Option<Child>,
}

impl Process {
    pub(super) fn new(launch: Launch) -> Self {
        Self { launch, child: None }
    }

    pub fn name(&self) -> &str {
        &self.launch.name
    }

    pub fn log(&self) -> Result<String> {
        read_from(&self.launch.log, 0)
    }

    /// The last lines of the log, set off for the end of an error message.
    pub fn log_tail(&self) -> String {
        let tail = tail(&self.launch.log, TAIL_LINES);
        format!("; last lines of {}:\n{tail}", self.launch.log.display())
    }

    /// The error with the last lines of the log below it.
    pub fn with_log(&self, error: &anyhow::Error) -> anyhow::Error {
        anyhow!("{error:#}{}", self.log_tail())
    }

    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts a process that has ended, exactly as before. What it left behind of its group ends first.
    pub fn start(&mut self) -> Result<()> {
        if self.is_running() {
            bail!("{} is running already", self.launch.name);
        }
        self.kill()?;
        let child = spawner::spawn(self.launch.command()?)
            .with_context(|| format!("cannot start {} under setpriv (package util-linux)", self.launch.name))?;
        interrupt::add_group(Pid::from_child(&child));
        self.child = Some(child);
        Ok(())
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.ended(), Ok(None)) && self.child.is_some()
    }

    /// Its exit status if it has ended by itself.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let Some(child) = &mut self.child else { return Ok(None) };
        child.try_wait().with_context(|| format!("cannot ask for the state of {}", self.launch.name))
    }

    pub fn wait(&mut self, timeout: Duration) -> Result<ExitStatus> {
        if self.child.is_none() {
            bail!("{} is not running, so its end cannot be awaited", self.launch.name);
        }
        let what = format!("the end of {}", self.launch.name);
        let status = wait::until(&what, timeout, || self.ended());
        let status = status.map_err(|error| self.with_log(&error))?;
        self.forget();
        Ok(status)
    }

    /// Polls until the condition holds; fails at once with the log's tail if the process ends meanwhile.
    pub fn wait_ready<T>(&mut self, timeout: Duration, mut ready: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let what = format!("readiness of {}", self.launch.name);
        let outcome = wait::until(&what, timeout, || {
            if let Some(status) = self.ended()? {
                bail!("{} ended with {status} before it was ready", self.launch.name);
            }
            ready()
        });
        outcome.map_err(|error| self.with_log(&error))
    }

    /// Waits until the log contains a text.
    pub fn wait_log(&mut self, text: &str, timeout: Duration) -> Result<()> {
        let log = self.launch.log.clone();
        self.wait_ready(timeout, || Ok(read_from(&log, 0)?.contains(text).then_some(())))
    }

    /// Waits until something is found in standard output, or in the log where the two are not kept apart.
    pub fn wait_output<T>(&mut self, timeout: Duration, mut find: impl FnMut(&str) -> Option<T>) -> Result<T> {
        let output = self.launch.output.as_ref().unwrap_or(&self.launch.log).clone();
        self.wait_ready(timeout, || Ok(find(&read_from(&output, 0)?)))
    }

    /// Asks for an orderly end and waits for it; a process that takes longer, or has ended by itself, is reported.
    pub fn stop(&mut self, timeout: Duration) -> Result<()> {
        if self.child.is_none() {
            return Ok(());
        }
        let signal = self.launch.stop_signal;
        self.signal(signal)?;
        let waited = self.wait(timeout);
        self.kill()?;
        waited.map(|_| ())
    }

    /// Ends the process and its group at once, as a crash would.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(child) = &mut self.child {
            // no such process: it has ended by itself
            let _ = rustix::process::kill_process_group(Pid::from_child(child), Signal::KILL);
            child.wait().with_context(|| format!("cannot wait for the end of {}", self.launch.name))?;
        }
        self.forget();
        Ok(())
    }

    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        // the id of a process that has ended may be somebody else's by now
        if let Some(status) = self.ended()? {
            bail!("{} has ended by itself, with {status}{}", self.launch.name, self.log_tail());
        }
        let Some(child) = &self.child else { bail!("{} is not running", self.launch.name) };
        rustix::process::kill_process(Pid::from_child(child), signal)
            .with_context(|| format!("cannot send {signal:?} to {}", self.launch.name))
    }

    fn forget(&mut self) {
        if let Some(child) = self.child.take() {
            interrupt::remove_group(Pid::from_child(&child));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            eprintln!("rig: {error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn shell(script: &str, folder: &Path) -> Launch {
        Launch::new("shell", "/bin/sh", folder).arguments(["-c", script])
    }

    fn last_word(log: &str) -> String {
        log.trim().rsplit(' ').next().unwrap().to_owned()
    }

    /// Of a process that has ended and is not reaped yet, /proc still shows all but its root.
    fn wait_gone(process: &str) {
        let path = format!("/proc/{process}/root");
        let gone = || Ok(std::fs::read_link(&path).is_err().then_some(()));
        wait::until("the end of a process", PATIENCE, gone).unwrap();
    }

    #[test]
    fn output_and_log_are_told_apart_and_runs_too() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo result; echo trouble >&2";
        for _ in 0..2 {
            assert_eq!(shell(script, folder.path()).output_apart().run(PATIENCE).unwrap(), "result\n");
        }
        assert_eq!(shell(script, folder.path()).run(PATIENCE).unwrap(), "result\ntrouble\n");
    }

    #[test]
    fn an_unsuccessful_end_is_an_error_with_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let error = shell("echo because; exit 3", folder.path()).run(PATIENCE).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("because"), "{error}");
        let outcome = shell("exit 3", folder.path()).outcome(PATIENCE).unwrap();
        assert_eq!(outcome.status.code(), Some(3));
    }

    #[test]
    fn a_stop_is_orderly_and_a_kill_reaches_grandchildren() {
        let folder = tempfile::tempdir().unwrap();
        let script = "trap 'echo orderly; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
        let mut process = shell(script, folder.path()).start().unwrap();
        process.wait_log("ready", PATIENCE).unwrap();
        process.stop(PATIENCE).unwrap();
        assert!(process.log().unwrap().contains("orderly"));

        let mut process = shell("sleep 600 & echo child $!; wait", folder.path()).log_as("parent").start().unwrap();
        process.wait_log("child", PATIENCE).unwrap();
        let grandchild = last_word(&process.log().unwrap());
        process.kill().unwrap();
        wait_gone(&grandchild);
    }

    #[test]
    fn an_end_by_itself_is_told_and_what_it_left_behind_ends_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = shell("sleep 600 & echo child $!; exit 3", folder.path()).start().unwrap();
        wait::until("the end of the shell", PATIENCE, || process.ended()).unwrap();
        let error = process.stop(PATIENCE).unwrap_err().to_string();
        assert!(error.contains("shell has ended by itself, with exit status: 3"), "{error}");
        let orphan = last_word(&process.log().unwrap());
        assert!(std::fs::read_link(format!("/proc/{orphan}/root")).is_ok());
        process.start().unwrap();
        wait_gone(&orphan);
    }
}
