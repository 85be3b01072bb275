//! The providers that a worker declares, and the resolution of whole maps through them.

use super::directory::Directory;
use super::env::Env;
use super::file::File;
use super::paths::AllowedPaths;
use super::placeholder::{Placeholder, replace};
use crate::config::key::{Map, Problem, split_list};
use std::collections::BTreeMap;

const KAFKA: &str = "org.apache.kafka.common.config.provider.";
const STRIMZI: &str = "io.strimzi.kafka.";

#[derive(Debug, Clone)]
enum Provider {
    Env(Env),
    File(File),
    Directory(Directory),
    /// Declared by every Strimzi worker, so the declaration is accepted; its use is refused with this text.
    Unserved(String),
}

/// By the name that placeholders use.
#[derive(Debug, Clone, Default)]
pub struct Providers(BTreeMap<String, Provider>);

impl Providers {
    /// Reads `config.providers` and `config.providers.<name>.*`.
    pub fn from_settings(settings: &Map) -> Result<Self, Vec<Problem>> {
        let mut providers = BTreeMap::new();
        let mut problems = vec![];
        let names = settings.get("config.providers").map(|v| split_list(v)).unwrap_or_default();
        for name in names {
            match build(&name, settings) {
                Ok(provider) => drop(providers.insert(name, provider)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self(providers)) } else { Err(problems) }
    }

    /// A copy with every placeholder replaced that can be. A problem names the key; no message holds a value.
    pub fn resolve_map(&self, map: &Map) -> Result<Map, Vec<Problem>> {
        let mut out = Map::new();
        let mut problems = vec![];
        for (key, value) in map {
            match self.resolve(value) {
                Ok(text) => drop(out.insert(key.clone(), text)),
                Err(message) => problems.push(Problem::new(key.clone(), message)),
            }
        }
        if problems.is_empty() { Ok(out) } else { Err(problems) }
    }

    pub fn resolve(&self, value: &str) -> Result<String, String> {
        if !value.contains("${") {
            return Ok(value.to_owned());
        }
        replace(value, |placeholder| self.lookup(&placeholder))
    }

    fn lookup(&self, placeholder: &Placeholder<'_>) -> Result<Option<String>, String> {
        match self.0.get(placeholder.provider) {
            None => Ok(None),
            Some(Provider::Env(env)) => env.get(placeholder.path, placeholder.key),
            Some(Provider::File(file)) => file.get(placeholder.path, placeholder.key),
            Some(Provider::Directory(directory)) => directory.get(placeholder.path, placeholder.key),
            Some(Provider::Unserved(class)) => Err(format!(
                "config provider '{}' ({class}) is not served by this version: mount the Secret or ConfigMap and read it with {KAFKA}DirectoryConfigProvider",
                placeholder.provider
            )),
        }
    }
}

fn build(name: &str, settings: &Map) -> Result<Provider, Problem> {
    let class_key = format!("config.providers.{name}.class");
    let Some(class) = settings.get(&class_key).map(|c| c.trim()) else {
        return Err(Problem::new(class_key, format!("config.providers lists '{name}', but its class is missing")));
    };
    let parameter = |p: &str| format!("config.providers.{name}.param.{p}");
    let allowed_paths = || {
        let key = parameter("allowed.paths");
        AllowedPaths::parse(settings.get(&key).map(String::as_str)).map_err(|message| Problem::new(key, message))
    };
    let simple = class.strip_prefix(KAFKA).or_else(|| class.strip_prefix(STRIMZI)).unwrap_or(class);
    match simple {
        "EnvVarConfigProvider" => {
            let key = parameter("allowlist.pattern");
            let env = Env::new(settings.get(&key).map(String::as_str));
            env.map(Provider::Env).map_err(|message| Problem::new(key, message))
        }
        "FileConfigProvider" => Ok(Provider::File(File::new(allowed_paths()?))),
        "DirectoryConfigProvider" => Ok(Provider::Directory(Directory::new(allowed_paths()?))),
        "KubernetesSecretConfigProvider" | "KubernetesConfigMapConfigProvider" => {
            Ok(Provider::Unserved(class.to_owned()))
        }
        _ => Err(Problem::new(
            class_key,
            format!("'{class}' is not served: use {KAFKA}{{EnvVar,File,Directory}}ConfigProvider"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Map {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    fn strimzi(folder: &str) -> Map {
        settings(&[
            ("config.providers", "strimzienv,strimzifile,strimzidir,strimzisecrets"),
            ("config.providers.strimzienv.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider"),
            ("config.providers.strimzienv.param.allowlist.pattern", ".*"),
            ("config.providers.strimzifile.class", "org.apache.kafka.common.config.provider.FileConfigProvider"),
            ("config.providers.strimzifile.param.allowed.paths", folder),
            ("config.providers.strimzidir.class", "org.apache.kafka.common.config.provider.DirectoryConfigProvider"),
            ("config.providers.strimzidir.param.allowed.paths", folder),
            ("config.providers.strimzisecrets.class", "io.strimzi.kafka.KubernetesSecretConfigProvider"),
        ])
    }

    #[test]
    fn strimzis_declarations_resolve() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_str().unwrap();
        std::fs::write(dir.path().join("password"), "s3cret").unwrap();
        std::fs::write(dir.path().join("a.properties"), "user=bob\nport=1\n").unwrap();
        let providers = Providers::from_settings(&strimzi(folder)).unwrap();
        let resolve = |v: &str| providers.resolve(&v.replace("DIR", folder));
        assert_eq!(
            resolve("mongodb://${strimzifile:DIR/a.properties:user}:${strimzidir:DIR:password}@h").unwrap(),
            "mongodb://bob:s3cret@h"
        );
        assert_eq!(resolve("${strimzienv:PATH}").unwrap(), std::env::var("PATH").unwrap());
        for literal in
            ["${strimzidir:DIR:absent}", "${strimzidir:/etc:passwd}", "${nobody:x:y}", "${strimzienv:NO_SUCH_9}"]
        {
            assert_eq!(resolve(literal).unwrap(), literal.replace("DIR", folder));
        }
        assert!(resolve("${strimzifile:DIR/none:user}").unwrap_err().contains("could not read properties"));
        assert!(resolve("${strimzisecrets:ns/s:key}").unwrap_err().contains("'strimzisecrets'"));
    }

    #[test]
    fn a_bad_declaration_names_its_key() {
        let found = Providers::from_settings(&settings(&[("config.providers", "x")])).unwrap_err();
        assert_eq!(found[0].key, "config.providers.x.class");
        let vault = settings(&[("config.providers", "v"), ("config.providers.v.class", "com.acme.Vault")]);
        assert!(Providers::from_settings(&vault).unwrap_err()[0].message.contains("com.acme.Vault"));
    }

    #[test]
    fn a_failure_names_the_key_and_no_value() {
        let providers = Providers::from_settings(&strimzi("/")).unwrap();
        let map = settings(&[("database.password", "pre-${strimzisecrets:ns/s:key}")]);
        let found = providers.resolve_map(&map).unwrap_err();
        assert_eq!(found[0].key, "database.password");
        assert!(!found[0].message.contains("pre-"));
    }
}
