//! What is acknowledged is there after an orderly end and after a kill.

use std::process::Stdio;

use tempfile::tempdir;

use crate::front::{self, Front};

#[tokio::test]
async fn tables_survive_stop_and_kill() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    front.ask("CREATE TABLE a (n Int32) ENGINE = MergeTree ORDER BY n").await.ok();
    front.ask("CREATE TABLE b (n Int32) ENGINE = MergeTree ORDER BY n").await.ok();
    front.ask("INSERT INTO a VALUES (1)").await.ok();
    assert!(front.stop(), "ends with 0");

    let front = Front::start(data.path());
    front.ask("INSERT INTO a FORMAT TSV\n2\n").await.ok();
    front.ask("EXCHANGE TABLES a AND b").await.ok();
    front.kill();

    let front = Front::start(data.path());
    assert_eq!(front.ask("SELECT count() FROM a").await.ok(), "0");
    assert_eq!(front.ask("SELECT groupArray(n) FROM (SELECT n FROM b ORDER BY n)").await.ok(), "[1,2]");
}

#[tokio::test]
async fn a_data_folder_has_one_front() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let second = front::command(data.path()).stderr(Stdio::piped()).output().expect("second front");
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another process may be using the folder"), "{said}");
    assert_eq!(front.ask("SELECT 1").await.ok(), "1");
}
