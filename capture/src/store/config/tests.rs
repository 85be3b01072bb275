use super::*;

struct Topic(Configs, i64);

impl Topic {
    fn new() -> Self {
        Self(Configs::default(), 0)
    }

    fn put(&mut self, key: &str, value: &str) -> &mut Self {
        self.entry(key, Some(value.as_bytes()))
    }

    fn entry(&mut self, key: &str, value: Option<&[u8]>) -> &mut Self {
        self.0.apply(&Entry { partition: 0, offset: self.1, timestamp_ms: None, key: Some(key.as_bytes()), value });
        self.1 += 1;
        self
    }
}

#[test]
fn a_java_workers_history() {
    let mut topic = Topic::new();
    topic
        .put("session-key", r#"{"key":"a","algorithm":"HmacSHA256","creation-timestamp":1}"#)
        .put("connector-my-pg", r#"{"properties":{"name":"my-pg","tasks.max":"1"}}"#)
        .put("task-my-pg-0", r#"{"properties":{"task.class":"t"}}"#);
    assert_eq!(topic.0.tasks("my-pg"), None, "not committed yet");
    topic.put("commit-my-pg", r#"{"tasks":1}"#);
    let tasks = topic.0.tasks("my-pg").unwrap();
    assert!(tasks.consistent && tasks.configs[0].get("task.class") == Some("t"));
    topic.put("target-state-my-pg", r#"{"state":"PAUSED","state.v2":"STOPPED"}"#).put("commit-my-pg", r#"{"tasks":0}"#);
    assert_eq!(topic.0.connector("my-pg").unwrap().target, Target::Stopped);
    assert!(topic.0.tasks("my-pg").unwrap().configs.is_empty());
    topic.put("connector-my-pg", r#"{"properties":{"name":"my-pg"}}"#);
    let connector = topic.0.connector("my-pg").unwrap();
    assert_eq!((connector.revision, connector.target), (6, Target::Stopped));
    topic.entry("connector-my-pg", None).entry("target-state-my-pg", None);
    assert!(topic.0.names().is_empty());
    topic.put("connector-my-pg", r#"{"properties":{}}"#);
    assert_eq!(topic.0.connector("my-pg").unwrap().target, Target::Started);
}

#[test]
fn a_target_written_before_its_connector_counts() {
    let mut topic = Topic::new();
    topic.put("target-state-a", r#"{"state":"PAUSED"}"#).put("connector-a", r#"{"properties":{}}"#);
    assert_eq!(topic.0.connector("a").unwrap().target, Target::Paused);
}

#[test]
fn a_commit_without_its_tasks_is_inconsistent() {
    let mut topic = Topic::new();
    topic
        .put("connector-a", r#"{"properties":{}}"#)
        .put("task-a-1", r#"{"properties":{}}"#)
        .put("commit-a", r#"{"tasks":2}"#);
    assert!(!topic.0.tasks("a").unwrap().consistent);
}

#[test]
fn bad_records_hurt_nobody_else() {
    let mut topic = Topic::new();
    topic.put("connector-a", r#"{"properties":{"k":"v"}}"#).put("connector-b", "not json").put("target-state-a", "{}");
    topic.put("commit-a", "[]").put("task-a-x", "{}").put("task-", "").put("", "");
    assert_eq!(topic.0.names(), ["a"]);
    assert_eq!(topic.0.connector("a").unwrap().target, Target::Started);
}

#[test]
fn our_records_are_connects_text_and_read_back() {
    let config: JavaMap = [("name", "a"), ("database.password", "${dir:/mnt:p}")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into_iter()
        .collect();
    let (key, value) = connector("a", &config);
    assert_eq!(
        (&*key, &*value),
        ("connector-a", br#"{"properties":{"name":"a","database.password":"${dir:/mnt:p}"}}"#.as_slice())
    );
    assert!(records::properties(&value).unwrap().same_as(&config));
    assert_eq!(tasks_commit("a", 1).1, br#"{"tasks":1}"#);
    assert_eq!(target_state("a", Target::Stopped).1, br#"{"state":"PAUSED","state.v2":"STOPPED"}"#);
    for target in [Target::Started, Target::Paused, Target::Stopped] {
        assert_eq!(parse_target(&target_state("a", target).1), Some(target));
    }
}
