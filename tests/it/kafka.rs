//! The broker of the rig: what was sent is there, in order, and what was refused is said.

use rig::{Extent, Rig, Server as _};

#[test]
fn records_survive_a_killed_broker_in_order() {
    let rig = Rig::new("kafka-kill").unwrap();
    let mut kafka = rig.kafka().start().unwrap();
    kafka.create_topic("changes", 3, &[("cleanup.policy", "compact")]).unwrap();
    assert_eq!(kafka.partitions("changes").unwrap(), 3);
    for value in ["1", "2", "3"] {
        kafka.send("changes", Some(b"key"), Some(value.as_bytes())).unwrap();
    }
    kafka.send("changes", Some(b"key"), None).unwrap();
    let port = kafka.port();
    kafka.kill().unwrap();
    kafka.start().unwrap();
    assert_eq!(kafka.port(), port);
    let records = kafka.read("changes", Extent::Count(4)).unwrap();
    let values: Vec<String> = records.iter().map(rig::Message::value_text).collect();
    assert_eq!(values, ["1", "2", "3", "null"]);
    assert!(records.iter().all(|record| record.partition == records[0].partition && record.key_text() == "key"));
    assert_eq!(kafka.topics().unwrap(), ["changes"]);
    assert_eq!(kafka.partitions("no-such-topic").unwrap(), 0);
}

#[test]
fn a_record_that_the_broker_refuses_is_an_error() {
    let rig = Rig::new("kafka-refusal").unwrap();
    let kafka = rig.kafka().start().unwrap();
    kafka.create_topic("changes", 1, &[("cleanup.policy", "compact")]).unwrap();
    // a compacted topic takes no record without a key
    let refused = kafka.send("changes", None, Some(b"1")).unwrap_err();
    assert!(format!("{refused:#}").contains("did not take a record for changes"), "{refused:#}");
    assert_eq!(kafka.count("changes").unwrap(), 0);
}
