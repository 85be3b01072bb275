//! Bad input: one message that names what and how to mend it, and the exit code that a scheduler acts on.

use std::process::Command;

use crate::place::{DAY, Place, stderr};

#[tokio::test]
async fn too_early_is_75() {
    let place = Place::bare().await;
    let said = place.refused(&["run", "--date", DAY], 75);
    assert!(said.contains("users_silver") && said.contains("Start the sink"), "{said}");
    let tables = "SELECT count() FROM system.tables WHERE database = currentDatabase()";
    assert_eq!(place.number(tables).await, 0, "nothing is created before the inputs are there");
}

#[tokio::test]
async fn an_unreachable_server_is_75() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("port").local_addr().expect("address");
    let folder = tempfile::tempdir().expect("folder");
    let config = folder.path().join("gold.toml");
    std::fs::write(&config, format!("[clickhouse]\nurl = \"http://{free}\"\n")).expect("configuration");
    let run = Command::new(env!("CARGO_BIN_EXE_gold")).args(["run", "--date", DAY, "--config"]).arg(&config).output();
    let run = run.expect("run gold");
    assert_eq!(run.status.code(), Some(75));
    assert!(stderr(&run).contains(&free.to_string()) && stderr(&run).contains("clickhouse.url"), "{}", stderr(&run));
}

#[tokio::test]
async fn a_missing_database_is_named() {
    let place = Place::bare().await;
    let text = std::fs::read_to_string(place.config()).expect("configuration");
    let wrong = text.lines().map(|l| if l.starts_with("database") { "database = \"nowhere\"" } else { l });
    std::fs::write(place.config(), wrong.collect::<Vec<_>>().join("\n")).expect("configuration");
    let said = place.refused(&["run", "--date", DAY], 1);
    assert!(said.contains("database nowhere") && said.contains("Create the database"), "{said}");
}

#[tokio::test]
async fn a_table_of_another_shape_is_named() {
    let place = Place::new().await;
    place.sql("DROP TABLE events_silver").await;
    place
        .sql("CREATE TABLE events_silver (user_id Int32, timestamp DateTime) ENGINE = MergeTree ORDER BY user_id")
        .await;
    let said = place.refused(&["run", "--date", DAY], 1);
    assert!(said.contains("events_silver: has no column _id"), "{said}");

    let place = Place::new().await;
    place.sql("CREATE TABLE gold_user_activity (date Date) ENGINE = MergeTree ORDER BY date").await;
    let said = place.refused(&["run", "--date", DAY], 1);
    assert!(said.contains("gold_user_activity: has the columns (date Date)") && said.contains("RENAME"), "{said}");
    assert_eq!(
        place
            .number("SELECT count() FROM system.tables WHERE name = 'gold_lock' AND database = currentDatabase()")
            .await,
        0
    );
}

#[tokio::test]
async fn a_held_lock_is_76_and_an_expired_one_is_taken_over() {
    let place = Place::new().await;
    place.seed().await;
    let lock = |until: &str| {
        format!(
            "CREATE TABLE gold_lock (nothing UInt8) ENGINE = MergeTree ORDER BY nothing \
             COMMENT '{{\"holder\":\"deadbeef\",\"until\":{until}}}'"
        )
    };
    place.sql(&lock("4000000000")).await;
    let said = place.refused(&["run", "--date", DAY], 76);
    assert!(said.contains("deadbeef") && said.contains("DROP TABLE gold_lock"), "{said}");
    place.sql("DROP TABLE gold_lock").await;

    place.sql(&lock("1000000000")).await;
    place.run(DAY);
    assert_eq!(place.gold(DAY).await.len(), 5);
    place.run(DAY);
    let leftovers = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE 'gold_lock%'";
    assert_eq!(place.number(leftovers).await, 0);
}

#[tokio::test]
async fn usage_and_configuration_are_2() {
    let place = Place::bare().await;
    place.refused(&["run"], 2);
    place.refused(&["run", "--date", "today"], 2);
    place.configure("pasword = \"x\"\n");
    for arguments in [&["run", "--date", DAY][..], &["validate"], &["show", "--date", DAY]] {
        let said = place.refused(arguments, 2);
        assert!(said.contains("pasword") && said.contains("line 4"), "{said}");
    }
    place.configure("");
    assert!(place.command(&["validate"]).status().expect("validate").success());
}

#[test]
fn log_levels_that_cannot_be_read_are_2() {
    let run = Command::new(env!("CARGO_BIN_EXE_gold"))
        .args(["validate", "--config", "/nowhere/gold.toml"])
        .env("RUST_LOG", "gold=loud")
        .output()
        .expect("run gold");
    assert_eq!(run.status.code(), Some(2));
    let said = stderr(&run);
    assert!(said.starts_with("error: RUST_LOG") && said.contains("\nremedy: ") && !said.contains("/nowhere"), "{said}");
}
