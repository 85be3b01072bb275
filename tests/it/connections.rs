//! Ways to a PostgreSQL: encrypted or not, with certificates, by name, address and socket. The judge is the real Debezium,
//! which tries the connection before it takes a configuration, as ours does.

mod authority;

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use authority::Holder;
use rig::process::wait;
use rig::{Answer, Kafka, Postgres, Rig, Worker, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "p12-secret";
/// Each role by its own rule: encrypted only, plain only, with a certificate and a password, by a certificate alone.
const RULES: &str = "hostssl all sealed 127.0.0.1/32 scram-sha-256
hostnossl all bare 127.0.0.1/32 scram-sha-256
hostssl all carded 127.0.0.1/32 scram-sha-256 clientcert=verify-full
hostssl all known 127.0.0.1/32 cert
host all old 127.0.0.1/32 md5
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
";

fn with(config: Value, settings: &[(&str, &str)]) -> Value {
    settings.iter().fold(config, |config, (key, value)| connectors::with(config, key, json!(value)))
}

/// What a worker says of a configuration that it does not take; nothing, where it takes it.
fn refusal(worker: &Worker, config: &Value) -> Option<String> {
    let body = json!({"name": "v", "config": config, "initial_state": "STOPPED"});
    let answer = settled(|| worker.call("POST", "/connectors", Some(&body)));
    match answer.status {
        201 => {
            settled(|| worker.call("DELETE", "/connectors/v", None));
            None
        }
        400 => Some(answer.text),
        status => panic!("{status}: {}", answer.text),
    }
}

/// Java's worker answers 409 while it rebalances, and for a moment knows a connector that is deleted.
fn settled(call: impl Fn() -> anyhow::Result<Answer>) -> Answer {
    wait::until("that the worker takes a call", PATIENCE, || Ok(Some(call()?).filter(|answer| answer.status != 409)))
        .unwrap()
}

fn certificates(folder: &Path) -> (Holder, Holder) {
    let authority = Holder::authority("the authority");
    let put = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes).unwrap();
    put("root.pem", authority.pem());
    put("root.der", authority.certificate.to_der().unwrap());
    put("other-root.pem", Holder::authority("another authority").pem());
    for role in ["carded", "known"] {
        let client = authority.sign(role);
        put(&format!("{role}.pem"), client.pem());
        put(&format!("{role}.key.pem"), client.key_pem());
        put(&format!("{role}.pk8"), client.key_der());
        put(&format!("{role}.locked.pk8"), client.key_der_encrypted(PASSWORD));
        put(&format!("{role}.p12"), client.store(PASSWORD));
    }
    let server = authority.sign("localhost");
    (authority, server)
}

fn roles(postgres: &Postgres) {
    let role = |name: &str, kind: &str| {
        format!(
            "SET password_encryption = '{kind}'; CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{}'",
            postgres.password()
        )
    };
    for name in ["sealed", "bare", "carded", "known"] {
        postgres.sql(&role(name, "scram-sha-256")).unwrap();
    }
    postgres.sql(&role("old", "md5")).unwrap();
}

/// A way by its role, host, mode and files. `{}` stands for the folder.
type Way<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);

const ROOT: (&str, &str) = ("database.sslrootcert", "{}/root.pem");
const OTHER_ROOT: (&str, &str) = ("database.sslrootcert", "{}/other-root.pem");
const LOCKED: [(&str, &str); 2] = [("database.sslcert", "{}/known.pem"), ("database.sslkey", "{}/known.locked.pk8")];
const LOCK: (&str, &str) = ("database.sslpassword", PASSWORD);

const WITH_FILES: &[Way<'static>] = &[
    ("sealed", "localhost", "verify-ca", &[ROOT]),
    ("sealed", "127.0.0.1", "verify-ca", &[ROOT]),
    ("sealed", "localhost", "verify-ca", &[OTHER_ROOT]),
    ("sealed", "localhost", "verify-ca", &[("database.sslrootcert", "{}/root.der")]),
    ("sealed", "localhost", "verify-ca", &[("database.sslrootcert", "{}/none.pem")]),
    ("sealed", "localhost", "verify-ca", &[]),
    ("sealed", "localhost", "verify-full", &[ROOT]),
    ("sealed", "127.0.0.1", "verify-full", &[ROOT]),
    ("sealed", "localhost", "verify-full", &[OTHER_ROOT]),
    ("sealed", "localhost", "require", &[OTHER_ROOT]),
    ("bare", "localhost", "verify-full", &[ROOT]),
    ("carded", "localhost", "require", &[]),
    ("carded", "localhost", "require", &[("database.sslcert", "{}/carded.pem"), ("database.sslkey", "{}/carded.pk8")]),
    ("carded", "localhost", "require", &[("database.sslcert", "{}/known.pem"), ("database.sslkey", "{}/known.pk8")]),
    (
        "known",
        "localhost",
        "verify-full",
        &[ROOT, ("database.sslcert", "{}/known.pem"), ("database.sslkey", "{}/known.pk8")],
    ),
    (
        "known",
        "localhost",
        "verify-full",
        &[
            ROOT,
            ("database.sslcert", "{}/known.pem"),
            ("database.sslkey", "{}/known.locked.pk8"),
            ("database.sslpassword", "wrong"),
        ],
    ),
    ("known", "localhost", "require", &[("database.sslkey", "{}/known.p12"), LOCK]),
    ("known", "localhost", "require", &[("database.sslkey", "{}/known.p12"), ("database.sslpassword", "wrong")]),
    ("known", "localhost", "require", &[("database.sslcert", "{}/known.pem"), ("database.sslkey", "{}/none.pk8")]),
];

