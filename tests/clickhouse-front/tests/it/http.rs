//! The HTTP interface as `curl` uses it.

use clickhouse_front::{encoding, framing};
use futures_util::future::join_all;
use reqwest::Method;
use tempfile::tempdir;

use crate::front::{Front, got};

#[tokio::test]
async fn ping_and_queries_in_every_place() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let plain = reqwest::get(format!("{}/ping", front.url)).await.expect("ping");
    assert_eq!(plain.text().await.expect("text"), "Ok.\n");
    assert_eq!(got(front.get(&[])).await.text(), "Ok.\n");

    assert_eq!(got(front.get(&[("query", "SELECT 1 + 1")])).await.text(), "2\n");
    assert_eq!(front.ask("SELECT 1 + 1").await.text(), "2\n");
    assert_eq!(front.ask_with(&[("query", "SELECT 'a'")], "UNION ALL SELECT 'a'").await.text(), "a\na\n");
    assert_eq!(front.ask_with(&[("default_format", "JSONEachRow")], "SELECT 1 AS a").await.text(), "{\"a\":1}\n");
    assert_eq!(front.ask_with(&[("param_x", "it's \\t 1")], "SELECT {x:String}").await.text(), "it\\'s \\t 1\n");

    let many = front.ask_with(&[("query_id", "mine")], "SELECT 1 FORMAT JSON").await;
    let header = |name: &str| many.headers.get(name).map(|v| v.to_str().expect("text").to_owned());
    assert_eq!(header("x-clickhouse-query-id").as_deref(), Some("mine"));
    assert_eq!(header("x-clickhouse-format").as_deref(), Some("JSON"));
    assert!(header("x-clickhouse-summary").expect("summary").contains("\"result_rows\":\"1\""));
    assert!(header("x-clickhouse-server-display-name").is_some());
    assert!(front.stop());
}

#[tokio::test]
async fn refusals_have_the_servers_code_status_and_text() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    front.ask("SELEC 1").await.refused(400, 62);
    front.ask("SELECT 1; SELECT 2").await.refused(400, 62);
    front.ask("").await.refused(400, 62);
    front.ask("SELECT * FROM nowhere").await.refused(404, 60);
    front.ask("SELECT missing FROM system.one").await.refused(404, 47);
    front.ask_with(&[("database", "nowhere")], "SELECT 1").await.refused(404, 81);
    front.ask_with(&[("no_such_setting", "1")], "SELECT 1").await.refused(404, 115);
    front.ask_with(&[("default_format", "Nope")], "SELECT 1").await.refused(404, 73);
    front.ask("SELECT throwIf(number = 100000) FROM numbers(200000)").await.refused(500, 395);
    front.ask("CREATE TABLE t (a Int32) ENGINE = MergeTree ORDER BY a").await.ok();
    front.ask("CREATE TABLE t (a Int32) ENGINE = MergeTree ORDER BY a").await.refused(500, 57);
    front.ask("INSERT INTO t FORMAT TSV\nabc\n").await.refused(400, 27);
    front.ask("INSERT INTO t FROM INFILE '/etc/hostname' FORMAT TSV").await.refused(404, 78);
    let unknown = front.ask("SELECT * FROM nowhere").await.text();
    assert!(unknown.contains("(UNKNOWN_TABLE) (version 2"), "{unknown}");
    assert_eq!(got(front.get(&[("query", "SELECT count() FROM t")])).await.ok(), "0");
}

#[tokio::test]
async fn settings_of_one_request_never_reach_another() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let ask = |value: String| {
        let front = &front;
        async move {
            let sql = "SELECT getSetting('max_block_size') FROM numbers(100) GROUP BY 1";
            (front.ask_with(&[("max_block_size", &value)], sql).await.ok(), value)
        }
    };
    let asked: Vec<_> = (1000..1064).map(|value: u32| ask(value.to_string())).collect();
    for (seen, asked) in join_all(asked).await {
        assert_eq!(seen, asked);
    }
    let default =
        front.ask("SELECT value FROM system.settings WHERE name = 'max_block_size' AND NOT changed").await.ok();
    assert!(!default.is_empty(), "the default is back");
}

/// The engine would cut data inside the text at its first empty line; binary data has empty lines by chance.
#[tokio::test]
async fn binary_data_arrives_whole() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    front.ask("CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n").await.ok();
    let seed =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    println!("seed {seed}");
    let rows = rows(seed | 1, 20_000);
    let insert = [("query", "INSERT INTO t FORMAT RowBinary")];
    got(front.post(&insert).body(rows.clone())).await.ok();
    let back = front.ask("SELECT n, s FROM t ORDER BY n FORMAT RowBinary").await;
    assert!(back.body == rows, "seed {seed}: {} bytes of {} came back", back.body.len(), rows.len());
    assert_eq!(std::fs::read_dir(data.path().join("front_inserts")).expect("spool").count(), 0);
}

fn rows(mut x: u64, count: u64) -> Vec<u8> {
    let alphabet = b"\n\n\n;'\"`\\-/*#\x00\xff abc";
    let mut rows = Vec::new();
    let mut random = || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        x
    };
    for n in 0..count {
        let len = random() % 50;
        rows.extend_from_slice(&n.to_le_bytes());
        rows.push(len as u8);
        rows.extend((0..len).map(|_| alphabet[(random() % alphabet.len() as u64) as usize]));
    }
    rows
}

#[tokio::test]
async fn compressed_bodies_go_both_ways() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    front.ask("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n").await.ok();
    let rows: Vec<u8> = (0..1000u64).flat_map(u64::to_le_bytes).collect();
    let insert = ("query", "INSERT INTO t FORMAT RowBinary");

    let blocks = framing::pack(&rows);
    got(front.post(&[insert, ("decompress", "1")]).body(blocks.clone())).await.ok();
    let frame = encoding::encode_lz4(&rows).expect("packed");
    got(front.post(&[insert]).header("content-encoding", "lz4").body(frame)).await.ok();
    let mut broken = blocks;
    broken[40] ^= 1;
    got(front.post(&[insert, ("decompress", "1")]).body(broken)).await.refused(500, 40);
    got(front.post(&[insert]).header("content-encoding", "gzip").body("x")).await.refused(501, 48);
    assert_eq!(front.ask("SELECT count() FROM t").await.ok(), "2000");

    let select = "SELECT DISTINCT n FROM t ORDER BY n FORMAT RowBinary";
    let answer = front.ask_with(&[("compress", "1")], select).await;
    assert_eq!(framing::unpack(&answer.body).expect("blocks"), rows);
    let answer = got(front.post(&[]).header("accept-encoding", "lz4").body(select)).await;
    assert_eq!(encoding::decode(&answer.headers, answer.body.clone()).expect("frame"), rows);
    assert!(answer.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn other_addresses_and_methods_are_told_so() {
    let data = tempdir().expect("folder");
    let front = Front::start(data.path());
    let client = reqwest::Client::new();
    assert_eq!(client.get(format!("{}/nothing", front.url)).send().await.expect("answer").status(), 404);
    assert_eq!(client.request(Method::DELETE, &front.url).send().await.expect("answer").status(), 405);
}
