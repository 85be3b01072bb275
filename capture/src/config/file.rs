//! Connector files, as they are sent to the REST interface.

use super::key::Map;
use crate::error::{Error, Result};
use serde_json::Value;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    pub name: String,
    /// Includes `name`.
    pub config: Map,
}

/// Reads `{"name", "config"}` or the flat map with `name` in it.
pub fn read_connector(path: &Path) -> Result<Connector> {
    let unusable = |what: String| {
        Error::definite(format!("connector file {}: {what}", path.display()))
            .remedy("give {\"name\": …, \"config\": {…}}, as it is posted to /connectors")
    };
    let text = std::fs::read_to_string(path).map_err(|e| unusable(e.to_string()))?;
    let value: Value = serde_json::from_str(&text).map_err(|e| unusable(e.to_string()))?;
    let outer = value.as_object().ok_or_else(|| unusable("it is not a JSON object".into()))?;
    let inner = match outer.get("config") {
        Some(Value::Object(config)) => config,
        Some(_) => return Err(unusable("'config' is not an object".into())),
        None => outer,
    };
    let mut config = Map::new();
    for (key, value) in inner {
        config.insert(key.clone(), scalar(value).ok_or_else(|| unusable(format!("'{key}' is not a scalar value")))?);
    }
    let name = outer.get("name").and_then(Value::as_str).or(config.get("name").map(String::as_str));
    let name = name.ok_or_else(|| unusable("'name' is missing".into()))?.trim().to_owned();
    config.insert("name".into(), name.clone());
    Ok(Connector { name, config })
}

/// Numbers and booleans become text, as Kafka Connect does.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Connector> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.json");
        std::fs::write(&path, text).unwrap();
        read_connector(&path)
    }

    #[test]
    fn both_forms_are_read() {
        let nested = read(r#"{"name":"c","config":{"tasks.max":1}}"#).unwrap();
        let flat = read(r#"{"name":"c","tasks.max":"1"}"#).unwrap();
        assert_eq!(nested, flat);
    }

    #[test]
    fn a_truncated_file_is_named_with_its_place() {
        let report = read(r#"{"name":"c","config":{"a":"#).unwrap_err().report();
        assert!(report.contains("c.json") && report.contains("line 1"), "{report}");
    }
}
