//! How a process is to be started: program, arguments, account, where its output goes.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use super::log::{length, read_from};
use super::supervised::Process;

/// What the kernel's `nobody` has on every distribution.
pub const NOBODY: u32 = 65_534;

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
    pub(super) name: String,
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    account: Account,
    pub(super) log: PathBuf,
    /// Standard output, where it is kept apart from the log.
    pub(super) output: Option<PathBuf>,
    pub(super) stop_signal: Signal,
}

/// How a process has ended, with what it wrote meanwhile.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub status: ExitStatus,
    /// Standard output; together with standard error unless the two were kept apart.
    pub output: String,
    /// Standard error where it was kept apart, else empty.
    pub log: String,
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
            output: None,
            stop_signal: Signal::TERM,
        }
    }

    /// Another name in messages and for the log, beside the old one.
    pub fn log_as(mut self, name: &str) -> Self {
        self.log.set_file_name(format!("{name}.log"));
        if let Some(output) = &mut self.output {
            output.set_file_name(format!("{name}.out"));
        }
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

    /// Keeps standard output apart from the log, for programs whose output is their result.
    pub fn output_apart(mut self) -> Self {
        self.output = Some(self.log.with_extension("out"));
        self
    }

    /// The signal that asks for an orderly end.
    pub fn stop_signal(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    /// Starts the process and returns without waiting for it to be ready.
    pub fn start(self) -> Result<Process> {
        let mut process = Process::new(self);
        process.start()?;
        Ok(process)
    }

    /// Runs the process to its end; an unsuccessful one is an error that carries its output.
    pub fn run(self, timeout: Duration) -> Result<String> {
        let name = self.name.clone();
        let outcome = self.outcome(timeout)?;
        if !outcome.status.success() {
            bail!("{name} ended with {}:\n{}{}", outcome.status, outcome.output, outcome.log);
        }
        Ok(outcome.output)
    }

    /// Runs the process to its end, whatever that is.
    pub fn outcome(self, timeout: Duration) -> Result<Outcome> {
        let (log, output) = (self.log.clone(), self.output.clone());
        // earlier runs may have written to the same files
        let (log_start, output_start) = (length(&log), output.as_deref().map_or(0, length));
        let status = self.start()?.wait(timeout)?;
        let log = read_from(&log, log_start)?;
        let output = output.map(|output| read_from(&output, output_start)).transpose()?;
        Ok(match output {
            Some(output) => Outcome { status, output, log },
            None => Outcome { status, output: log, log: String::new() },
        })
    }

    pub(super) fn command(&self) -> Result<Command> {
        let log = append_to(&self.log)?;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).args(self.account.arguments()).arg("--").arg(&self.program);
        command.args(&self.arguments).envs(self.environment.iter().map(|(key, value)| (key, value)));
        let output = match &self.output {
            None => log.try_clone()?,
            Some(path) => append_to(path)?,
        };
        command.stdin(Stdio::null()).stdout(output).stderr(log).process_group(0);
        Ok(command)
    }
}

fn append_to(path: &Path) -> Result<File> {
    let file = File::options().create(true).append(true).open(path);
    file.with_context(|| format!("cannot open {}", path.display()))
}
