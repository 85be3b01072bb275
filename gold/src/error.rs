//! What can go wrong, what the operator does about it, and the exit code that a scheduler sees.

use std::error::Error as _;
use std::fmt::Write as _;

use crate::warehouse;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be used; nothing was opened.
    #[error("{problem}")]
    Config {
        problem: String,
        remedy: String,
        #[source]
        source: Option<std::io::Error>,
    },
    /// The process itself could not get what it needs.
    #[error("cannot {doing}")]
    Runtime {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error(transparent)]
    Warehouse(#[from] warehouse::Error),
    /// The inputs are not there yet or still moving; the same command later is the cure.
    #[error("{problem}")]
    NotReady { problem: String, remedy: String },
    /// Another run holds the lock.
    #[error("{problem}")]
    Locked { problem: String, remedy: String },
    /// A table has another shape than the one that gold reads or writes.
    #[error("table {table}: {problem}")]
    Shape { table: String, problem: String, remedy: String },
    /// A check failed; what is published was not touched, or was put back.
    #[error("check {check} failed for {day}: {detail}")]
    Check { check: &'static str, day: String, detail: String, remedy: String },
    /// SIGTERM or Ctrl-C between two phases.
    #[error("stopped on request before {before}; nothing was published")]
    Stopped { before: &'static str },
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn config(problem: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::Config { problem: problem.into(), remedy: remedy.into(), source: None }
    }

    pub fn runtime(doing: &'static str, source: std::io::Error) -> Error {
        Error::Runtime { doing, source }
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Config { .. } => 2,
            Error::NotReady { .. } => 75,
            Error::Locked { .. } => 76,
            Error::Warehouse(error) if error.is_transient() => 75,
            Error::Warehouse(_)
            | Error::Runtime { .. }
            | Error::Shape { .. }
            | Error::Check { .. }
            | Error::Stopped { .. } => 1,
        }
    }

    pub fn remedy(&self) -> &str {
        match self {
            Error::Config { remedy, .. }
            | Error::NotReady { remedy, .. }
            | Error::Locked { remedy, .. }
            | Error::Shape { remedy, .. }
            | Error::Check { remedy, .. } => remedy,
            Error::Warehouse(error) => error.remedy(),
            Error::Runtime { .. } => "See the cause above.",
            Error::Stopped { .. } => "Run the same command again.",
        }
    }

    /// The message and every cause behind it, on one line.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        text
    }
}
