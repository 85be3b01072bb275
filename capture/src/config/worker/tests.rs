use super::*;

const STRIMZI: &str = r"bootstrap.servers=my-cluster-kafka-bootstrap.kafka.svc.cluster.local:9092
group.id=connect-cluster
config.storage.topic=connect-cluster-configs
status.storage.topic=connect-cluster-status
offset.storage.topic=connect-cluster-offsets
rest.advertised.host.name=${strimzienv:ADVERTISED_HOSTNAME_OF_NOBODY}
rest.advertised.port=8083
plugin.path=/opt/kafka/plugins
consumer.client.rack=${strimzidir:/opt/kafka/init:rack.id}
config.providers=strimzienv,strimzifile,strimzidir,strimzisecrets
config.providers.strimzienv.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
config.providers.strimzienv.param.allowlist.pattern=.*
config.providers.strimzifile.class=org.apache.kafka.common.config.provider.FileConfigProvider
config.providers.strimzifile.param.allowed.paths=/
config.providers.strimzidir.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
config.providers.strimzidir.param.allowed.paths=/
config.providers.strimzisecrets.class=io.strimzi.kafka.KubernetesSecretConfigProvider
metric.reporters=org.apache.kafka.common.metrics.JmxReporter
config.storage.replication.factor=1
offset.storage.replication.factor=-1
status.storage.replication.factor=1
config.storage.min.insync.replicas=1
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
security.protocol=PLAINTEXT
producer.security.protocol=PLAINTEXT
consumer.security.protocol=PLAINTEXT
admin.security.protocol=PLAINTEXT
";

fn settings(text: &str) -> Result<Settings, Vec<Problem>> {
    Settings::from_map(&properties::parse(text).unwrap())
}

fn problems(text: &str) -> Vec<String> {
    settings(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn what_strimzi_renders_is_accepted() {
    let settings = settings(STRIMZI).unwrap();
    assert_eq!(settings.group_id, "connect-cluster");
    assert_eq!(settings.config_topic.partitions, 1);
    assert_eq!(settings.config_topic.config.get("min.insync.replicas").map(String::as_str), Some("1"));
    assert_eq!(settings.offset_topic.partitions, 25);
    assert_eq!(settings.offset_topic.replication_factor, -1);
    assert_eq!(settings.listeners, [Listener { host: String::new(), port: 8083 }]);
    assert_eq!(settings.advertised_port, Some(8083));
    assert_eq!(settings.advertised_host, None, "an unresolved placeholder is no host name");
    assert_eq!(settings.offset_flush_interval, Duration::from_secs(60));
    assert_eq!(settings.converters.len(), 4);
    assert_eq!(settings.unclaimed, ["security.protocol"]);
    assert_eq!(settings.client.0["consumer.client.rack"], "${strimzidir:/opt/kafka/init:rack.id}");
}

#[test]
fn every_missing_setting_is_named_at_once() {
    let found = problems("bootstrap.servers=a:1\n");
    for key in [
        "group.id",
        "key.converter",
        "value.converter",
        "config.storage.topic",
        "offset.storage.topic",
        "status.storage.topic",
    ] {
        assert!(found.iter().any(|p| p.starts_with(&format!("{key}: "))), "{key} in {found:?}");
    }
}

#[test]
fn settings_that_are_not_served_are_refused_by_name() {
    let with = |line: &str| problems(&format!("{STRIMZI}{line}\n"));
    for line in [
        "exactly.once.source.support=enabled",
        "listeners=https://:8443",
        "value.converter=io.confluent.connect.avro.AvroConverter",
        "header.converter=org.apache.kafka.connect.json.JsonConverter",
        "admin.listeners=http://:9",
        "offset.flush.interval.ms=soon",
        "offset.storage.partitions=0",
        "topic.tracking.enable=maybe",
        "rest.advertised.port=70000",
    ] {
        let key = line.split('=').next().unwrap();
        let found = with(line);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("{key}: ")), "{found:?}");
    }
}

#[test]
fn unknown_keys_are_left_to_be_warned_about() {
    assert_eq!(settings(&format!("{STRIMZI}no.such.key=1\n")).unwrap().unclaimed, ["no.such.key", "security.protocol"]);
}

#[test]
fn a_truncated_file_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("worker.properties");
    std::fs::write(&file, &STRIMZI[..STRIMZI.find("status.storage.topic=").unwrap() + 8]).unwrap();
    let error = load(&file).unwrap_err().report();
    assert!(error.contains("worker.properties") && error.contains("cut off"), "{error}");
    std::fs::write(&file, &STRIMZI[..STRIMZI.find("key.converter=").unwrap()]).unwrap();
    let error = load(&file).unwrap_err().report();
    assert!(error.contains("2 problem(s)") && error.contains("key.converter: "), "{error}");
    assert!(load(&dir.path().join("none")).unwrap_err().report().contains("--config"));
}

#[test]
fn settings_never_print_their_secrets() {
    let text = format!("{STRIMZI}sasl.jaas.config=x required password\\=\"hunter2\";\n");
    assert!(!format!("{:?}", settings(&text).unwrap()).contains("hunter2"));
}
