//! `allowed.paths`: the folders that a provider may read.

use crate::config::key::split_list;
use std::path::{Component, Path, PathBuf};

#[derive(Debug, Clone, Default)]
pub struct AllowedPaths(Option<Vec<PathBuf>>);

impl AllowedPaths {
    /// `None` allows everything. Each path must be absolute and exist.
    pub fn parse(list: Option<&str>) -> Result<Self, String> {
        let Some(list) = list.filter(|l| !l.trim().is_empty()) else { return Ok(Self(None)) };
        let mut paths = vec![];
        for text in split_list(list) {
            let path = Path::new(&text);
            if !path.is_absolute() {
                return Err(format!("path '{text}' is not absolute"));
            }
            if !path.exists() {
                return Err(format!("path '{text}' does not exist"));
            }
            paths.push(normalised(path));
        }
        Ok(Self(Some(paths)))
    }

    /// The normalised path, or `None` where it is not below an allowed one.
    pub fn admit(&self, path: &str) -> Option<PathBuf> {
        let path = normalised(Path::new(path));
        match &self.0 {
            None => Some(path),
            Some(allowed) => allowed.iter().any(|a| path.starts_with(a)).then_some(path),
        }
    }
}

/// Without `.` and `..`, by text alone: links are followed only when the file is read.
fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_outside_is_not_admitted() {
        let dir = tempfile::tempdir().unwrap();
        let inside = dir.path().join("in");
        std::fs::create_dir(&inside).unwrap();
        let allowed = AllowedPaths::parse(inside.to_str()).unwrap();
        assert!(allowed.admit(inside.join("x").to_str().unwrap()).is_some());
        assert!(allowed.admit(inside.join("../secret").to_str().unwrap()).is_none());
        assert!(allowed.admit(&format!("{}x", inside.display())).is_none());
    }

    #[test]
    fn relative_and_missing_paths_are_errors() {
        assert!(AllowedPaths::parse(Some("a")).unwrap_err().contains("'a' is not absolute"));
        assert!(AllowedPaths::parse(Some("/nonexistent/x")).unwrap_err().contains("does not exist"));
        assert!(AllowedPaths::parse(None).unwrap().admit("/etc").is_some());
    }
}
