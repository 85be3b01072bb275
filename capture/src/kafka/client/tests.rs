use super::*;
use crate::config::properties;

fn map(pairs: &[(&str, &str)]) -> Map {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn settings(more: &str) -> Settings {
    let text = format!(
        "bootstrap.servers=b:9092\ngroup.id=g\nconfig.storage.topic=c\noffset.storage.topic=o\nstatus.storage.topic=s\n\
         key.converter=org.apache.kafka.connect.json.JsonConverter\n\
         value.converter=org.apache.kafka.connect.json.JsonConverter\n{more}"
    );
    Settings::from_map(&properties::parse(&text).unwrap()).unwrap()
}

fn problem(java: &[(&str, &str)]) -> String {
    let problems = translate(&map(java), Role::Producer, "producer.").err().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

#[test]
fn tasks_get_javas_partitioner_and_durable_writes() {
    let properties = task_producer(&settings(""), &Map::new(), "pg", 0).unwrap();
    let expected = map(&[
        ("acks", "all"),
        ("bootstrap.servers", "b:9092"),
        ("client.id", "connector-producer-pg-0"),
        ("enable.idempotence", "true"),
        ("message.max.bytes", "1048576"),
        ("message.timeout.ms", "0"),
        ("partitioner", "murmur2_random"),
    ]);
    assert_eq!(properties, expected);
}

#[test]
fn the_connector_wins_over_the_worker_within_the_policy() {
    let connector = map(&[("producer.override.linger.ms", "20"), ("producer.override.compression.type", "lz4")]);
    let worker = "producer.linger.ms=1\nproducer.max.request.size=2000000\nproducer.delivery.timeout.ms=2147483647\n";
    let properties = task_producer(&settings(worker), &connector, "pg", 0).unwrap();
    assert_eq!(properties["linger.ms"], "20");
    assert_eq!(properties["compression.type"], "lz4");
    assert_eq!(properties["message.max.bytes"], "2000000");
    assert_eq!(properties["message.timeout.ms"], "0");

    let refused = task_producer(&settings("connector.client.config.override.policy=None\n"), &connector, "pg", 0);
    assert_eq!(refused.unwrap_err()[0].key, "producer.override.compression.type");
    let principal = settings("connector.client.config.override.policy=Principal\n");
    assert_eq!(task_producer(&principal, &connector, "pg", 0).unwrap_err().len(), 2);
    let login = map(&[("producer.override.security.protocol", "SSL")]);
    assert_eq!(task_producer(&principal, &login, "pg", 0).unwrap()["security.protocol"], "ssl");
}

#[test]
fn weaker_acknowledgement_keeps_the_order() {
    let properties = task_producer(&settings("producer.acks=1\n"), &Map::new(), "pg", 0).unwrap();
    assert_eq!((&*properties["enable.idempotence"], &*properties["max.in.flight"]), ("false", "1"));
}

#[test]
fn logins_and_certificates() {
    let java = map(&[
        ("security.protocol", "SASL_SSL"),
        ("sasl.mechanism", "SCRAM-SHA-512"),
        ("sasl.jaas.config", r#"a.b.ScramLoginModule required username="u;1" password="p \"q\\";"#),
        ("ssl.truststore.type", "PEM"),
        ("ssl.truststore.certificates", "-----BEGIN CERTIFICATE-----"),
        ("ssl.keystore.type", "PEM"),
        ("ssl.keystore.certificate.chain", "chain"),
        ("ssl.keystore.key", "key"),
        ("ssl.endpoint.identification.algorithm", ""),
    ]);
    let expected = map(&[
        ("sasl.mechanism", "SCRAM-SHA-512"),
        ("sasl.password", "p \"q\\"),
        ("sasl.username", "u;1"),
        ("security.protocol", "sasl_ssl"),
        ("ssl.ca.pem", "-----BEGIN CERTIFICATE-----"),
        ("ssl.certificate.pem", "chain"),
        ("ssl.endpoint.identification.algorithm", "none"),
        ("ssl.key.pem", "key"),
    ]);
    assert_eq!(translate(&java, Role::Consumer, "").ok().unwrap().properties, expected);
}

#[test]
fn what_cannot_be_done_is_refused_by_name() {
    for (key, value) in [
        ("partitioner.class", "com.acme.P"),
        ("acks", "0"),
        ("interceptor.classes", "x"),
        ("transactional.id", "t"),
        ("sasl.mechanism", "GSSAPI"),
        ("ssl.truststore.location", "/a.jks"),
        ("ssl.keystore.location", "/a.jks"),
        ("security.protocol", "SSH"),
    ] {
        assert!(problem(&[(key, value)]).starts_with(&format!("producer.{key}: ")), "{key}");
    }
}

#[test]
fn a_broken_login_is_named_without_its_secret() {
    for text in ["x required username=\"u\" password=\"hunter2\"", "x password=\"hunter2\";", ""] {
        let said = problem(&[("sasl.mechanism", "PLAIN"), ("sasl.jaas.config", text)]);
        assert!(said.starts_with("producer.sasl.jaas.config: ") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn unknown_names_are_warned_about() {
    let settings =
        settings("producer.lingerms=1\nsecurity.protocol=PLAINTEXT\nnonsense=1\nconsumer.max.poll.records=5\n");
    assert_eq!(unknown_keys(&settings), ["nonsense", "producer.lingerms"]);
    assert_eq!(internal(&settings, Role::Consumer).unwrap()["security.protocol"], "plaintext");
}

#[test]
fn librdkafka_accepts_every_translated_name() {
    let worker = "producer.linger.ms=1\nproducer.batch.size=16384\nproducer.compression.type=zstd\nproducer.buffer.memory=33554432\n\
        producer.max.in.flight.requests.per.connection=5\nproducer.request.timeout.ms=30000\nproducer.receive.buffer.bytes=-1\n\
        producer.retry.backoff.ms=100\nproducer.retry.backoff.max.ms=1000\nproducer.client.dns.lookup=use_all_dns_ips\n\
        producer.reconnect.backoff.ms=50\nproducer.reconnect.backoff.max.ms=1000\nproducer.connections.max.idle.ms=540000\n\
        producer.metadata.max.age.ms=300000\nproducer.client.rack=r\nproducer.socket.connection.setup.timeout.ms=10000\n\
        producer.compression.zstd.level=3\n";
    let properties = task_producer(&settings(worker), &Map::new(), "pg", 0).unwrap();
    let config: rdkafka::ClientConfig = properties.into_iter().collect();
    config.create_native_config().unwrap();
}

#[test]
fn the_consumer_of_signals_is_translated_and_named_as_the_user_wrote_it() {
    let of = |pairs: &[(&str, &str)]| {
        signal_consumer(&pairs.iter().map(|(k, v)| (format!("signal.consumer.{k}"), (*v).to_owned())).collect())
    };
    let given = of(&[
        ("fetch.max.wait.ms", "7"),
        ("fetch.min.bytes", "2"),
        ("fetch.max.bytes", "5000000"),
        ("max.partition.fetch.bytes", "4000"),
        ("isolation.level", "read_committed"),
        ("check.crcs", "true"),
        ("auto.offset.reset", "earliest"),
        ("session.timeout.ms", "1"),
        ("fetchminbytes", "1"),
    ])
    .unwrap_or_default();
    assert_eq!(given.unknown, ["signal.consumer.fetchminbytes"]);
    assert_eq!(given.properties["fetch.wait.max.ms"], "7");
    assert!(!given.properties.contains_key("session.timeout.ms"), "there is no group to leave");
    let config: rdkafka::ClientConfig = given.properties.into_iter().collect();
    config.create_native_config().unwrap();
    for (name, value) in [("value.deserializer", "x"), ("auto.offset.reset", "none"), ("sasl.mechanism", "GSSAPI")] {
        let problems = of(&[(name, value)]).err().unwrap_or_default();
        assert_eq!(problems[0].key, format!("signal.consumer.{name}"), "{problems:?}");
    }
}
