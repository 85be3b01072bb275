//! `capture validate FILE.json`: every error of a connector file, each naming its key.

use super::{USAGE, complain};
use crate::config::connector::COMMON;
use crate::config::key::Problem;
use crate::config::provider::{contains_placeholder, replace};
use crate::kafka::client::signal_consumer;
use crate::source::connectors;
use crate::worker::read_connector_file;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Connector files: `{"name": …, "config": {…}}`, or the flat map itself.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    let mut failed = false;
    for path in &arguments.files {
        match problems(path) {
            Ok((problems, unresolved)) if problems.is_empty() => {
                let note =
                    if unresolved { ", but for placeholders, whose values only the worker can check" } else { "" };
                println!("{}: valid{note}", path.display());
            }
            Ok((problems, _)) => {
                failed = true;
                println!("{}: {} error(s)", path.display(), problems.len());
                for problem in problems {
                    println!("  {problem}");
                }
            }
            Err(report) => {
                failed = true;
                complain(&report);
            }
        }
    }
    if failed { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
}

/// What is wrong, and whether there are placeholders: their values are the worker's to resolve, so a key that holds one is
/// checked by its name alone.
fn problems(path: &std::path::Path) -> Result<(Vec<Problem>, bool), String> {
    let (_, config) = read_connector_file(path).map_err(|e| e.report())?;
    let mut config = config.to_map();
    let unresolved: BTreeSet<String> =
        config.iter().filter(|(_, value)| contains_placeholder(value)).map(|(key, _)| key.clone()).collect();
    for value in config.values_mut() {
        let Ok(text) = replace(value, |_| Ok::<_, Infallible>(Some(STAND_IN.to_owned())));
        *value = text;
    }
    let Some(class) = config.get("connector.class") else {
        let missing = "A value is required; set the connector's Java class name";
        return Ok((vec![Problem::new("connector.class", missing)], false));
    };
    let Some(definition) = connectors::find(class) else {
        let known: Vec<&str> = connectors::DEFINITIONS.iter().map(|d| d.class).collect();
        let unknown = format!("'{class}' is unknown; use one of {}", known.join(", "));
        return Ok((vec![Problem::new("connector.class", unknown)], false));
    };
    let is_known = |key: &str| definition.keys.iter().chain(COMMON).any(|k| k.name == key);
    let mut problems = (definition.validate)(&config);
    problems.extend(signal_consumer(&config).err().unwrap_or_default());
    // the worker says some things twice, as Debezium does
    problems.dedup();
    problems.retain(|problem| !(unresolved.contains(&problem.key) && is_known(&problem.key)));
    Ok((problems, !unresolved.is_empty()))
}

/// A text that is a number, a host and a password.
const STAND_IN: &str = "1";
