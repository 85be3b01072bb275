//! Environment variables: `${env:NAME}`.

use regex::Regex;

#[derive(Debug, Clone)]
pub struct Env {
    allowed: Option<Regex>,
}

impl Env {
    /// `pattern` must match a variable's whole name.
    pub fn new(pattern: Option<&str>) -> Result<Self, String> {
        let Some(pattern) = pattern.filter(|p| !p.is_empty()) else { return Ok(Self { allowed: None }) };
        let allowed = Regex::new(&format!("^(?:{pattern})$")).map_err(|e| format!("'{pattern}' is no pattern: {e}"))?;
        Ok(Self { allowed: Some(allowed) })
    }

    pub fn get(&self, path: &str, name: &str) -> Result<Option<String>, String> {
        if !path.is_empty() {
            return Err(format!("the environment provider takes no path, but '{path}' was given"));
        }
        if self.allowed.as_ref().is_some_and(|p| !p.is_match(name)) {
            return Ok(None);
        }
        Ok(std::env::var(name).ok())
    }
}
