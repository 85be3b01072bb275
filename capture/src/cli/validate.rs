//! `capture validate FILE.json`: every error of a connector file, each naming its key.

use super::{complain, USAGE};
use crate::config::file;
use crate::config::key::Problem;
use crate::source::connectors;
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
            Ok(problems) if problems.is_empty() => println!("{}: valid", path.display()),
            Ok(problems) => {
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

fn problems(path: &std::path::Path) -> Result<Vec<Problem>, String> {
    let connector = file::read_connector(path).map_err(|e| e.report())?;
    let Some(class) = connector.config.get("connector.class") else {
        return Ok(vec![Problem::new("connector.class", "A value is required; set the connector's Java class name")]);
    };
    Ok(match connectors::find(class) {
        Some(definition) => (definition.validate)(&connector.config),
        None => {
            let known: Vec<&str> = connectors::DEFINITIONS.iter().map(|d| d.class).collect();
            vec![Problem::new("connector.class", format!("'{class}' is unknown; use one of {}", known.join(", ")))]
        }
    })
}
