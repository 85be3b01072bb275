//! Folders of files, as Kubernetes mounts Secrets: `${dir:/mnt/secret:file}` is the whole content of the file.

use super::paths::AllowedPaths;

#[derive(Debug, Clone)]
pub struct Directory {
    allowed: AllowedPaths,
}

impl Directory {
    pub fn new(allowed: AllowedPaths) -> Self {
        Self { allowed }
    }

    /// A trailing newline is kept, as Kafka keeps it. Only plain files directly in the folder count; links are followed.
    pub fn get(&self, path: &str, name: &str) -> Result<Option<String>, String> {
        if path.is_empty() || name.is_empty() || name.contains('/') || name == ".." {
            return Ok(None);
        }
        let Some(folder) = self.allowed.admit(path) else {
            tracing::warn!(path, "path is not below allowed.paths, placeholder stays unresolved");
            return Ok(None);
        };
        if !folder.is_dir() {
            tracing::warn!(path, "path is not a directory, placeholder stays unresolved");
            return Ok(None);
        }
        let file = folder.join(name);
        if !file.is_file() {
            return Ok(None);
        }
        std::fs::read_to_string(&file).map(Some).map_err(|e| format!("could not read file {}: {e}", file.display()))
    }
}
