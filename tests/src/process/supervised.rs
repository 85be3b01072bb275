//! A child process: its own process group, a log file, a death signal that the kernel delivers when we are gone, and
//! an orderly or abrupt end by its stored id.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

use super::{interrupt, spawner, wait};

/// What the kernel's `nobody` has on every distribution.
pub const NOBODY: u32 = 65_534;
const TAIL_LINES: usize = 30;

/// Who a process runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Account {
    #[default]
    Own,
    /// For programs that refuse to run as root; the same as `Own` when we are not root.
    Unprivileged,
    /// As `Unprivileged`, but may still read binaries below a folder closed to others, such as root's home.
    UnprivilegedButReading,
}

impl Account {
    fn arguments(self) -> Vec<OsString> {
        if self == Self::Own || !rustix::process::geteuid().is_root() {
            return Vec::new();
        }
        let mut arguments: Vec<OsString> =
            vec![format!("--reuid={NOBODY}").into(), format!("--regid={NOBODY}").into(), "--clear-groups".into()];
        if self == Self::UnprivilegedButReading {
            arguments.push("--inh-caps=+dac_override".into());
            arguments.push("--ambient-caps=+dac_override".into());
            // without it access(2), which initdb asks first, would not count the capability
            arguments.push("--securebits=+no_setuid_fixup".into());
        }
        arguments
    }
}

/// How a process is started; starting again repeats it exactly.
#[derive(Debug, Clone)]
pub struct Launch {
    name: String,
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    account: Account,
    log: PathBuf,
    stop_signal: Signal,
}

impl Launch {
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>, log_folder: &Path) -> Self {
        let name = name.into();
        let log = log_folder.join(format!("{name}.log"));
        Self {
            name,
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            account: Account::Own,
            log,
            stop_signal: Signal::TERM,
        }
    }

    /// Another name in messages and for the log, beside the old one.
    pub fn log_as(mut self, name: &str) -> Self {
        self.log.set_file_name(format!("{name}.log"));
        self.name = name.into();
        self
    }

    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    pub fn environment(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub fn account(mut self, account: Account) -> Self {
        self.account = account;
        self
    }

    /// The signal that asks for an orderly end.
    pub fn stop_signal(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    /// Starts the process and returns without waiting for it to be ready.
    pub fn start(self) -> Result<Process> {
        let mut process = Process { launch: self, child: None };
        process.start()?;
        Ok(process)
    }

    /// Runs the process to its end; an unsuccessful one is an error that carries its output.
    pub fn run(self, timeout: Duration) -> Result<String> {
        let mut process = self.start()?;
        let status = process.wait(timeout)?;
        if !status.success() {
            bail!("{} ended with {status}{}", process.launch.name, process.log_tail());
        }
        process.log()
    }

    fn command(&self) -> Result<Command> {
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.with_context(|| format!("cannot open the log {}", self.log.display()))?;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).args(self.account.arguments()).arg("--").arg(&self.program);
        command.args(&self.arguments).envs(self.environment.iter().map(|(key, value)| (key, value)));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        Ok(command)
    }
}

/// A supervised process, ended when this value is dropped.
#[derive(Debug)]
pub struct Process {
    launch: Launch,
    child: Option<Child>,
}

impl Process {
    pub fn name(&self) -> &str {
        &self.launch.name
    }

    pub fn log_path(&self) -> &Path {
        &self.launch.log
    }

    pub fn log(&self) -> Result<String> {
        let bytes = std::fs::read(&self.launch.log)
            .with_context(|| format!("cannot read the log {}", self.launch.log.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The last lines of the log, set off for the end of an error message.
    pub fn log_tail(&self) -> String {
        let log = self.log().unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n  ");
        format!("; last lines of {}:\n  {tail}", self.launch.log.display())
    }

    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts a process that has ended, exactly as before.
    pub fn start(&mut self) -> Result<()> {
        if self.is_running() {
            bail!("{} is running already", self.launch.name);
        }
        let child = spawner::spawn(self.launch.command()?)
            .with_context(|| format!("cannot start {} under setpriv (package util-linux)", self.launch.name))?;
        self.child = Some(child);
        self.with_group(interrupt::add_group);
        Ok(())
    }

    /// Replaces the arguments for the next start.
    pub fn set_arguments<A: AsRef<OsStr>>(&mut self, arguments: impl IntoIterator<Item = A>) {
        self.launch.arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
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
        let what = format!("the end of {}", self.launch.name);
        let status = wait::until(&what, timeout, || self.ended());
        let status = status.map_err(|error| error.context(self.log_tail()))?;
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
        outcome.map_err(|error| anyhow::anyhow!("{error:#}{}", self.log_tail()))
    }

    /// Asks for an orderly end and waits for it; a process that takes longer is killed and reported.
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
        self.with_group(|group| {
            // no such process: it has ended by itself
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        });
        if let Some(child) = &mut self.child {
            child.wait().with_context(|| format!("cannot wait for the end of {}", self.launch.name))?;
        }
        self.forget();
        Ok(())
    }

    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        let id = self.child.as_ref().and_then(|child| Pid::from_raw(child.id() as i32));
        let Some(id) = id else { bail!("{} is not running", self.launch.name) };
        rustix::process::kill_process(id, signal)
            .with_context(|| format!("cannot send {signal:?} to {}", self.launch.name))
    }

    /// Notes in the log what the rig does to the process, for the reader of a failed run.
    pub fn annotate(&self, note: &str) {
        if let Ok(mut log) = File::options().append(true).open(&self.launch.log) {
            // the log is an aid only
            let _ = writeln!(log, "--- rig: {note}");
        }
    }

    fn forget(&mut self) {
        self.with_group(interrupt::remove_group);
        self.child = None;
    }

    fn with_group(&self, action: impl FnOnce(Pid)) {
        let id = self.child.as_ref().and_then(|child| Pid::from_raw(child.id() as i32));
        if let Some(group) = id {
            action(group);
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
