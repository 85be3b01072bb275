//! Every check finds the fault that it is there for.

use gold::audit::audit;
use gold::error::Error;
use gold::fingerprint::Fingerprint;
use gold::stage::{self, Staged};
use gold::{publish, schema};

use crate::place::{DAY, Place};

async fn staged(place: &Place) -> Staged {
    stage::stage(&place.warehouse(), DAY.parse().expect("day"), "x").await.expect("staged")
}

#[tokio::test]
async fn a_spoilt_staging_table_is_not_published() {
    for (spoil, name) in [
        ("INSERT INTO {} SELECT toDate('2026-01-01'), 1, 'A', 'a', 'x', 1, now()", "day"),
        ("INSERT INTO {} SELECT date, user_id, full_name, email, event_type, 1, now() + 9 FROM {}", "grain"),
        ("INSERT INTO {} SELECT date, 1, '', '', 'x', 0, now() FROM {} LIMIT 1", "count"),
        ("INSERT INTO {} SELECT date, 4, 'Diana', '', 'x', 1, now() FROM {} LIMIT 1", "user"),
        ("INSERT INTO {} SELECT date, 1, '', '', 'x', 5, now() FROM {} LIMIT 1", "reconciliation"),
    ] {
        let place = Place::new().await;
        place.seed().await;
        let staged = staged(&place).await;
        let day = DAY.parse().expect("day");
        let none = Fingerprint::default();
        audit(&place.warehouse(), day, &staged, none, false).await.expect("sound before");
        place.sql(&spoil.replace("{}", &staged.table)).await;
        match audit(&place.warehouse(), day, &staged, none, false).await {
            Err(Error::Check { check, .. }) => assert_eq!(check, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_day_that_reads_back_differently_is_swapped_back() {
    let place = Place::new().await;
    place.seed().await;
    place.run(DAY);
    let before = place.gold(DAY).await;
    place.event("z", 3, "logout", &format!("{DAY} 11:00:00"), 1).await;

    let warehouse = place.warehouse();
    let staged = staged(&place).await;
    let day = DAY.parse().expect("day");
    let next = publish::prepare(&warehouse, day, &staged, schema::Layout::ByDay, "x").await.expect("prepared");
    place.sql(&format!("INSERT INTO {} SELECT '{DAY}', 1, '', '', 'x', 1, now()", publish::table_name("x"))).await;
    match next.exchange(&warehouse).await {
        Err(Error::Check { check: "published", .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(place.gold(DAY).await, before);
}

#[tokio::test]
async fn a_day_lost_on_the_way_is_noticed() {
    let place = Place::new().await;
    place.seed().await;
    place.run(DAY);
    place.sql("INSERT INTO gold_user_activity SELECT '2026-01-01', 1, 'A', 'a', 'x', 1, now()").await;
    let (warehouse, day) = (place.warehouse(), DAY.parse().expect("day"));
    let table = publish::table_name("x");
    place.sql(&schema::create_gold(&table)).await;
    let check = || publish::check_carried(&warehouse, day, &table, schema::Layout::ByDay);
    match check().await {
        Err(Error::Check { check: "other_days", .. }) => {}
        other => panic!("{other:?}"),
    }
    place.sql(&format!("ALTER TABLE {table} ATTACH PARTITION ID '20260101' FROM gold_user_activity")).await;
    check().await.expect("carried over");
}
