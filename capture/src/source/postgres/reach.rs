//! Whether the server lets us in: asked before a configuration is taken, as Debezium does.

use super::config::Settings;
use super::error::ServerError;
use crate::config::key::{Map, Problem};
use crate::error::Error;

/// Logs in once. `None`: it works. The settings have passed validation.
pub fn unreachable(map: &Map) -> Option<Problem> {
    let settings = Settings::parse(map).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let error = runtime.block_on(settings.login.connect()).err()?;
    let said = format!("Error while validating connector config: {}", cause(&error));
    Some(Problem::new("database.hostname", said))
}

/// What a server says stands as the Java driver prints it, with our remedy behind it.
fn cause(error: &Error) -> String {
    let report = error.report();
    let server = std::error::Error::source(error).and_then(|source| source.downcast_ref::<ServerError>());
    let Some(server) = server else { return report };
    let mut text = format!("FATAL: {}", server.message);
    for (label, part) in [("Detail", &server.detail), ("Hint", &server.hint)] {
        if !part.is_empty() {
            text.push_str(&format!("\n  {label}: {part}"));
        }
    }
    let remedy = report.lines().rfind(|line| line.starts_with("remedy: "));
    remedy.map_or(text.clone(), |remedy| format!("{text}\n{remedy}"))
}
