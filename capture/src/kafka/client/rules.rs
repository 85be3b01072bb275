//! What becomes of each Java client property.

use super::Role;

pub enum Rule {
    /// The value as it is, under librdkafka's name.
    Pass(&'static str),
    Convert(&'static str, fn(&str) -> Result<String, String>),
    /// Changes no record and has no counterpart.
    NoEffect,
    /// Read together with others: key stores, trust stores, JAAS.
    Store,
    Refuse(&'static str),
}

const JAVA_CLASS: &str = "Java classes cannot be loaded, remove it";

/// `None`: no Kafka client of this role knows the name.
pub fn rule(name: &str, role: Role) -> Option<Rule> {
    shared(name).or_else(|| match role {
        Role::Producer => producer(name),
        Role::Consumer => consumer(name),
        Role::Signals => signals(name),
        Role::Admin => None,
    })
}

fn shared(name: &str) -> Option<Rule> {
    use Rule::{Convert, NoEffect, Pass, Refuse, Store};
    Some(match name {
        "bootstrap.servers" => Pass("bootstrap.servers"),
        "client.id" => Pass("client.id"),
        "client.rack" => Pass("client.rack"),
        "client.dns.lookup" => Convert("client.dns.lookup", dns_lookup),
        "metadata.max.age.ms" => Pass("metadata.max.age.ms"),
        "connections.max.idle.ms" => Pass("connections.max.idle.ms"),
        "reconnect.backoff.ms" => Pass("reconnect.backoff.ms"),
        "reconnect.backoff.max.ms" => Pass("reconnect.backoff.max.ms"),
        "retry.backoff.ms" => Pass("retry.backoff.ms"),
        "retry.backoff.max.ms" => Pass("retry.backoff.max.ms"),
        "request.timeout.ms" => Pass("socket.timeout.ms"),
        "send.buffer.bytes" => Convert("socket.send.buffer.bytes", buffer_bytes),
        "receive.buffer.bytes" => Convert("socket.receive.buffer.bytes", buffer_bytes),
        "security.protocol" => Convert("security.protocol", security_protocol),
        "ssl.endpoint.identification.algorithm" => Convert("ssl.endpoint.identification.algorithm", endpoint_check),
        "ssl.truststore.type" | "ssl.truststore.certificates" | "ssl.truststore.location" => Store,
        "ssl.truststore.password" | "ssl.keystore.password" | "ssl.key.password" => Store,
        "ssl.keystore.type" | "ssl.keystore.location" | "ssl.keystore.certificate.chain" | "ssl.keystore.key" => Store,
        "sasl.jaas.config" | "sasl.mechanism" => Store,
        "ssl.cipher.suites" => Refuse("remove it, the TLS library's own list is used"),
        "ssl.engine.factory.class" | "security.providers" => Refuse(JAVA_CLASS),
        "sasl.client.callback.handler.class" | "sasl.login.callback.handler.class" | "sasl.login.class" => {
            Refuse("only the mechanisms PLAIN and SCRAM are served, they need no Java class")
        }
        "ssl.protocol" | "ssl.enabled.protocols" | "ssl.provider" | "ssl.secure.random.implementation" => NoEffect,
        "ssl.keymanager.algorithm" | "ssl.trustmanager.algorithm" => NoEffect,
        "metric.reporters" | "metrics.num.samples" | "metrics.recording.level" | "metrics.sample.window.ms" => NoEffect,
        "auto.include.jmx.reporter" | "enable.metrics.push" | "metadata.recovery.strategy" => NoEffect,
        "metadata.recovery.rebootstrap.trigger.ms" | "socket.connection.setup.timeout.max.ms" => NoEffect,
        "socket.connection.setup.timeout.ms" => Pass("socket.connection.setup.timeout.ms"),
        "default.api.timeout.ms" | "retries" => NoEffect,
        other if other.starts_with("prometheus.metrics.reporter.") => NoEffect,
        other if other.starts_with("sasl.kerberos.") || other.starts_with("sasl.login.") => NoEffect,
        other if other.starts_with("sasl.oauthbearer.") => Refuse("OAUTHBEARER is not served, use SCRAM or TLS"),
        _ => return None,
    })
}

fn producer(name: &str) -> Option<Rule> {
    use Rule::{Convert, NoEffect, Pass, Refuse};
    Some(match name {
        "acks" => Convert("acks", acks),
        "linger.ms" => Pass("linger.ms"),
        "batch.size" => Convert("batch.size", batch_size),
        "compression.type" => Pass("compression.type"),
        "compression.gzip.level" | "compression.lz4.level" | "compression.zstd.level" => Pass("compression.level"),
        "enable.idempotence" => Pass("enable.idempotence"),
        "max.in.flight.requests.per.connection" => Pass("max.in.flight"),
        "delivery.timeout.ms" => Convert("message.timeout.ms", delivery_timeout),
        "max.request.size" => Pass("message.max.bytes"),
        "buffer.memory" => Convert("queue.buffering.max.kbytes", kilobytes),
        "max.block.ms" | "metadata.max.idle.ms" => NoEffect,
        "partitioner.class" => Convert("partitioner", partitioner),
        "partitioner.ignore.keys" => Convert("partitioner", keys_not_ignored),
        "partitioner.adaptive.partitioning.enable" | "partitioner.availability.timeout.ms" => NoEffect,
        "key.serializer" | "value.serializer" => NoEffect,
        "interceptor.classes" => Refuse(JAVA_CLASS),
        "transactional.id" | "transaction.timeout.ms" | "transaction.two.phase.commit.enable" => {
            Refuse("delivery is at least once, remove it")
        }
        _ => return None,
    })
}

/// Of the one that reads signals: it joins no group, whose settings mean nothing to it.
fn signals(name: &str) -> Option<Rule> {
    use Rule::{Convert, NoEffect, Pass, Refuse};
    Some(match name {
        "group.id" => Pass("group.id"),
        "auto.offset.reset" => Convert("auto.offset.reset", reset),
        "enable.auto.commit" => Pass("enable.auto.commit"),
        "auto.commit.interval.ms" => Pass("auto.commit.interval.ms"),
        "allow.auto.create.topics" => Pass("allow.auto.create.topics"),
        "check.crcs" => Pass("check.crcs"),
        "isolation.level" => Pass("isolation.level"),
        "fetch.min.bytes" => Pass("fetch.min.bytes"),
        "fetch.max.bytes" => Pass("fetch.max.bytes"),
        "fetch.max.wait.ms" => Pass("fetch.wait.max.ms"),
        "max.partition.fetch.bytes" => Pass("max.partition.fetch.bytes"),
        "key.deserializer" | "value.deserializer" | "interceptor.classes" => Refuse(JAVA_CLASS),
        "group.instance.id" | "group.protocol" | "group.remote.assignor" | "partition.assignment.strategy" => NoEffect,
        "heartbeat.interval.ms" | "session.timeout.ms" | "max.poll.interval.ms" | "max.poll.records" => NoEffect,
        "exclude.internal.topics" => NoEffect,
        _ => return None,
    })
}

/// Sinks alone would use them; they are known so that nobody is warned about them.
fn consumer(name: &str) -> Option<Rule> {
    const NAMES: &[&str] = &[
        "allow.auto.create.topics",
        "auto.commit.interval.ms",
        "auto.offset.reset",
        "check.crcs",
        "enable.auto.commit",
        "exclude.internal.topics",
        "fetch.max.bytes",
        "fetch.max.wait.ms",
        "fetch.min.bytes",
        "group.id",
        "group.instance.id",
        "group.protocol",
        "group.remote.assignor",
        "heartbeat.interval.ms",
        "interceptor.classes",
        "isolation.level",
        "key.deserializer",
        "max.partition.fetch.bytes",
        "max.poll.interval.ms",
        "max.poll.records",
        "partition.assignment.strategy",
        "session.timeout.ms",
        "value.deserializer",
    ];
    NAMES.contains(&name).then_some(Rule::NoEffect)
}

fn reset(value: &str) -> Result<String, String> {
    match value {
        "earliest" | "latest" => Ok(value.into()),
        _ => Err(format!("'{value}' is neither earliest nor latest")),
    }
}

fn security_protocol(value: &str) -> Result<String, String> {
    let lower = value.to_ascii_lowercase();
    match lower.as_str() {
        "plaintext" | "ssl" | "sasl_plaintext" | "sasl_ssl" => Ok(lower),
        _ => Err(format!("'{value}' is not one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL")),
    }
}

fn endpoint_check(value: &str) -> Result<String, String> {
    match value {
        "" => Ok("none".into()),
        v if v.eq_ignore_ascii_case("https") => Ok("https".into()),
        _ => Err(format!("'{value}' is neither 'https' nor empty")),
    }
}

fn dns_lookup(value: &str) -> Result<String, String> {
    match value {
        "use_all_dns_ips" | "resolve_canonical_bootstrap_servers_only" => Ok(value.into()),
        _ => Err(format!("'{value}' is neither use_all_dns_ips nor resolve_canonical_bootstrap_servers_only")),
    }
}

/// Java's -1 is the system's default, which librdkafka calls 0.
fn buffer_bytes(value: &str) -> Result<String, String> {
    Ok(if value == "-1" { "0".into() } else { value.into() })
}

/// Without acknowledgements no position could ever be stored.
fn acks(value: &str) -> Result<String, String> {
    match value {
        "all" | "-1" => Ok("all".into()),
        "1" => Ok("1".into()),
        "0" => Err("acks=0 is not served: positions are stored only after an acknowledgement, set all or 1".into()),
        _ => Err(format!("'{value}' is not one of all, -1, 1")),
    }
}

/// Java's 0 turns batching off; librdkafka's least batch is one byte.
fn batch_size(value: &str) -> Result<String, String> {
    Ok(if value == "0" { "1".into() } else { value.into() })
}

/// Connect's own default, the largest Java integer, means for ever.
fn delivery_timeout(value: &str) -> Result<String, String> {
    Ok(if value == "2147483647" { "0".into() } else { value.into() })
}

fn kilobytes(value: &str) -> Result<String, String> {
    let bytes: u64 = value.parse().map_err(|_| "a number of bytes is expected".to_owned())?;
    Ok((bytes / 1024).max(1).to_string())
}

fn partitioner(value: &str) -> Result<String, String> {
    match value {
        "" | "org.apache.kafka.clients.producer.internals.DefaultPartitioner" => Ok("murmur2_random".into()),
        _ => Err(format!("'{value}' is not served: {JAVA_CLASS}")),
    }
}

fn keys_not_ignored(value: &str) -> Result<String, String> {
    if value.eq_ignore_ascii_case("false") {
        return Ok("murmur2_random".into());
    }
    Err("changes of one row would leave their partition and so their order: set it to false".into())
}
