//! `capture tail`: the engine without Kafka.

use super::{USAGE, complain};
use crate::config::connector::Converters;
use crate::config::key::{Map, refused};
use crate::core::Limits;
use crate::error::{Error, Result};
use crate::pipeline::stdout::StdoutOutput;
use crate::pipeline::task::{State, StateCell};
use crate::pipeline::{Job, Limited, NullOutput, TaskHandle, launch};
use crate::source::connectors::{self, Definition};
use crate::store::file::FileStore;
use crate::worker::stop_signal;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

mod url;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// postgres://USER:PASSWORD@HOST:PORT/DATABASE or mongodb://…
    #[arg(long)]
    source: String,
    /// Table (`schema.table`) or collection (`database.collection`), a regular expression; may be given several times.
    #[arg(long)]
    table: Vec<String>,
    /// Where the position is kept, so that the next start goes on there.
    #[arg(long, default_value = "tailrace-offsets.json")]
    offsets: PathBuf,
    /// Any setting of the connector, `key=value`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print each record with its schema.
    #[arg(long)]
    schemas: bool,
    /// Print nothing; for measuring what the source alone can do.
    #[arg(long)]
    discard: bool,
    /// End after this many records, with the change at hand completed; the next start goes on behind them.
    #[arg(long, value_name = "RECORDS")]
    limit: Option<u64>,
}

/// How often the position is written to its file.
const STORE_EVERY: Duration = Duration::from_secs(1);
const LIMITS: Limits = Limits { bytes: 16 << 20, records: 64 << 10, store_every_ms: STORE_EVERY.as_millis() as u64 };
const GRACE: Duration = Duration::from_secs(5);
/// How often the task is looked at, whose thread tells nobody that it has ended.
const LOOK_AROUND: Duration = Duration::from_millis(20);
const BUFFER_BYTES: usize = 64 << 10;

pub fn run(arguments: Arguments) -> ExitCode {
    let (definition, config) = match prepare(&arguments) {
        Ok(prepared) => prepared,
        Err(error) => {
            complain(&error.report());
            return ExitCode::from(USAGE);
        }
    };
    let cell = StateCell::default();
    match begin(&arguments, definition, config, cell.clone()) {
        Ok(handle) => watch(&handle, &cell),
        Err(error) => {
            complain(&error.report());
            ExitCode::FAILURE
        }
    }
}

/// The connector's settings from the arguments, checked.
fn prepare(arguments: &Arguments) -> Result<(&'static Definition, Map)> {
    let mut config = url::settings(&arguments.source)?;
    let definition = config.get("connector.class").and_then(|class| connectors::find(class));
    let definition = definition.expect("an address stands for a connector that is built in");
    let tables = arguments.table.join(",");
    for (key, value) in url::defaults(definition.kind, &tables) {
        config.entry(key.to_owned()).or_insert(value);
    }
    for pair in &arguments.set {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| Error::definite(format!("--set {pair} has no '='")).remedy("write --set key=value"))?;
        config.insert(key.trim().to_owned(), value.to_owned());
    }
    let problems = (definition.validate)(&config);
    if problems.is_empty() { Ok((definition, config)) } else { Err(refused("--source, --table and --set", &problems)) }
}

fn begin(arguments: &Arguments, definition: &Definition, config: Map, cell: StateCell) -> Result<TaskHandle> {
    let store = Box::new(FileStore::new(&arguments.offsets, &(definition.partition)(&config)));
    let converters = Converters::with_schemas(arguments.schemas, arguments.schemas);
    let job = Job {
        name: "tail".to_owned(),
        config,
        converters,
        store,
        limits: LIMITS,
        grace: GRACE,
        cell,
        waits_for_source: false,
    };
    let limit = arguments.limit;
    if arguments.discard {
        return launch(definition.kind, job, move || Ok(Limited::new(NullOutput::default(), limit)));
    }
    launch(definition.kind, job, move || {
        let lines = BufWriter::with_capacity(BUFFER_BYTES, std::io::stdout());
        Ok(Limited::new(StdoutOutput::new(lines), limit))
    })
}

/// Waits for Ctrl-C, SIGTERM or the task's end.
fn watch(handle: &TaskHandle, cell: &StateCell) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            complain(&e.to_string());
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(async {
        let mut signal = std::pin::pin!(stop_signal());
        let mut has_signal = false;
        loop {
            tokio::select! {
                received = &mut signal, if !has_signal => {
                    has_signal = true;
                    match received {
                        Ok(_) => handle.stop(),
                        Err(error) => complain(&error.report()),
                    }
                }
                () = tokio::time::sleep(LOOK_AROUND) => {}
            }
            if handle.is_finished() {
                return outcome(cell);
            }
        }
    })
}

fn outcome(cell: &StateCell) -> ExitCode {
    match cell.get() {
        State::Failed(report) => {
            complain(&report);
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
