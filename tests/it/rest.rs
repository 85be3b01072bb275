//! The worker's REST interface against answers that were recorded from the Java worker: the same calls, the same
//! status, the same JSON. With `RECORD_REST` set the Java worker is recorded anew instead.

use std::path::PathBuf;
use std::time::Duration;

use rig::process::wait;
use rig::{Answer, Kafka, Postgres, Rig, Worker, connectors};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const RECORD: &str = "RECORD_REST";
const NAME: &str = connectors::POSTGRES;

/// Calls for a connector that is not there, or that no worker can serve.
const REFUSED: [(&str, &str); 14] = [
    ("GET", "/nothing"),
    ("DELETE", "/connectors"),
    ("GET", "/connectors/absent"),
    ("GET", "/connectors/absent/config"),
    ("GET", "/connectors/absent/status"),
    ("GET", "/connectors/absent/tasks"),
    ("GET", "/connectors/absent/tasks/0/status"),
    ("GET", "/connectors/absent/topics"),
    ("PUT", "/connectors/absent/pause"),
    ("PUT", "/connectors/absent/resume"),
    ("PUT", "/connectors/absent/stop"),
    ("POST", "/connectors/absent/restart"),
    ("POST", "/connectors/absent/tasks/0/restart"),
    ("DELETE", "/connectors/absent"),
];

/// One worker with what it answered so far.
struct Session<'a> {
    worker: &'a Worker,
    postgres: &'a Postgres,
    exchanges: Vec<Value>,
}

impl Session<'_> {
    fn call(&mut self, method: &str, path: &str, body: Option<&Value>) {
        let answer = self.steady(method, path, body);
        let shown = if answer.text.is_empty() { Value::Null } else { self.masked(answer.json().unwrap()) };
        self.exchanges.push(json!({"call": format!("{method} {path}"), "status": answer.status, "body": shown}));
    }

    /// A Java worker that has just changed something answers 409 until its group has settled.
    fn steady(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        wait::until("a settled group", PATIENCE, || {
            let answer = self.worker.call(method, path, body)?;
            let unsettled = ["rebalance", "stale configuration"].iter().any(|word| answer.text.contains(word));
            Ok((answer.status != 409 || !unsettled).then_some(answer))
        })
        .unwrap()
    }

    /// Without what differs from run to run.
    fn masked(&self, mut answer: Value) -> Value {
        if let Some(id) = answer.get_mut("kafka_cluster_id") {
            *id = json!("<id>");
        }
        let text = answer.to_string();
        let text = text.replace(&format!("127.0.0.1:{}", self.worker.port()), "<worker>");
        let text = text.replace(&format!("\"{}\"", self.postgres.port()), "\"<port>\"");
        let text = text.replace(self.postgres.password(), "<password>");
        let text = text.replace(&format!("={}", self.postgres.port()), "=<port>");
        serde_json::from_str(&text).unwrap()
    }

    /// Waits until the status tells these states of the connector and its task.
    fn wait_states(&self, connector: &str, task: Option<&str>) {
        let mut last = Value::Null;
        let reached = wait::until(&format!("state {connector}"), PATIENCE, || {
            last = self.worker.status(NAME).unwrap_or_default();
            let states = (last["connector"]["state"].as_str(), last["tasks"][0]["state"].as_str());
            Ok((states == (Some(connector), task)).then_some(()))
        });
        assert!(reached.is_ok(), "{last}");
    }

    fn run(mut self, kafka: &Kafka) -> Vec<Value> {
        let config = connectors::postgres(self.postgres);
        for path in ["/", "/health", "/connectors"] {
            self.call("GET", path, None);
        }
        for (method, path) in REFUSED {
            self.call(method, path, None);
        }
        self.refuse_configurations(&config);
        self.call("POST", "/connectors", Some(&json!({"name": NAME, "config": config})));
        self.wait_states("RUNNING", Some("RUNNING"));
        kafka.wait_for_count(connectors::USERS_TOPIC, 1).unwrap();
        self.call("POST", "/connectors", Some(&json!({"name": NAME, "config": config})));
        self.read_everything();
        self.change_states(&config);
        self.call("DELETE", &format!("/connectors/{NAME}"), None);
        self.call("GET", &format!("/connectors/{NAME}"), None);
        self.call("GET", "/connectors", None);
        self.exchanges
    }

    fn refuse_configurations(&mut self, config: &Value) {
        let classless = connectors::with(json!({"topic.prefix": "p"}), "name", json!("c"));
        self.call("PUT", "/connectors/c/config", Some(&classless));
        let misnamed = connectors::with(config.clone(), "name", json!("other"));
        self.call("PUT", &format!("/connectors/{NAME}/config"), Some(&misnamed));
    }

    fn read_everything(&mut self) {
        let parts = ["", "/config", "/status", "/tasks", "/tasks/0/status", "/tasks/1/status"];
        for part in parts {
            self.call("GET", &format!("/connectors/{NAME}{part}"), None);
        }
        for path in ["/connectors", "/connectors?expand=status", "/connectors?expand=info", "/connectors?expand=x"] {
            self.call("GET", path, None);
        }
    }

    fn change_states(&mut self, config: &Value) {
        let to = |action: &str| format!("/connectors/{NAME}/{action}");
        let changed = connectors::with(config.clone(), "tombstones.on.delete", json!(false));
        self.call("PUT", &to("config"), Some(&changed));
        self.call("GET", &to("config"), None);
        self.wait_states("RUNNING", Some("RUNNING"));
        self.call("PUT", &to("pause"), None);
        self.wait_states("PAUSED", Some("PAUSED"));
        self.call("GET", &to("status"), None);
        self.call("PUT", &to("resume"), None);
        self.wait_states("RUNNING", Some("RUNNING"));
        self.call("POST", &to("tasks/0/restart"), None);
        self.call("POST", &to("tasks/7/restart"), None);
        self.wait_states("RUNNING", Some("RUNNING"));
        self.call("POST", &to("restart"), None);
        self.wait_states("RUNNING", Some("RUNNING"));
        self.call("PUT", &to("stop"), None);
        self.wait_states("STOPPED", None);
        self.call("GET", &to("status"), None);
        self.call("GET", &to("tasks"), None);
    }
}

