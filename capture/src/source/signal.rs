//! Signals: commands that are given to a running connector.

use serde_json::Value;

/// A command as it arrives, whatever the channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub id: String,
    /// Debezium's word for what is to be done.
    pub kind: String,
    /// A JSON object, or nothing.
    pub data: String,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Execute(Execute),
    /// The log waits for it.
    ExecuteBlocking(Execute),
    /// Without names: all.
    Stop(Vec<String>),
    Pause,
    Resume,
    Log(String),
    /// A watermark of ours has come back through the log.
    WindowOpen,
    WindowClose,
}

/// A snapshot that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Execute {
    /// Patterns of names.
    pub collections: Vec<String>,
    /// Filters, each with the pattern of the names that it holds for.
    pub conditions: Vec<(String, String)>,
    pub surrogate_key: Option<String>,
}

impl Signal {
    /// One object of a signal file or topic.
    pub fn parse(json: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(json).map_err(|e| format!("it is not JSON: {e}"))?;
        let member = |name: &str| match value.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let signal = Self { id: member("id"), kind: member("type"), data: member("data") };
        if signal.id.is_empty() || signal.kind.is_empty() {
            return Err("'id' or 'type' is missing".into());
        }
        Ok(signal)
    }

    /// The command, or why there is none.
    pub fn command(&self) -> Result<Command, String> {
        let data: Value = match self.data.trim() {
            "" => Value::Object(serde_json::Map::new()),
            text => serde_json::from_str(text).map_err(|e| format!("its data cannot be parsed: {e}"))?,
        };
        let is_blocking = data.get("type").and_then(Value::as_str).is_some_and(|t| t.eq_ignore_ascii_case("blocking"));
        match self.kind.as_str() {
            "execute-snapshot" if is_blocking => execute(&data).map(Command::ExecuteBlocking),
            "execute-snapshot" => execute(&data).map(Command::Execute),
            "stop-snapshot" => Ok(Command::Stop(names(&data))),
            "pause-snapshot" => Ok(Command::Pause),
            "resume-snapshot" => Ok(Command::Resume),
            "log" => match data.get("message").and_then(Value::as_str) {
                Some(message) if !message.is_empty() => Ok(Command::Log(message.to_owned())),
                _ => Err("its data has no 'message'".into()),
            },
            "snapshot-window-open" => Ok(Command::WindowOpen),
            "snapshot-window-close" => Ok(Command::WindowClose),
            "schema-changes" => Err("schemas come from the database itself and cannot be told".into()),
            _ => Err("its type is not recognized".into()),
        }
    }
}

fn names(data: &Value) -> Vec<String> {
    let list = data.get("data-collections").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(|name| name.trim().to_owned()).collect()
}

fn execute(data: &Value) -> Result<Execute, String> {
    let collections = names(data);
    if collections.is_empty() {
        return Err("its data has no 'data-collections'".into());
    }
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let listed = data.get("additional-conditions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut conditions: Vec<(String, String)> = listed
        .iter()
        .filter_map(|condition| Some((text(condition, "data-collection")?, text(condition, "filter")?)))
        .collect();
    // the old form holds for every table
    if let Some(filter) = text(data, "additional-condition").filter(|_| conditions.is_empty()) {
        conditions.push((".*".into(), filter));
    }
    Ok(Execute { collections, conditions, surrogate_key: text(data, "surrogate-key").filter(|key| !key.is_empty()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(kind: &str, data: &str) -> Result<Command, String> {
        Signal { id: "1".into(), kind: kind.into(), data: data.into() }.command()
    }

    #[test]
    fn an_execution_lists_its_collections_and_conditions() {
        let data = r#"{"data-collections":["s.a","s.b"],"type":"INCREMENTAL","surrogate-key":"k",
                       "additional-conditions":[{"data-collection":"s.a","filter":"x > 1"}]}"#;
        let expected = Execute {
            collections: vec!["s.a".into(), "s.b".into()],
            conditions: vec![("s.a".into(), "x > 1".into())],
            surrogate_key: Some("k".into()),
        };
        assert_eq!(command("execute-snapshot", data), Ok(Command::Execute(expected)));
        let old = command("execute-snapshot", r#"{"data-collections":["a"],"additional-condition":"y"}"#);
        assert!(matches!(old, Ok(Command::Execute(e)) if e.conditions == [(".*".to_owned(), "y".to_owned())]));
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        assert!(command("execute-snapshot", "{}").is_err());
        let blocking = command("execute-snapshot", r#"{"data-collections":["a"],"type":"BLOCKING"}"#);
        assert!(matches!(blocking, Ok(Command::ExecuteBlocking(e)) if e.collections == ["a"]));
        assert!(command("log", "nonsense").unwrap_err().contains("cannot be parsed"));
        assert!(command("dance", "").unwrap_err().contains("not recognized"));
    }

    #[test]
    fn files_and_topics_hold_objects() {
        let signal = Signal::parse(r#"{"id":"7","type":"log","data":{"message":"x"}}"#).unwrap();
        assert_eq!(signal.command(), Ok(Command::Log("x".into())));
        assert!(Signal::parse(r#"{"id":"7"}"#).is_err());
    }
}
