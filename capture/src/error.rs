//! One classification of failures for the whole program, and what follows from each.

use std::fmt;
use std::time::Duration;

/// What a failure means for the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// May pass by itself: retry with backoff. The reader may conclude nothing about the configuration.
    Transient,
    /// Will not pass without a change by a person: stop this task and say what to change.
    Definite,
    /// The process cannot go on.
    Fatal,
}

/// A failure with its object and remedy. The cause stays a source.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    remedy: Option<String>,
    patience: Duration,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn transient(message: impl Into<String>) -> Self {
        Self::new(Kind::Transient, message)
    }

    pub fn definite(message: impl Into<String>) -> Self {
        Self::new(Kind::Definite, message)
    }

    /// Comes with a remedy, since few of them are the operator's to mend.
    pub fn fatal(message: impl Into<String>) -> Self {
        let remedy =
            "start it again; if that does not help, see that threads and memory are left, or report it with the log";
        Self::new(Kind::Fatal, message).remedy(remedy)
    }

    /// Of a kind that a table gives.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), remedy: None, patience: Duration::ZERO, source: None }
    }

    /// The same failure, known to pass by itself here.
    pub fn into_transient(self) -> Self {
        Self { kind: Kind::Transient, ..self }
    }

    /// What the operator does next, as an imperative sentence.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// For so long the failure is no retry that counts.
    pub fn bear(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub fn patience(&self) -> Duration {
        self.patience
    }

    pub fn is_transient(&self) -> bool {
        self.kind == Kind::Transient
    }

    /// Message, causes and remedy on lines of their own: what `/status` shows as `trace` and a command prints.
    pub fn report(&self) -> String {
        let mut text = self.message.clone();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!("\ncaused by: {error}"));
            cause = error.source();
        }
        if let Some(remedy) = &self.remedy {
            text.push_str(&format!("\nremedy: {remedy}"));
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e.as_ref() as _)
    }
}
