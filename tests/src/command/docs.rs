//! `rig docs`: the reference pages of settings and of errors, made from the lists that the code itself uses.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::process::ExitCode;

use anyhow::{Context, Result};
use capture::config::key::{Check, Importance, Key, Kind, Support};
use capture::config::{connector, worker};
use capture::error;
use capture::source::connectors::DEFINITIONS;
use capture::source::postgres::failures::{Gap, Link, SERVER, UNKNOWN};
use rig::provision::checkout;

/// Write docs/config.md and docs/errors/postgresql.md from what capture defines.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Write nothing; end with status 1 where the page differs
    #[arg(long)]
    check: bool,
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        let mut differs = false;
        for (name, page) in [("docs/config.md", page()), ("docs/errors/postgresql.md", errors())] {
            differs |= !self.put(name, &page)?;
        }
        Ok(if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// False where the page differs and is only compared.
    fn put(&self, name: &str, page: &str) -> Result<bool> {
        let path = checkout().join(name);
        let present = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("cannot read {}", path.display()))?,
        };
        if present == page {
            println!("{name} is up to date");
        } else if self.check {
            eprintln!("{}", difference(name, &present, page));
            return Ok(false);
        } else {
            std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
            println!("{name} is written");
        }
        Ok(true)
    }
}

fn difference(name: &str, present: &str, page: &str) -> String {
    let shared = present.lines().zip(page.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(shared).unwrap_or("(end of the page)").to_owned();
    format!(
        "{name}:{}: differs from the code; run `make docs` and commit the page\n  page: {}\n  code: {}",
        shared + 1,
        line(present),
        line(page)
    )
}

/// What failures of PostgreSQL mean.
fn errors() -> String {
    let mut page = String::from(
        "# Failures of a PostgreSQL source\n\n\
         Made by `make docs` from the tables in the code; do not edit. *Transient* failures are tried again as\n\
         `errors.max.retries` and `retriable.restart.connector.wait.ms` say, *definite* ones stop the task at once. Debezium tries\n\
         again after all of them. None ends the process. [How failures look](README.md).\n\n\
         ## What the server says\n\nA code of two characters is a class; a whole code goes before its class.\n\n\
         | SQLSTATE | kind | sign | remedy |\n|---|---|---|---|\n",
    );
    // writing into a String cannot fail
    for entry in SERVER {
        let said = if entry.says.is_empty() { String::new() } else { format!(" with \"{}\"", entry.says) };
        let (codes, kind) = (entry.codes.join(", "), word(entry.kind));
        let _ = writeln!(page, "| {codes}{said} | {kind} | {} | {} |", entry.what, entry.remedy);
    }
    let _ = writeln!(page, "| any other | transient | | {UNKNOWN} |");
    page.push_str("\n## What befalls a connection\n\n| kind | sign | remedy |\n|---|---|---|\n");
    for link in Link::ALL {
        let (kind, sign, remedy) = link.entry();
        let _ = writeln!(page, "| {} | {sign} | {remedy} |", word(kind));
    }
    page.push_str(
        "\n## What is wrong with slot and log\n\nWith a stored position these are definite and name the range that is in doubt; with\n\
         `snapshot.mode=when_needed` the tables are read again instead, and a slot that was invalidated is made anew.\n\n\
         | sign | in doubt |\n|---|---|\n",
    );
    for gap in Gap::ALL {
        let (sign, in_doubt) = gap.entry();
        let _ = writeln!(page, "| {sign} | {in_doubt} |");
    }
    let _ = writeln!(page, "\nRemedy: {}.", Gap::REMEDY);
    page
}

fn word(kind: error::Kind) -> &'static str {
    match kind {
        error::Kind::Transient => "transient",
        error::Kind::Definite => "definite",
        error::Kind::Fatal => "fatal",
    }
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
