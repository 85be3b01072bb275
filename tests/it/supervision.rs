//! What the rig has started ends with it: after a kill, an interrupt or a panic, and not a moment sooner.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rig::process::wait;
use rig::{Rig, Server as _};
use rustix::process::{Pid, Signal};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);

/// `rig up` with the addresses that it printed.
struct Up {
    child: Child,
    addresses: Value,
}

impl Drop for Up {
    fn drop(&mut self) {
        // it has ended already unless the test failed
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn up(components: &[&str]) -> Up {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rig"));
    let mut child = command.arg("up").args(components).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let json = lines.map(|line| line.unwrap()).find(|line| line.starts_with('{')).expect("rig up prints addresses");
    Up { child, addresses: serde_json::from_str(&json).unwrap() }
}

fn postmaster(folder: &Path) -> u32 {
    let note = std::fs::read_to_string(folder.join("postgres/data/postmaster.pid")).unwrap();
    note.lines().next().unwrap().parse().unwrap()
}

fn wait_gone(process: u32) {
    let path = format!("/proc/{process}");
    wait::until("the end of a child", PATIENCE, || Ok((!Path::new(&path).exists()).then_some(()))).unwrap();
}

#[test]
fn children_end_when_the_rig_is_killed_and_the_next_rig_sweeps() {
    let mut up = up(&["postgres"]);
    let folder = Path::new(up.addresses["folder"].as_str().unwrap()).to_owned();
    let process = postmaster(&folder);
    up.child.kill().unwrap();
    up.child.wait().unwrap();
    wait_gone(process);
    // any rig that starts sweeps, those of the tests beside this one too
    drop(Rig::new("sweep").unwrap());
    wait::until("the sweep", PATIENCE, || Ok((!folder.exists()).then_some(()))).unwrap();
}

#[test]
fn an_interrupt_ends_the_rig_in_order() {
    let mut up = up(&["postgres", "mongodb"]);
    let folder = Path::new(up.addresses["folder"].as_str().unwrap()).to_owned();
    let process = postmaster(&folder);
    rustix::process::kill_process(Pid::from_child(&up.child), Signal::INT).unwrap();
    assert!(up.child.wait().unwrap().success());
    wait_gone(process);
    assert!(!folder.exists());
}

#[test]
fn a_panic_ends_the_children_and_keeps_the_logs() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let outcome = std::thread::spawn(move || {
        let rig = Rig::new("panic").unwrap();
        let mut postgres = rig.postgres().start().unwrap();
        sender.send((rig.folder().to_owned(), postgres.process().id().unwrap())).unwrap();
        panic!("as a failing test would");
    });
    let (folder, process) = receiver.recv().unwrap();
    assert!(outcome.join().is_err());
    wait_gone(process);
    assert!(folder.join("postgres.log").exists() && !folder.join("postgres").exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_thread_that_ends_does_not_take_its_children_along() {
    let rig = Rig::new("thread").unwrap();
    let postgres = std::thread::scope(|scope| scope.spawn(|| rig.postgres().start()).join().unwrap()).unwrap();
    assert_eq!(postgres.value("SELECT 1").unwrap().as_deref(), Some("1"));
}

#[test]
fn a_command_beside_clickhouse_gives_the_rig_its_own_status() {
    let script = r#"test -n "$CLICKHOUSE_URL" && test -e "$CHDB_LIB" && exit 7"#;
    let status = Command::new(env!("CARGO_BIN_EXE_rig")).args(["with", "--", "sh", "-c", script]).status().unwrap();
    assert_eq!(status.code(), Some(7));
}
