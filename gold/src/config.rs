//! The configuration file: typed, every unknown key refused by name. Parsing opens nothing but the password file.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// Wins over the file, so that a Secret can be mounted as an environment variable.
pub const PASSWORD_VARIABLE: &str = "GOLD_CLICKHOUSE_PASSWORD";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub clickhouse: ClickHouse,
    #[serde(default)]
    pub lock: Lock,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClickHouse {
    pub url: String,
    #[serde(default = "default_name")]
    pub database: String,
    #[serde(default = "default_name")]
    pub user: String,
    #[serde(default)]
    pub password: Secret,
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lock {
    /// A run that was killed holds the lock for this long.
    pub ttl_s: u32,
}

impl Default for Lock {
    /// Runs take seconds; a killed one must not keep the next from its turn for long.
    fn default() -> Lock {
        Lock { ttl_s: 300 }
    }
}

fn default_name() -> String {
    "default".into()
}

impl Config {
    pub fn read(path: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Config> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Config {
            problem: format!("cannot read the configuration file {}", path.display()),
            remedy: "Give --config the path of a readable file.".into(),
            source: Some(source),
        })?;
        Config::parse(&text, env)
    }

    pub fn parse(text: &str, env: impl Fn(&str) -> Option<String>) -> Result<Config> {
        let mut config: Config = toml::from_str(text).map_err(|error| {
            // The message alone: the rendered form quotes the line, which may hold a password.
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let problem = format!("configuration, line {line}: {}", error.message());
            Error::config(problem, "Compare the file with gold.example.toml, which shows every key.")
        })?;
        config.clickhouse.resolve_password(env)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        let ClickHouse { url, database, user, .. } = &self.clickhouse;
        require(url.starts_with("http://"), "clickhouse.url", "must begin with http:// (TLS is not supported yet)")?;
        let authority = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
        require(!authority.contains('@'), "clickhouse.url", "must not hold a user; use clickhouse.user and .password")?;
        require(!authority.is_empty(), "clickhouse.url", "has no host")?;
        require(!url.contains('?'), "clickhouse.url", "must not hold parameters")?;
        require(is_identifier(database), "clickhouse.database", "must be a plain identifier")?;
        require(!user.is_empty(), "clickhouse.user", "is empty")?;
        require((10..=86_400).contains(&self.lock.ttl_s), "lock.ttl_s", "must be 10 to 86400")
    }
}

impl ClickHouse {
    fn resolve_password(&mut self, env: impl Fn(&str) -> Option<String>) -> Result<()> {
        if let Some(password) = env(PASSWORD_VARIABLE) {
            self.password = Secret::new(password);
        } else if let Some(path) = &self.password_file {
            let text = std::fs::read_to_string(path).map_err(|source| Error::Config {
                problem: format!("clickhouse.password_file: cannot read {}", path.display()),
                remedy: "Mount the secret at that path or change the key.".into(),
                source: Some(source),
            })?;
            // A file written by an editor or `echo` ends with a line end that is no part of the password.
            self.password = Secret::new(text.trim_end_matches(['\n', '\r']));
        }
        Ok(())
    }
}

fn require(holds: bool, key: &str, problem: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::config(format!("{key} {problem}"), format!("Change {key} in the file."))) }
}

fn is_identifier(name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts_well && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "[clickhouse]\nurl = \"http://c:8123\"\n";

    fn parse(text: &str) -> Result<Config> {
        Config::parse(text, |_| None)
    }

    #[test]
    fn the_smallest_file_has_defaults_and_the_example_is_valid() {
        let config = parse(SMALLEST).unwrap();
        assert_eq!((config.clickhouse.database.as_str(), config.lock.ttl_s), ("default", 300));
        parse(include_str!("../gold.example.toml")).unwrap();
    }

    #[test]
    fn every_refusal_names_its_key() {
        for (text, name) in [
            ("", "clickhouse"),
            ("[clickhouse]\n", "url"),
            ("[clickhouse]\nurl = 5\n", "line 2"),
            ("[clickhouse]\nurl = \"https://c\"\n", "clickhouse.url"),
            ("[clickhouse]\nurl = \"http://u:p@c\"\n", "clickhouse.url"),
            ("[clickhouse]\nurl = \"http://c\"\ndatabase = \"a b\"\n", "clickhouse.database"),
            ("[clickhouse]\nurl = \"http://c\"\npasword = \"x\"\n", "pasword"),
            ("[clickhouse]\nurl = \"http://c\"\npassword_file = \"/no/such/file\"\n", "clickhouse.password_file"),
            ("[clickhouse]\nurl = \"http://c\"\n[lock]\nttl_s = 1\n", "lock.ttl_s"),
            ("[clickhouse]\nurl = \"http://c", "line 2"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.with_causes().contains(name), "{text:?}: {}", error.with_causes());
            assert_eq!(error.exit_code(), 2);
            assert!(!error.remedy().is_empty());
        }
    }

    #[test]
    fn the_environment_wins_and_no_password_is_printed() {
        let text = format!("{SMALLEST}password = \"from-file\"\n");
        let config = Config::parse(&text, |name| (name == PASSWORD_VARIABLE).then(|| "from-env".into())).unwrap();
        assert_eq!(config.clickhouse.password.expose(), "from-env");
        assert!(!format!("{config:?}").contains("from-"));
        let broken = parse(&format!("{SMALLEST}password = \"from-file\" x\n")).unwrap_err();
        assert!(!broken.with_causes().contains("from-file"), "{}", broken.with_causes());
        let wrong_type = parse(&format!("{SMALLEST}password = 4711\n")).unwrap_err();
        assert!(!wrong_type.with_causes().contains("4711"), "{}", wrong_type.with_causes());
    }
}
