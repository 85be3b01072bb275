//! Properties files: `${file:/path/to/file.properties:key}`.

use super::paths::AllowedPaths;
use crate::config::properties;

#[derive(Debug, Clone)]
pub struct File {
    allowed: AllowedPaths,
}

impl File {
    pub fn new(allowed: AllowedPaths) -> Self {
        Self { allowed }
    }

    /// The messages name the file, never what is in it.
    pub fn get(&self, path: &str, key: &str) -> Result<Option<String>, String> {
        if path.is_empty() {
            return Ok(None);
        }
        let Some(file) = self.allowed.admit(path) else {
            tracing::warn!(path, "path is not below allowed.paths, placeholder stays unresolved");
            return Ok(None);
        };
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("could not read properties from file {path}: {e}"))?;
        let map = properties::parse(&text).map_err(|e| format!("could not read properties from file {path}: {e}"))?;
        Ok(map.get(key).cloned())
    }
}
