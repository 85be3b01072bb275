//! `rig docs`: the reference page of settings, made from the lists that validation itself uses.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::process::ExitCode;

use anyhow::{Context, Result};
use capture::config::key::{Check, Importance, Key, Kind, Support};
use capture::config::{connector, worker};
use capture::source::connectors::DEFINITIONS;
use rig::provision::checkout;

/// Write docs/config.md from the settings that capture defines.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Write nothing; end with status 1 where the page differs
    #[arg(long)]
    check: bool,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let path = checkout().join("docs/config.md");
        let page = page();
        let present = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("cannot read {}", path.display()))?,
        };
        if present == page {
            println!("docs/config.md is up to date");
            return Ok(ExitCode::SUCCESS);
        }
        if self.check {
            eprintln!("{}", difference(&present, &page));
            return Ok(ExitCode::FAILURE);
        }
        std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        println!("docs/config.md is written");
        Ok(ExitCode::SUCCESS)
    }
}

fn difference(present: &str, page: &str) -> String {
    let shared = present.lines().zip(page.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(shared).unwrap_or("(end of the page)").to_owned();
    format!(
        "docs/config.md:{}: differs from the code; run `make docs` and commit the page\n  page: {}\n  code: {}",
        shared + 1,
        line(present),
        line(page)
    )
}

fn page() -> String {
    let mut page = String::from(
        "# Settings of capture\n\n\
         Made by `make docs` from the definitions in the code; do not edit. Names, types and defaults are Kafka Connect's and\n\
         Debezium's. Every setting works, or is refused by name with what to do, or is accepted because it cannot change a\n\
         record here; the column *served* says which. `capture validate FILE.json` says it for one connector.\n",
    );
    section(&mut page, "The worker's properties file", worker::KEYS);
    prefixes(
        &mut page,
        "Passed on to Kafka clients, config providers, converters and internal topics",
        worker::PREFIXES,
    );
    for definition in DEFINITIONS {
        let class = definition.class.rsplit('.').next().unwrap_or(definition.class);
        section(&mut page, &format!("{class}, {}", definition.version), definition.keys);
    }
    section(&mut page, "Every connector", connector::COMMON);
    page.push_str("\nWhere a connector lists one of these names too, its own entry holds.\n");
    prefixes(&mut page, "Served by prefix", connector::OPEN_PREFIXES);
    page.push_str("\nRefused by prefix:\n\n");
    for (prefix, remedy) in connector::REFUSED_PREFIXES {
        // writing into a String cannot fail
        let _ = writeln!(page, "- `{prefix}*`: {remedy}");
    }
    page
}

fn section(page: &mut String, title: &str, keys: &[Key]) {
    let _ = write!(
        page,
        "\n## {title}\n\n| key | type | default | importance | served | what it does |\n|---|---|---|---|---|---|\n"
    );
    for key in keys {
        let importance = match key.importance {
            Importance::High => "high",
            Importance::Medium => "medium",
            Importance::Low => "low",
        };
        let cells = [
            format!("`{}`", key.name),
            kind(key.kind, key.check),
            default(key),
            importance.into(),
            served(key),
            key.doc.into(),
        ];
        let _ = writeln!(page, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
}

fn prefixes(page: &mut String, title: &str, prefixes: &[&str]) {
    let names: Vec<String> = prefixes.iter().map(|prefix| format!("`{prefix}*`")).collect();
    let _ = write!(page, "\n{title}: {}.\n", names.join(", "));
}

fn kind(kind: Kind, check: Option<Check>) -> String {
    match kind {
        Kind::Text => "text".into(),
        Kind::Password => "password".into(),
        Kind::Boolean => "boolean".into(),
        Kind::Integer => "integer".into(),
        Kind::Long => match check {
            Some(Check::Positive | Check::PositiveLong) => "integer from 1".into(),
            Some(Check::NonNegativeLong) => "integer from 0".into(),
            _ => "integer".into(),
        },
        Kind::Positive => "integer from 1".into(),
        Kind::NonNegative => "integer from 0".into(),
        Kind::Enum(words) => words.join(", "),
        Kind::List => "list".into(),
        Kind::RegexList => "list of regular expressions".into(),
    }
}

fn default(key: &Key) -> String {
    match key.default {
        _ if key.required => "required".into(),
        None => "none".into(),
        Some("") => "empty".into(),
        Some(text) => format!("`{text}`"),
    }
}

fn served(key: &Key) -> String {
    match key.support {
        Support::Full => "yes".into(),
        Support::NoEffect(why) => format!("no effect: {why}"),
        Support::Only([], advice) if key.default.is_none() => format!("refused: {advice}"),
        Support::Only([], advice) => format!("its default only: {advice}"),
        Support::Only(values, advice) => {
            let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            format!("only {}: {advice}", values.join(", "))
        }
    }
}
