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

/// Signals from a place that a source knows nothing of.
pub trait Channel: Send {
    /// Those that have come since; never waits. Nothing is read before the first call.
    fn read(&mut self) -> Vec<Signal>;
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Execute(Execute),
    /// The log waits for it.
    ExecuteBlocking(Execute),
    /// Without names: all.
    Stop(Vec<String>),
    /// What is asked for has no effect, which is no mistake.
    Nothing,
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
    /// A record of a signal topic; it may go without an id. `None`: it is meant for somebody else, or empty.
    pub fn of_record(prefix: &str, key: Option<&str>, value: Option<&str>) -> Option<Result<Self, String>> {
        if key != Some(prefix) {
            tracing::info!(key, "a signal for another connector");
            return None;
        }
        value.filter(|value| !value.is_empty()).map(Self::read)
    }

    /// A line of a signal file.
    pub fn parse(json: &str) -> Result<Self, String> {
        let signal = Self::read(json)?;
        if signal.id.is_empty() || signal.kind.is_empty() {
            return Err("'id' or 'type' is missing".into());
        }
        Ok(signal)
    }

    fn read(json: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(json).map_err(|e| format!("it is not JSON: {e}"))?;
        let member = |name: &str| match value.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        if !value.is_object() {
            return Err("it is not a JSON object".into());
        }
        Ok(Self { id: member("id"), kind: member("type"), data: member("data") })
    }

    /// The command, or why there is none.
    pub fn command(&self) -> Result<Command, String> {
        let data: Value = match self.data.trim() {
            "" => Value::Object(serde_json::Map::new()),
            text => serde_json::from_str(text).map_err(|e| format!("its data cannot be parsed: {e}"))?,
        };
        match self.kind.as_str() {
            "execute-snapshot" if is_blocking(&data)? => execute(&data, true).map(Command::ExecuteBlocking),
            "execute-snapshot" => execute(&data, false).map(Command::Execute),
            "stop-snapshot" if is_blocking(&data)? => Ok(Command::Nothing),
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

fn is_blocking(data: &Value) -> Result<bool, String> {
    match data.get("type").and_then(Value::as_str) {
        None => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("incremental") => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("blocking") => Ok(true),
        Some(word) => Err(format!("its data has the type '{word}', which is neither INCREMENTAL nor BLOCKING")),
    }
}

fn execute(data: &Value, is_blocking: bool) -> Result<Execute, String> {
    let collections = names(data);
    if collections.is_empty() {
        return Err("its data has no 'data-collections'".into());
    }
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let listed = data.get("additional-conditions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let pair = |condition: &Value| Some((text(condition, "data-collection")?, text(condition, "filter")?));
    let given = |name: &str| text(data, name).filter(|text| !text.trim().is_empty());
    // the old form holds for every table, and the new one is not looked at then
    let conditions = match given("additional-condition").filter(|_| !is_blocking) {
        Some(filter) => vec![(".*".into(), filter)],
        None => listed.iter().filter_map(pair).collect(),
    };
    Ok(Execute { collections, conditions, surrogate_key: given("surrogate-key") })
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
        let sideways = r#"{"data-collections":["a"],"type":"sideways"}"#;
        assert!(command("execute-snapshot", sideways).unwrap_err().contains("neither"));
        assert_eq!(command("stop-snapshot", r#"{"type":"blocking"}"#), Ok(Command::Nothing));
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
        let record = |key, value| Signal::of_record("p", key, Some(value));
        assert!(matches!(record(Some("p"), r#"{"type":"log"}"#), Some(Ok(s)) if s.kind == "log" && s.id.is_empty()));
        assert!(
            matches!(record(Some("p"), "nonsense"), Some(Err(_))) && matches!(record(Some("p"), "[1]"), Some(Err(_)))
        );
        assert!(record(Some("q"), "{}").is_none() && record(None, "{}").is_none() && record(Some("p"), "").is_none());
    }
}