fn way(postgres: &Postgres, folder: &Path, (role, host, mode, files): Way<'_>) -> Value {
    let folder = folder.display().to_string();
    let config = with(
        connectors::postgres(postgres),
        &[("database.user", role), ("database.hostname", host), ("database.sslmode", mode)],
    );
    files.iter().fold(config, |config, (key, value)| with(config, &[(key, &value.replace("{}", &folder))]))
}

#[test]
fn every_way_in_is_open_or_closed_as_for_debezium() {
    let rig = Rig::new("connections").unwrap();
    let (authority, server) = certificates(rig.folder());
    let sealed = rig.postgres().tls(&server.pem(), &server.key_pem(), &authority.pem()).host_rules(RULES);
    let sealed = sealed.start().unwrap();
    let bare = rig.postgres().name("bare").host_rules(RULES).start().unwrap();
    [&sealed, &bare].into_iter().for_each(roles);
    let kafka = rig.kafka().start().unwrap();
    let (java, ours) =
        (rig.connect(&kafka).start().unwrap(), rig.capture(&kafka).name("ours").group("ours").start().unwrap());

    let mut ways: Vec<(String, Value)> = vec![];
    for (name, postgres) in [("a server with TLS", &sealed), ("a server without", &bare)] {
        for role in ["sealed", "bare", "postgres", "old"] {
            for mode in ["disable", "allow", "prefer", "require"] {
                ways.push((
                    format!("{name}: {role}, {mode}"),
                    way(postgres, rig.folder(), (role, "127.0.0.1", mode, &[])),
                ));
            }
        }
    }
    for described in WITH_FILES {
        ways.push((format!("{described:?}"), way(&sealed, rig.folder(), *described)));
    }
    let mut open = 0;
    let mut differing = vec![];
    for (name, config) in &ways {
        let (theirs, mine) = (refusal(&java, config), refusal(&ours, config));
        open += usize::from(theirs.is_none());
        if theirs.is_none() != mine.is_none() {
            differing.push(format!("{name}\n  Debezium {theirs:?}\n  ours {mine:?}"));
        }
    }
    println!("connections: {} ways, {open} of them open", ways.len());
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(open > 10 && open < ways.len() - 10);
}

/// Ways that Debezium does not have: a key as PEM or locked by PBES2, an IPv6 address, a socket, several servers.
#[test]
fn ways_of_our_own_are_open() {
    let rig = Rig::new("own-connections").unwrap();
    let (authority, server) = certificates(rig.folder());
    let has_ipv6 = TcpListener::bind("[::1]:0").is_ok();
    let addresses = if has_ipv6 { "127.0.0.1,::1" } else { "127.0.0.1" };
    let builder = rig.postgres().tls(&server.pem(), &server.key_pem(), &authority.pem()).host_rules(RULES);
    let postgres = builder.setting("listen_addresses", addresses).start().unwrap();
    roles(&postgres);
    let kafka: Kafka = rig.kafka().start().unwrap();
    let worker = rig.capture(&kafka).start().unwrap();
    let pem: &[(&str, &str)] = &[("database.sslcert", "{}/known.pem"), ("database.sslkey", "{}/known.key.pem")];
    let socket = postgres.socket_folder().display().to_string();
    let several = format!("127.0.0.1:1,127.0.0.1:{}", postgres.port());
    let mut hosts = vec![socket, several];
    println!("connections: IPv6 is {}", if has_ipv6 { "tried" } else { "not to be had on this machine" });
    hosts.extend(has_ipv6.then(|| "::1".to_owned()));
    let locked = [&LOCKED[..], &[LOCK]].concat();
    let identities = [pem, locked.as_slice()];
    let mut ways: Vec<Value> =
        identities.iter().map(|files| way(&postgres, rig.folder(), ("known", "localhost", "require", files))).collect();
    let plain = connectors::postgres(&postgres);
    ways.extend(hosts.iter().map(|host| with(plain.clone(), &[("database.hostname", host)])));
    for config in ways {
        assert_eq!(refusal(&worker, &config), None, "{config}");
    }
}
