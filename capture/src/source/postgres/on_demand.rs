//! A snapshot that a signal asks for while the log is read: the log waits for it.

use super::config::Settings;
use super::position::Offset;

/// What is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDemand {
    /// `schema.table`
    pub tables: Vec<String>,
    /// The whole statement that reads a table, by its name.
    pub statements: Vec<(String, String)>,
    /// Where its rows stand in the log: a restart before its end reads the signal, and so the tables, again.
    pub at: Offset,
}

impl OnDemand {
    /// The connector's settings, narrowed to what is asked for.
    pub fn settings(&self, of: &Settings) -> Settings {
        let mut settings = of.clone();
        settings.snapshot.overrides = self.statements.clone();
        // a restart reads the signal again
        settings.snapshot.resumes = false;
        settings
    }
}
