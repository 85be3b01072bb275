//! `capture tail` on sources that cannot be captured: a code other than zero, and why.

use rig::{Postgres, Rig, Server as _};

use super::{PATIENCE, assert_says};

fn refused(rig: &Rig, arguments: &[&str]) -> String {
    let offsets = rig.folder().join("offsets.json");
    let program = rig.program("capture").unwrap().output_apart().argument("tail").arguments(arguments);
    let outcome = program.argument("--offsets").argument(offsets).outcome(PATIENCE).unwrap();
    assert!(!outcome.status.success(), "{arguments:?}: {}", outcome.output);
    assert!(outcome.output.is_empty(), "{}", outcome.output);
    outcome.log
}

fn url(postgres: &Postgres, password: &str, database: &str) -> String {
    format!("postgres://postgres:{password}@127.0.0.1:{}/{database}", postgres.port())
}

#[test]
fn a_postgres_that_cannot_be_captured_is_named_with_the_remedy() {
    let rig = Rig::new("bad-tail").unwrap();
    let postgres = rig.postgres().setting("wal_level", "replica").start().unwrap();
    let (password, database) = (postgres.password(), postgres.database());
    let right = url(&postgres, password, database);
    let report = refused(&rig, &["--source", &right]);
    assert_says("wal_level", &report, &["wal_level", "logical", "remedy: "]);
    let report = refused(&rig, &["--source", &url(&postgres, "wrong", database)]);
    assert_says(
        "password",
        &report,
        &["password authentication failed", "remedy: check database.user, database.password"],
    );
    assert!(!report.contains(":wrong@"), "{report}");
    let report = refused(&rig, &["--source", &url(&postgres, password, "nowhere")]);
    assert_says("database", &report, &["\"nowhere\" does not exist", "remedy: check database.dbname"]);
    let report = refused(&rig, &["--source", "redis://127.0.0.1"]);
    assert_says("address", &report, &["--source", "postgres://", "mongodb://"]);
    let report = refused(&rig, &["--source", &right, "--set", "slot.nam=x"]);
    assert_says("setting", &report, &["slot.nam", "did you mean 'slot.name'?"]);
}

#[test]
fn a_mongodb_that_refuses_the_login_is_named_with_the_remedy() {
    let rig = Rig::new("bad-tail-mongodb").unwrap();
    let mongodb = rig.mongodb().with_login().start().unwrap();
    let wrong = mongodb.url().replace(mongodb.password(), "wrong");
    let report = refused(&rig, &["--source", &wrong]);
    assert_says("login", &report, &["refused the login", "mongodb.connection.string", "remedy: "]);
    assert!(!report.contains(":wrong@"), "{report}");
}

#[test]
fn a_source_that_is_not_there_ends_the_command_and_one_that_goes_away_is_waited_for() {
    let rig = Rig::new("bad-tail-reach").unwrap();
    let mut postgres = rig.postgres().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    postgres.stop().unwrap();
    let report = refused(&rig, &["--source", &postgres.url()]);
    let reach = ["cannot reach PostgreSQL at 127.0.0.1", "remedy: check database.hostname"];
    assert_says("reach", &report, &reach);

    postgres.start().unwrap();
    let offsets = rig.folder().join("offsets.json");
    let program = rig.program("capture").unwrap().output_apart().log_as("stays");
    let program = program.arguments(["tail", "--source", &postgres.url(), "--offsets"]).argument(offsets);
    let mut tail = program.start().unwrap();
    tail.wait_log("streaming", PATIENCE).unwrap();
    postgres.restart().unwrap();
    tail.wait_log("task tries again", PATIENCE).unwrap();
    postgres.sql("INSERT INTO users VALUES (2)").unwrap();
    tail.wait_output(PATIENCE, |text| text.contains("\"op\":\"c\"").then_some(())).unwrap();
}
