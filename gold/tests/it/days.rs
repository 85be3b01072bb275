//! What a day holds, and what running it again does.

use crate::place::{DAY, Place, activity, stdout};

fn expected() -> Vec<crate::place::Activity> {
    vec![
        activity(1, "Alice Smith", "login", 1),
        activity(1, "Alice Smith", "view_item", 1),
        activity(2, "Bob A. Jones", "add_to_cart", 1),
        activity(2, "Bob A. Jones", "login", 1),
        activity(3, "Charlie Brown", "login", 1),
    ]
}

#[tokio::test]
async fn the_seed_day_and_the_same_run_again() {
    let place = Place::new().await;
    place.seed().await;
    let said = place.run(DAY);
    assert!(said.contains("published: rows=5 events=5 without_user=0"), "{said}");
    assert_eq!(place.gold(DAY).await, expected());

    let computed = "SELECT sum(toUInt64(_updated_at)) + sum(cityHash64(*)) FROM gold_user_activity";
    let parts = "SELECT sum(cityHash64(name, modification_time)) FROM system.parts \
                 WHERE database = currentDatabase() AND table = 'gold_user_activity' AND active";
    let before = (place.number(computed).await, place.number(parts).await);
    assert!(place.run(DAY).contains("unchanged: rows=5"));
    assert_eq!((place.number(computed).await, place.number(parts).await), before, "not even a part was touched");

    let runs = "SELECT countIf(state = 'running') * 100 + countIf(state = 'published') * 10 + \
                countIf(state = 'unchanged') FROM gold_runs";
    assert_eq!(place.number(runs).await, 211);
    assert_eq!(place.number("SELECT count() FROM system.tables WHERE database = currentDatabase()").await, 4);
}

#[tokio::test]
async fn show_prints_the_day() {
    let place = Place::new().await;
    place.seed().await;
    place.run(DAY);
    let shown = place.command(&["show", "--date", DAY]).output().expect("show");
    assert!(shown.status.success());
    let shown = stdout(&shown);
    assert!(shown.contains("Bob A. Jones") && shown.contains("add_to_cart") && shown.contains("5 rows"), "{shown}");
    assert!(!shown.contains("Diana"), "{shown}");
}

#[tokio::test]
async fn a_key_without_events_disappears_and_other_days_stay() {
    let place = Place::new().await;
    place.seed().await;
    place.event("old", 1, "login", "2026-11-21 23:59:59", 1).await;
    place.event("new", 1, "login", "2026-11-23 00:00:00", 1).await;
    for day in ["2026-11-21", "2026-11-22", "2026-11-23"] {
        place.run(day);
    }
    place.delete_event("b", 2).await;
    place.event("c", 2, "logout", &format!("{DAY} 23:59:59"), 2).await;
    place.run(DAY);
    let now = vec![
        activity(1, "Alice Smith", "login", 1),
        activity(2, "Bob A. Jones", "add_to_cart", 1),
        activity(2, "Bob A. Jones", "logout", 1),
        activity(3, "Charlie Brown", "login", 1),
    ];
    assert_eq!(place.gold(DAY).await, now);
    assert_eq!(place.gold("2026-11-21").await, [activity(1, "Alice Smith", "login", 1)]);
    assert_eq!(place.gold("2026-11-23").await, [activity(1, "Alice Smith", "login", 1)]);
}

#[tokio::test]
async fn events_without_a_living_user_are_counted_but_not_published() {
    let place = Place::new().await;
    place.seed().await;
    place.event("f", 4, "login", &format!("{DAY} 00:00:00"), 1).await;
    place.event("g", 99, "login", &format!("{DAY} 00:00:00"), 1).await;
    let said = place.run(DAY);
    assert!(said.contains("rows=5 events=7 without_user=2"), "{said}");
    place.user(99, "Late", 1, false).await;
    assert!(place.run(DAY).contains("rows=6 events=7 without_user=1"));
}

#[tokio::test]
async fn a_day_that_became_empty_needs_a_word() {
    let place = Place::new().await;
    place.user(1, "Alice", 1, false).await;
    place.event("a", 1, "login", &format!("{DAY} 12:00:00"), 1).await;
    place.run(DAY);
    place.delete_event("a", 2).await;
    let said = place.refused(&["run", "--date", DAY], 1);
    assert!(said.contains("not_empty") && said.contains("--allow-empty"), "{said}");
    assert_eq!(place.gold(DAY).await.len(), 1, "what is published stays");

    let output = place.command(&["run", "--date", DAY, "--allow-empty"]).output().expect("run");
    assert!(output.status.success());
    assert_eq!(place.gold(DAY).await, []);
    assert!(place.run("2026-01-01").contains("unchanged: rows=0"), "a day that never had events is nothing special");
    assert_eq!(place.number("SELECT count() FROM gold_runs WHERE state = 'failed' AND error != ''").await, 1);
}

#[tokio::test]
async fn the_former_table_is_taken_over_with_its_days() {
    let place = Place::new().await;
    place.seed().await;
    place
        .sql(
            "CREATE TABLE gold_user_activity (date Date, user_id Int32, full_name String, email String, \
         event_type String, event_count UInt64, _updated_at DateTime DEFAULT now()) \
         ENGINE = ReplacingMergeTree(_updated_at) ORDER BY (date, user_id, event_type)",
        )
        .await;
    for _ in 0..2 {
        place.sql("INSERT INTO gold_user_activity SELECT '2026-11-20', 1, 'A', 'a', 'login', 7, now()").await;
        place.sql(&format!("INSERT INTO gold_user_activity SELECT '{DAY}', 9, 'gone', '', 'login', 7, now()")).await;
    }
    place.run(DAY);
    assert_eq!(place.gold(DAY).await, expected());
    assert_eq!(place.gold("2026-11-20").await, [activity(1, "A", "login", 7)]);
    let by_day = "SELECT count() FROM system.tables WHERE database = currentDatabase() \
                  AND name = 'gold_user_activity' AND partition_key = 'date'";
    assert_eq!(place.number(by_day).await, 1);
}

#[tokio::test]
async fn many_days_are_carried_over() {
    let place = Place::new().await;
    place.seed().await;
    place.run("2026-01-01");
    place
        .sql(
            "INSERT INTO gold_user_activity SELECT toDate('2026-01-01') + number, 1, 'A', 'a', 'login', 1, now() \
         FROM numbers(99)",
        )
        .await;
    place.run(DAY);
    assert_eq!(place.number("SELECT count() FROM gold_user_activity").await, 99 + 5);
}
