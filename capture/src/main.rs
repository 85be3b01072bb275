//! `capture`: parse, configure, run.

use capture::cli;
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // the allocator asks for huge pages, and the first byte of each keeps two megabytes resident; a kernel that cannot do
    // without them costs that memory and nothing else
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    // the one provider of cryptography; it is set before any client is made
    let installed = rustls::crypto::ring::default_provider().install_default();
    debug_assert!(installed.is_ok());
    if let Some(error) = cli::pod::become_worker() {
        eprintln!("error: the worker cannot be started: {error}");
        return ExitCode::FAILURE;
    }
    cli::run(cli::Arguments::parse())
}
