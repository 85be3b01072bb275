//! Ends everything the rig has started when the run is interrupted. A register of live process groups is kept for
//! this, since a signal finds the owners of the children deep inside some wait.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};

use rustix::process::{Pid, Signal};
use tokio::signal::unix::{self, SignalKind, signal};

struct Register {
    groups: BTreeSet<i32>,
    directories: BTreeSet<PathBuf>,
    /// Someone waits for the interrupt and will clean up in order.
    awaited: bool,
    arrived: bool,
}

static REGISTER: Mutex<Register> =
    Mutex::new(Register { groups: BTreeSet::new(), directories: BTreeSet::new(), awaited: false, arrived: false });
static ARRIVAL: Condvar = Condvar::new();
static INSTALLED: Once = Once::new();

/// Blocks until SIGINT, SIGTERM or SIGHUP arrives; the caller then ends its processes by dropping them.
pub fn wait() {
    install();
    let mut register = lock();
    register.awaited = true;
    while !register.arrived {
        register = ARRIVAL.wait(register).unwrap_or_else(PoisonError::into_inner);
    }
    register.awaited = false;
}

pub(super) fn add_group(group: Pid) {
    install();
    lock().groups.insert(group.as_raw_nonzero().get());
}

pub(super) fn remove_group(group: Pid) {
    lock().groups.remove(&group.as_raw_nonzero().get());
}

pub(super) fn add_directory(path: &Path) {
    install();
    lock().directories.insert(path.to_owned());
}

pub(super) fn remove_directory(path: &Path) {
    lock().directories.remove(path);
}

fn lock() -> MutexGuard<'static, Register> {
    REGISTER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn install() {
    INSTALLED.call_once(|| {
        // the handlers must stand before the first child does
        let (ready, installed) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("rig-interrupt".into())
            .spawn(move || listen(&ready))
            .expect("a thread can be started at process start");
        // an error means that the thread is gone; it has said why
        let _ = installed.recv();
    });
}

fn listen(ready: &std::sync::mpsc::Sender<()>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return eprintln!("rig: interrupts are not handled: {error}"),
    };
    runtime.block_on(async {
        let [mut interrupt, mut terminate, mut hangup] = match streams() {
            Ok(streams) => streams,
            Err(error) => return eprintln!("rig: interrupts are not handled: {error}"),
        };
        // the receiver waits for exactly this message
        let _ = ready.send(());
        loop {
            // 128 and the number of the signal, as a shell tells it
            let status = tokio::select! {
                _ = interrupt.recv() => 130,
                _ = terminate.recv() => 143,
                _ = hangup.recv() => 129,
            };
            on_arrival(status);
        }
    });
}

fn streams() -> io::Result<[unix::Signal; 3]> {
    Ok([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?])
}

fn on_arrival(status: i32) {
    let mut register = lock();
    if register.awaited && !register.arrived {
        register.arrived = true;
        ARRIVAL.notify_all();
        return;
    }
    for group in &register.groups {
        if let Some(group) = Pid::from_raw(*group) {
            // a group that has ended by itself needs no signal
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
    for directory in &register.directories {
        // best effort: the process is about to end
        let _ = std::fs::remove_dir_all(directory);
    }
    std::process::exit(status);
}
