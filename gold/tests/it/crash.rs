//! Killed runs and runs at the same time.

use std::time::Duration;

use crate::place::{DAY, Place};

/// Killed anywhere, a run leaves either the former day or the new one, whole; the next run goes on from there.
#[tokio::test]
async fn kill_9_at_any_moment() {
    let place = Place::new().await;
    place.seed().await;
    place.event("other", 1, "login", "2026-11-20 12:00:00", 1).await;
    place.run("2026-11-20");
    place.run(DAY);
    let seed =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    println!("seed {seed}");
    let mut random = seed | 1;
    for round in 0..12u64 {
        let before = place.gold(DAY).await;
        place.event(&format!("more-{round}"), 3, "logout", &format!("{DAY} 13:00:00"), 1).await;
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut child = place.start(DAY);
        // not a wait for anything: the moment of death is what the test varies
        tokio::time::sleep(Duration::from_micros(random % 150_000)).await;
        child.kill().expect("kill -9");
        child.wait().expect("wait");
        settle(&place).await;

        let after = place.gold(DAY).await;
        let logouts = after.iter().find(|row| row.2 == "logout").map_or(0, |row| row.3);
        assert!(after == before || logouts == round + 1, "seed {seed} round {round}: {after:?} after {before:?}");
        assert_eq!(place.gold("2026-11-20").await.len(), 1, "seed {seed} round {round}");
        place.sql("DROP TABLE IF EXISTS gold_lock").await;
    }
    place.run(DAY);
    assert_eq!(place.gold(DAY).await.len(), 6);
    assert_eq!(place.number("SELECT max(event_count) FROM gold_user_activity").await, 12);
    assert_eq!(place.number("SELECT count() FROM system.tables WHERE database = currentDatabase()").await, 4);
}

/// The server finishes the statement that a killed client has sent.
async fn settle(place: &Place) {
    let running = "SELECT count() FROM system.processes WHERE query LIKE '%gold_user_activity__%' \
                   AND current_database = currentDatabase() AND query NOT LIKE '%system.processes%'";
    while place.number(running).await > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn runs_at_the_same_time_take_turns() {
    let place = Place::new().await;
    place.user(1, "Alice", 1, false).await;
    let days: Vec<String> = (1..=6).map(|day| format!("2026-03-0{day}")).collect();
    for day in &days {
        place.event(day, 1, "login", &format!("{day} 12:00:00"), 1).await;
    }
    let mut waiting = days.clone();
    let mut locked = 0;
    while !waiting.is_empty() {
        let running: Vec<_> = waiting.drain(..).map(|day| (place.start(&day), day)).collect();
        for (child, day) in running {
            let output = child.wait_with_output().expect("wait");
            match output.status.code() {
                Some(0) => {}
                Some(76) => {
                    locked += 1;
                    waiting.push(day);
                }
                other => panic!("{day}: {other:?} {}", crate::place::stderr(&output)),
            }
        }
    }
    assert!(locked > 0, "six runs at once never met");
    for day in &days {
        assert_eq!(place.gold(day).await.len(), 1, "{day}");
    }
}
