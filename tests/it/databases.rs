//! PostgreSQL and MongoDB of the rig: every version, over kills and restarts, fit for capture and made unfit for it.

use bson::doc;
use rig::provision::PostgresVersion;
use rig::{Rig, Server as _};

#[test]
fn every_postgres_version_starts_with_logical_decoding() {
    let rig = Rig::new("postgres-versions").unwrap();
    for version in PostgresVersion::ALL {
        let name = format!("postgres{}", version.major());
        let postgres = rig.postgres().name(&name).version(version).start().unwrap();
        let number = postgres.value("SHOW server_version_num").unwrap().unwrap();
        assert_eq!(number.parse::<u32>().unwrap() / 10_000, version.major());
        assert_eq!(postgres.value("SHOW wal_level").unwrap().as_deref(), Some("logical"));
        let slot = "SELECT slot_name FROM pg_create_logical_replication_slot('s', 'pgoutput')";
        assert_eq!(postgres.value(slot).unwrap().as_deref(), Some("s"));
    }
}

#[test]
fn postgres_keeps_its_rows_and_port_over_a_kill() {
    let rig = Rig::new("postgres-kill").unwrap();
    let mut postgres = rig.postgres().start().unwrap();
    let port = postgres.port();
    postgres.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)").unwrap();
    postgres.kill().unwrap();
    assert!(postgres.sql("SELECT 1").is_err());
    postgres.start().unwrap();
    assert_eq!(postgres.port(), port);
    assert_eq!(postgres.value("SELECT count(*) FROM t").unwrap().as_deref(), Some("2"));
}

#[test]
fn postgres_can_be_made_unfit_for_capture() {
    let rig = Rig::new("postgres-unfit").unwrap();
    let closed = "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 reject\n";
    let postgres = rig.postgres().setting("wal_level", "replica").host_rules(closed).start().unwrap();
    assert_eq!(postgres.value("SHOW wal_level").unwrap().as_deref(), Some("replica"));
    let rules = "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'reject'";
    assert_eq!(postgres.value(rules).unwrap().as_deref(), Some("1"));
}

#[test]
fn a_postgres_that_cannot_start_says_why() {
    let rig = Rig::new("postgres-broken").unwrap();
    let error = rig.postgres().setting("no_such_setting", "1").start().unwrap_err();
    let text = format!("{error:#}");
    assert!(text.contains("before it was ready") && text.contains("no_such_setting"), "{text}");
}

#[test]
fn mongodb_keeps_its_documents_over_a_restart() {
    let rig = Rig::new("mongodb-restart").unwrap();
    let mut mongodb = rig.mongodb().start().unwrap();
    mongodb.insert("commerce", "events", vec![doc! {"_id": 1}, doc! {"_id": 2}]).unwrap();
    mongodb.update("commerce", "events", doc! {"_id": 1}, doc! {"$set": {"x": 1}}).unwrap();
    mongodb.delete("commerce", "events", doc! {"_id": 2}).unwrap();
    mongodb.restart().unwrap();
    let counted = mongodb.command("commerce", doc! {"count": "events", "query": {"x": 1}}).unwrap();
    assert_eq!(counted.get_i32("n").unwrap(), 1);
    let twice = mongodb.insert("commerce", "events", vec![doc! {"_id": 1}]).unwrap_err();
    assert!(format!("{twice:#}").contains("duplicate key"), "{twice:#}");
}

#[test]
fn mongodb_asks_for_a_login_when_told_to() {
    let rig = Rig::new("mongodb-login").unwrap();
    let mongodb = rig.mongodb().with_login().start().unwrap();
    mongodb.insert("commerce", "events", vec![doc! {"_id": 1}]).unwrap();
    assert!(mongodb.url().contains("authSource=admin"));
    let status = mongodb.command("admin", doc! {"connectionStatus": 1}).unwrap();
    let users = status.get_document("authInfo").unwrap().get_array("authenticatedUsers").unwrap();
    assert_eq!(users.len(), 1);
}
