//! Log setup: plain text to standard output, levels by the environment.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Names the environment variable that sets levels, such as `info` or `capture::kafka=debug`.
pub const LEVEL_VARIABLE: &str = "CAPTURE_LOG";

/// Where log lines go: a program whose output is data keeps its log out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Standard,
    Error,
}

/// Sets the log up once, before anything is logged. A filter that cannot be read is an error that names the variable.
pub fn start(output: Output) -> crate::error::Result<()> {
    let levels = std::env::var(LEVEL_VARIABLE).ok().filter(|v| !v.trim().is_empty()).unwrap_or_else(|| "info".into());
    let bad = |e: Box<dyn std::error::Error + Send + Sync>| {
        crate::error::Error::definite(format!("{LEVEL_VARIABLE} is not a list of log levels"))
            .caused_by(e)
            .remedy("set a level such as info, or target=level pairs")
    };
    let filter = EnvFilter::try_new(&levels).map_err(|e| bad(e.into()))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    match output {
        Output::Standard => builder.with_ansi(std::io::stdout().is_terminal()).with_writer(std::io::stdout).try_init(),
        Output::Error => builder.with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).try_init(),
    }
    .map_err(bad)
}
