//! What one seed gives: settings of the connector, tables with rows, and what happens to them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::changes::{self, Block};
use super::kind::{MOMENT, PREAMBLE};
use super::schema::{Column, Table};
use crate::provision::PostgresVersion;
use crate::sim::Random;

/// How much a scenario holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Ci,
    Nightly,
}

#[derive(Debug, Clone)]
pub struct Scenario {
    pub seed: u64,
    pub version: PostgresVersion,
    pub schemas: bool,
    pub settings: BTreeMap<String, String>,
    /// A block for each table.
    pub before: Vec<Block>,
    pub during: Vec<Block>,
}

/// Settings that change what records look like; none of them is set most of the time.
const SETTINGS: [(&str, &[&str]); 12] = [
    ("decimal.handling.mode", &["precise", "string", "double"]),
    ("time.precision.mode", &["adaptive", "adaptive_time_microseconds", "connect"]),
    ("binary.handling.mode", &["bytes", "base64", "base64-url-safe", "hex"]),
    ("interval.handling.mode", &["numeric", "string"]),
    ("hstore.handling.mode", &["json", "map"]),
    ("include.unknown.datatypes", &["true"]),
    ("tombstones.on.delete", &["false"]),
    ("skipped.operations", &["none"]),
    ("money.fraction.digits", &["0", "4"]),
    ("provide.transaction.metadata", &["true"]),
    ("unavailable.value.placeholder", &["gone"]),
    ("skip.messages.without.change", &["true"]),
];

/// Settings that name columns; none of them is set most of the time.
const OF_COLUMNS: [&str; 5] = [
    "column.exclude.list",
    "column.mask.with.7.chars",
    "column.mask.hash.SHA-256.with.salt.pepper",
    "column.mask.hash.v2.MD5.with.salt.pepper",
    "column.truncate.to.4.chars",
];

impl Scenario {
    pub fn new(seed: u64, size: Size, version: PostgresVersion) -> Self {
        let mut random = Random::new(seed);
        let (tables, columns, blocks, statements) = match size {
            Size::Ci => (2, 7, 14, 6),
            Size::Nightly => (5, 16, 80, 20),
        };
        let schemas = random.once_in(2);
        let mut settings = BTreeMap::new();
        for (key, values) in SETTINGS {
            if random.once_in(2) {
                settings.insert(key.to_owned(), values[random.below(values.len() as u64) as usize].to_owned());
            }
        }
        if version.can_send_at_once() && random.once_in(2) {
            settings.insert("slot.streaming.enabled".to_owned(), "true".to_owned());
            settings.insert("slot.streaming.memory.bytes".to_owned(), random.below(2000).to_string());
        }
        let count = random.between(1, tables) as usize;
        let mut before = Vec::new();
        let mut known: Vec<Table> = Vec::new();
        for number in 0..count {
            let columns = random.between(1, columns);
            // the header of a changed key is known to differ: case key_header_times
            let has_moments = settings.get("time.precision.mode").is_none_or(|mode| mode != "connect");
            let mut table = Table::any(&mut random, number, columns, has_moments);
            let mut block = table.create(&mut random);
            for _ in 0..random.below(4) {
                block.push(changes::insert(&mut random, &mut table));
            }
            before.push(block);
            known.push(table);
        }
        for name in OF_COLUMNS {
            if random.once_in(4) {
                settings.extend(columns_of(&mut random, &known).map(|columns| (name.to_owned(), columns)));
            }
        }
        if random.once_in(4) {
            settings.insert("message.key.columns".to_owned(), key_columns(&mut random, &known));
        }
        // what was stored last of several transactions depends on when each side was stopped
        let restarts = !settings.contains_key("provide.transaction.metadata");
        let during = (0..random.between(blocks / 2, blocks))
            .map(|_| block(&mut random, &mut known, statements, restarts))
            .collect();
        Self { seed, version, schemas, settings, before, during }
    }

    pub fn name(&self) -> String {
        format!("random_{}", self.seed)
    }

    pub fn statements(&self) -> usize {
        self.before.iter().chain(&self.during).map(Vec::len).sum()
    }

    /// Writes it as a case, under a name that may be another than its own.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let description = json!({
            "about": format!("What seed {} of the generator gives, as far as it was needed.", self.seed),
            "connector": self.settings,
            "schemas": self.schemas,
            "servers": [self.version.major()],
        });
        let preamble: Block = PREAMBLE.iter().chain([&MOMENT]).map(|text| (*text).to_owned()).collect();
        let before = script(std::iter::once(&preamble).chain(&self.before));
        let files =
            [("case.json", format!("{description:#}\n")), ("before.sql", before), ("during.sql", script(&self.during))];
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// One or two columns beside the keys, as the connector knows them.
fn columns_of(random: &mut Random, tables: &[Table]) -> Option<String> {
    let all: Vec<String> = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| format!("public.{}.{}", table.name, column.name)))
        .map(|name| name.replace('"', ""))
        .collect();
    let chosen: Vec<&str> = (0..random.between(1, 2)).filter_map(|_| any(random, &all)).collect();
    (!chosen.is_empty()).then(|| chosen.join(","))
}

/// A part of the key, or more than it.
fn key_columns(random: &mut Random, tables: &[Table]) -> String {
    let table = &tables[random.below(tables.len() as u64) as usize];
    let mut columns = vec![table.key[0].name.clone()];
    // the setting knows no names with spaces
    let fits = |column: &&Column| column.is_required && !column.name.contains(' ');
    let required: Vec<String> = table.columns.iter().filter(fits).map(|column| column.name.clone()).collect();
    columns.extend(any(random, &required).map(str::to_owned));
    format!("public.{}:{}", table.name.replace(' ', "."), columns.join(",")).replace('"', "")
}

fn any<'a>(random: &mut Random, of: &'a [String]) -> Option<&'a str> {
    (!of.is_empty()).then(|| of[random.below(of.len() as u64) as usize].as_str())
}

fn block(random: &mut Random, tables: &mut [Table], statements: u64, restarts: bool) -> Block {
    let place = random.below(tables.len() as u64) as usize;
    match random.below(10) {
        0..=2 => vec![changes::statement(random, &mut tables[place])],
        3..=5 => changes::transaction(random, tables, statements),
        9 if restarts && random.once_in(2) => {
            let mut block = vec!["-- stop".to_owned()];
            block.extend(changes::transaction(random, tables, statements));
            block.push("-- start".into());
            block
        }
        8 if random.once_in(2) => changes::schema_in_transaction(random, &mut tables[place]),
        7 if restarts && random.once_in(2) => changes::schema_while_down(random, &mut tables[place]),
        6 if random.once_in(3) => changes::shade(random, tables),
        _ => changes::schema(random, &mut tables[place]),
    }
}

fn script<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> String {
    let mut text = String::new();
    for line in blocks.into_iter().flatten() {
        text.push_str(line);
        // an order to the engines is a comment
        text.push_str(if line.starts_with("--") { "\n" } else { ";\n" });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn a_seed_is_always_the_same_case_and_can_be_read() {
        for seed in 0..50 {
            let scenario = Scenario::new(seed, Size::Nightly, PostgresVersion::default());
            let again = Scenario::new(seed, Size::Nightly, PostgresVersion::default());
            assert_eq!((&scenario.before, &scenario.during), (&again.before, &again.during));
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join(scenario.name());
            scenario.write(&folder).unwrap();
            let case = cases::read(&folder).unwrap();
            assert!(!case.during.is_empty() && case.name == scenario.name());
        }
    }
}
