//! `capture`: parse, configure, run.

use capture::cli;
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    capture::telemetry::start();
    cli::run(cli::Arguments::parse())
}
