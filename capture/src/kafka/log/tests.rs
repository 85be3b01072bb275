//! Against librdkafka's own broker stand-in, which speaks the protocol over loopback.

use super::*;
use rdkafka::mocking::MockCluster;
use std::collections::BTreeMap;

#[derive(Default)]
struct Pairs {
    latest: BTreeMap<Vec<u8>, Vec<u8>>,
    seen: usize,
}

impl Apply for Pairs {
    fn apply(&mut self, entry: &Entry<'_>) {
        let Some(key) = entry.key else { return };
        self.seen += 1;
        match entry.value {
            Some(value) => drop(self.latest.insert(key.to_vec(), value.to_vec())),
            None => drop(self.latest.remove(key)),
        }
    }
}

fn properties(bootstrap: &str) -> Map {
    let pairs = [("bootstrap.servers", bootstrap), ("partitioner", "murmur2_random"), ("acks", "all")];
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn open(bootstrap: &str, partitions: i32) -> Log<Pairs> {
    let mut reader = properties(bootstrap);
    reader.remove("partitioner");
    reader.remove("acks");
    reader.insert("group.id".into(), "g".into());
    Log::open(&reader, Writer::new(&properties(bootstrap)).unwrap(), "t", partitions, Pairs::default()).unwrap()
}

/// Kafka's murmur2: seed 0x9747b28c, little-endian blocks of four.
fn murmur2(key: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mut h = 0x9747_b28c_u32 ^ key.len() as u32;
    let mut blocks = key.chunks_exact(4);
    for block in &mut blocks {
        let mut k = u32::from_le_bytes(block.try_into().unwrap()).wrapping_mul(M);
        k = (k ^ (k >> 24)).wrapping_mul(M);
        h = h.wrapping_mul(M) ^ k;
    }
    let rest = blocks.remainder();
    if !rest.is_empty() {
        for (i, byte) in rest.iter().enumerate() {
            h ^= u32::from(*byte) << (8 * i);
        }
        h = h.wrapping_mul(M);
    }
    h = (h ^ (h >> 13)).wrapping_mul(M);
    h ^ (h >> 15)
}

#[test]
fn murmur2_is_kafkas() {
    // the vectors of Kafka's own client tests
    let vectors =
        [("21", -973932308i32), ("foobar", -790332482), ("a-little-bit-long-string", -985981536), ("abc", 479470107)];
    for (text, hash) in vectors {
        assert_eq!(murmur2(text.as_bytes()) as i32, hash, "{text}");
    }
}

#[test]
fn a_write_is_read_back_and_found_again() {
    let cluster = MockCluster::new(1).unwrap();
    cluster.create_topic("t", 5, 1).unwrap();
    let bootstrap = cluster.bootstrap_servers();
    let log = open(&bootstrap, 5);
    for i in 0..12 {
        log.write(format!("k{}", i % 6).as_bytes(), Some(format!("{i}").as_bytes())).unwrap();
    }
    log.write(b"k3", None).unwrap();
    assert_eq!(log.view().latest.len(), 5);
    assert_eq!(log.view().latest[b"k5".as_slice()], b"11");
    let again = open(&bootstrap, 5);
    assert_eq!(again.view().latest, log.view().latest);
    assert_eq!(again.view().seen, 13);
    // and each sees what the other writes from now on
    again.write(b"k5", Some(b"new")).unwrap();
    let position = again.send(b"k5", Some(b"newer")).wait(WRITE_TIMEOUT).unwrap();
    assert!(log.progress.wait_for(position, READ_BACK_TIMEOUT));
    assert_eq!(log.view().latest[b"k5".as_slice()], b"newer");
}

#[test]
fn keys_lie_where_javas_partitioner_puts_them() {
    let cluster = MockCluster::new(1).unwrap();
    cluster.create_topic("t", 25, 1).unwrap();
    let writer = Writer::new(&properties(&cluster.bootstrap_servers())).unwrap();
    for i in 0..50 {
        let key = format!("[\"c{i}\",{{\"server\":\"s\"}}]");
        let position = writer.send("t", key.as_bytes(), Some(b"{}")).wait(WRITE_TIMEOUT).unwrap();
        assert_eq!(position.partition as u32, (murmur2(key.as_bytes()) & 0x7fff_ffff) % 25, "{key}");
    }
}

#[test]
fn a_lost_policy_is_refused_with_the_command_that_mends_it() {
    assert!(check_policy("t", "compact").is_ok());
    for policy in ["delete", "compact,delete"] {
        let report = check_policy("t", policy).unwrap_err().report();
        assert!(report.contains("kafka-configs.sh") && report.contains("'t'"), "{report}");
    }
}