fn exchanges(name: &str, start: impl FnOnce(&Rig, &Kafka) -> Worker) -> Vec<Value> {
    let rig = Rig::new(name).unwrap();
    let postgres = rig.postgres().start().unwrap();
    let kafka = rig.kafka().start().unwrap();
    postgres.sql("CREATE TABLE users (user_id int PRIMARY KEY); INSERT INTO users VALUES (1)").unwrap();
    let worker = start(&rig, &kafka);
    Session { worker: &worker, postgres: &postgres, exchanges: Vec::new() }.run(&kafka)
}

fn recording() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/rest.jsonl")
}

fn record() {
    let answered = exchanges("rest-record", |rig, kafka| rig.connect(kafka).start().unwrap());
    let lines: Vec<String> = answered.iter().map(Value::to_string).collect();
    std::fs::write(recording(), lines.join("\n") + "\n").unwrap();
}

#[test]
fn answers_are_those_of_the_java_worker() {
    if std::env::var_os(RECORD).is_some() {
        return record();
    }
    let recorded = std::fs::read_to_string(recording()).unwrap();
    let recorded: Vec<Value> = recorded.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered = exchanges("rest", |rig, kafka| rig.capture(kafka).start().unwrap());
    let different: Vec<String> = recorded
        .iter()
        .zip(&answered)
        .filter(|(java, ours)| java != ours)
        .map(|(java, ours)| format!("java {java}\nours {ours}"))
        .collect();
    println!("rest: calls={} different={}", answered.len(), different.len());
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert_eq!(recorded.len(), answered.len());
}
