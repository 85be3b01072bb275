//! The `clickhouse` crate as sink and gold use it, unchanged.

use clickhouse::Row;
use clickhouse::error::Error;
use serde::{Deserialize, Serialize};
use tempfile::tempdir;

use crate::front::Front;

#[derive(Debug, Clone, PartialEq, Eq, Row, Serialize, Deserialize)]
struct User {
    user_id: i32,
    full_name: String,
    #[serde(rename = "_version")]
    version: u64,
    is_deleted: u8,
}

fn user(user_id: i32, full_name: &str, version: u64, is_deleted: u8) -> User {
    User { user_id, full_name: full_name.into(), version, is_deleted }
}

const TABLE: &str = "CREATE TABLE users (user_id Int32, full_name String, _version UInt64, is_deleted UInt8) \
                     ENGINE = ReplacingMergeTree(_version, is_deleted) ORDER BY user_id \
                     SETTINGS non_replicated_deduplication_window = 100";

async fn insert(client: &clickhouse::Client, users: &[User]) -> Result<(), Error> {
    let mut insert = client.insert::<User>("users").await?;
    for user in users {
        insert.write(user).await?;
    }
    insert.end().await
}

#[tokio::test]
async fn rows_go_in_and_come_out_final() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let client = front.client();
    client.query(TABLE).execute().await.expect("table");
    insert(&client, &[user(1, "Alice", 1, 0), user(2, "Bob\n\n;'", 1, 0)]).await.expect("insert");
    insert(&client, &[user(2, "Bob A.", 2, 0), user(3, "Diana", 5, 0), user(1, "late", 0, 0)]).await.expect("insert");
    insert(&client, &[user(3, "", 6, 1)]).await.expect("insert");

    let sql = "SELECT ?fields FROM users FINAL WHERE user_id >= ? AND full_name != {other:String} ORDER BY user_id";
    let query = client.query(sql).bind(1).param("other", "it's\nnobody");
    let users = query.fetch_all::<User>().await.expect("select");
    assert_eq!(users, [user(1, "Alice", 1, 0), user(2, "Bob A.", 2, 0)]);
    let none = client.query("SELECT ?fields FROM users WHERE user_id = 99").fetch_optional::<User>().await;
    assert_eq!(none.expect("select"), None);
}

#[tokio::test]
async fn a_token_makes_an_insert_happen_once() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let client = front.client();
    client.query(TABLE).execute().await.expect("table");
    let settings = [
        ("async_insert", "0"),
        ("wait_end_of_query", "1"),
        ("insert_deduplicate", "1"),
        ("max_insert_block_size", "1048449"),
        ("min_insert_block_size_rows", "1048449"),
        ("min_insert_block_size_bytes", "268402944"),
        ("max_insert_threads", "1"),
        ("input_format_skip_unknown_fields", "0"),
        ("deduplicate_blocks_in_dependent_materialized_views", "1"),
    ];
    let sink = settings.iter().fold(front.client(), |client, (name, value)| client.with_setting(*name, *value));
    for token in ["v1:users:0-2", "v1:users:0-2", "v1:users:3-5"] {
        let sink = sink.clone().with_setting("insert_deduplication_token", token);
        insert(&sink, &[user(1, "Alice", 1, 0)]).await.expect("insert");
    }
    let rows = client.query("SELECT count() FROM users").fetch_one::<u64>().await.expect("count");
    assert_eq!(rows, 2, "the second insert of a token is dropped");
}

#[tokio::test]
async fn bytes_with_names_and_types_are_checked() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let client = front.client();
    client.query(TABLE).execute().await.expect("table");
    let send = |body: Vec<u8>| {
        let mut insert = client.insert_formatted_with("INSERT INTO users FORMAT RowBinaryWithNamesAndTypes");
        async move {
            insert.send(body.into()).await?;
            insert.end().await
        }
    };
    let header = |kind: &str| [&[1, 7], &b"user_id"[..], &[kind.len() as u8], kind.as_bytes()].concat();
    send([header("Int32"), vec![9, 0, 0, 0]].concat()).await.expect("insert");
    let wrong = send([header("Int64"), vec![9, 0, 0, 0, 0, 0, 0, 0]].concat()).await.expect_err("wrong type");
    assert!(wrong.to_string().contains("Code: 117"), "{wrong}");
    let cut = send([header("Int32"), vec![9, 0]].concat()).await.expect_err("cut row");
    assert!(cut.to_string().contains("Code: 33"), "{cut}");
    assert_eq!(client.query("SELECT sum(user_id) FROM users").fetch_one::<i64>().await.expect("sum"), 9);
}

#[tokio::test]
async fn errors_keep_their_codes() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let client = front.client();
    let missing = client.query("SELECT 1 FROM nowhere").fetch_one::<u8>().await.expect_err("no table");
    assert!(matches!(&missing, Error::BadResponse(text) if text.starts_with("Code: 60.")), "{missing}");
    let unknown = client.query("SELECT 1").with_setting("no_such", "1").fetch_one::<u8>().await.expect_err("setting");
    assert!(unknown.to_string().contains("Code: 115"), "{unknown}");
    let database = client.clone().with_database("nowhere").query("SELECT 1").fetch_one::<u8>().await;
    assert!(database.expect_err("database").to_string().contains("Code: 81"));
}

#[tokio::test]
async fn an_abandoned_insert_leaves_nothing() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let client = front.client();
    client.query(TABLE).execute().await.expect("table");
    let mut abandoned = client.insert::<User>("users").await.expect("insert");
    for id in 0..100_000 {
        abandoned.write(&user(id, "never", 1, 0)).await.expect("write");
    }
    drop(abandoned);
    insert(&client, &[user(1, "Alice", 1, 0)]).await.expect("insert");
    assert_eq!(client.query("SELECT count() FROM users").fetch_one::<u64>().await.expect("count"), 1);
}
