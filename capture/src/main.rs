//! `capture`: parse, configure, run.

use capture::cli;
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // the one provider of cryptography; it is set before any client is made
    let installed = rustls::crypto::ring::default_provider().install_default();
    debug_assert!(installed.is_ok());
    if let Some(error) = cli::pod::become_worker() {
        eprintln!("error: the worker cannot be started: {error}");
        return ExitCode::FAILURE;
    }
    cli::run(cli::Arguments::parse())
}
