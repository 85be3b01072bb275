//! One classification of failures for the program, and what follows from each.

use std::fmt;

/// What a failure means for the sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// May pass by itself: retry with backoff. The reader may conclude nothing about the configuration.
    Transient,
    /// The table may differ from what we think it is: look again, then retry.
    Schema,
    /// Will not pass without a change by a person: stop and say what to change.
    Definite,
    /// The partition belongs to somebody else now: drop what is in hand, the next owner repeats it.
    Lost,
}

/// A failure with its object and remedy. The cause stays a source.
#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    message: String,
    remedy: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn of(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), remedy: None, source: None }
    }

    pub fn transient(message: impl Into<String>) -> Self {
        Self::of(Kind::Transient, message)
    }

    pub fn definite(message: impl Into<String>) -> Self {
        Self::of(Kind::Definite, message)
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

    /// Message, causes and remedy on lines of their own: what a command prints.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_names_cause_and_remedy() {
        let cause = std::io::Error::other("connection refused");
        let error = Error::definite("cannot reach it").caused_by(cause).remedy("Start it.");
        assert_eq!(error.report(), "cannot reach it\ncaused by: connection refused\nremedy: Start it.");
    }
}
