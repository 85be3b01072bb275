//! Connector files: `{"name": .., "config": {..}}` as POST takes it, or one flat object with a `name`.

use crate::error::{Error, Result};
use crate::store::java_map::JavaMap;
use serde_json::Value;
use std::path::Path;

pub fn read(path: &Path) -> Result<(String, JavaMap)> {
    let fail = |message: &str| Error::definite(format!("connector file {}: {message}", path.display()));
    let text =
        std::fs::read_to_string(path).map_err(|e| fail("cannot be read").caused_by(e).remedy("check the path"))?;
    let broken = |e: serde_json::Error| {
        let cut = if e.is_eof() { ": it ends too early and may be cut off" } else { "" };
        fail(&format!("is not a connector configuration{cut}"))
            .caused_by(e)
            .remedy("write {\"name\": …, \"config\": {…}} with texts, numbers and booleans as values")
    };
    let whole: Value = serde_json::from_str(&text).map_err(broken)?;
    let config = match whole.get("config") {
        Some(Value::Object(_)) => nested(&text).map_err(broken)?,
        _ => serde_json::from_str::<JavaMap>(&text).map_err(broken)?,
    };
    let outer = whole.get("name").and_then(Value::as_str);
    let name = outer.or_else(|| config.get("name")).map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    let name = name.ok_or_else(|| fail("has no 'name'").remedy("add \"name\": \"<connector>\" to the file"))?;
    Ok((name, config))
}

fn nested(text: &str) -> Result<JavaMap, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Create {
        config: JavaMap,
    }
    Ok(serde_json::from_str::<Create>(text)?.config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<(String, JavaMap)> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.json");
        std::fs::write(&file, text).unwrap();
        read(&file)
    }

    #[test]
    fn both_forms() {
        let (name, config) = read_text(r#"{"name":"a","config":{"tasks.max":1,"x":true}}"#).unwrap();
        assert_eq!((&*name, config.get("tasks.max"), config.get("x")), ("a", Some("1"), Some("true")));
        let (name, config) = read_text(r#"{"name":"b","connector.class":"C"}"#).unwrap();
        assert_eq!((&*name, config.get("connector.class")), ("b", Some("C")));
    }

    #[test]
    fn a_bad_file_is_named_with_its_fault() {
        for (text, says) in [
            (r#"{"name":"a","config":{"k":"#, "cut off"),
            (r#"{"connector.class":"C"}"#, "'name'"),
            (r#"{"name":"a","config":{"k":[1]}}"#, "'k'"),
            ("[]", "connector configuration"),
        ] {
            let report = read_text(text).unwrap_err().report();
            assert!(report.contains("c.json") && report.contains(says), "{report}");
        }
    }
}
