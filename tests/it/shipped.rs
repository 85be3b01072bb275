//! Configuration that ships with the project is accepted by the program it is for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rig::Rig;
use rig::process::Outcome;

const PATIENCE: Duration = Duration::from_secs(30);

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn validate(program: &str, arguments: &[&str], file: &str) -> Outcome {
    let rig = Rig::new("shipped").unwrap();
    rig.program(program)
        .unwrap()
        .environment("SINK_CLICKHOUSE_PASSWORD", "secret")
        .environment("GOLD_CLICKHOUSE_PASSWORD", "secret")
        .argument("validate")
        .arguments(arguments)
        .argument(top().join(file))
        .outcome(PATIENCE)
        .unwrap()
}

#[test]
fn the_users_own_connectors_are_valid() {
    for file in ["seeds/connectors/postgres-connector.json", "seeds/connectors/mongo-connector.json"] {
        let outcome = validate("capture", &[], file);
        assert!(outcome.status.success(), "{file}: {}", outcome.output);
        assert!(outcome.output.contains("valid"), "{file}: {}", outcome.output);
    }
}

#[test]
fn the_settings_of_sink_and_gold_are_valid() {
    for (program, file) in [
        ("sink", "sink/sink.example.toml"),
        ("sink", "deploy/base/sink/sink.toml"),
        ("gold", "gold/gold.example.toml"),
        ("gold", "deploy/base/gold/gold.toml"),
    ] {
        let outcome = validate(program, &["--config"], file);
        assert!(outcome.status.success(), "{file}: {}", outcome.output);
    }
}
