//! Who may ask, and what may be written.

use tempfile::tempdir;

use crate::front::{Front, got};

#[tokio::test]
async fn one_user_with_a_password() {
    let data = tempdir().expect("folder");
    let front = Front::start_with(data.path(), &["--user", "sink", "--password", "right"]);
    let ask = || front.post(&[]).body("SELECT 1");
    got(ask().header("x-clickhouse-user", "sink").header("x-clickhouse-key", "right")).await.ok();
    got(ask().basic_auth("sink", Some("right"))).await.ok();
    front.ask_with(&[("user", "sink"), ("password", "right")], "SELECT 1").await.ok();

    ask().send().await.map(|r| assert_eq!(r.status(), 403)).expect("an answer");
    got(ask().basic_auth("sink", Some("wrong"))).await.refused(403, 516);
    got(ask().header("x-clickhouse-user", "other").header("x-clickhouse-key", "right")).await.refused(403, 516);
    let wrong = front.client().with_user("sink").with_password("wrong").query("SELECT 1").fetch_one::<u8>().await;
    assert!(wrong.expect_err("refused").to_string().contains("Code: 516"));
}

#[tokio::test]
async fn a_get_never_writes() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    got(front.get(&[("query", "CREATE TABLE t (a Int8) ENGINE = Memory")])).await.refused(500, 164);
    assert_eq!(got(front.get(&[("query", "SELECT 1"), ("max_threads", "1")])).await.ok(), "1");
}

#[tokio::test]
async fn a_read_only_front_reads_what_was_written_before() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    front.ask("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a").await.ok();
    front.ask("INSERT INTO t VALUES (7)").await.ok();
    assert!(front.stop());

    let front = Front::start_with(data.path(), &["--readonly"]);
    for sql in ["INSERT INTO t VALUES (8)", "INSERT INTO t FORMAT TSV\n8\n", "DROP TABLE t", "CREATE DATABASE d"] {
        front.ask_with(&[("async_insert", "0")], sql).await.refused(500, 164);
    }
    assert_eq!(front.ask("SELECT a FROM t").await.ok(), "7");
}
