//! Where things lie, and what the manifests must say.

use std::collections::BTreeSet;

use super::{File, Finding, exactly, none, tree};

const TOP: [&str; 12] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "Makefile",
    "README.md",
    "capture",
    "deploy",
    "docs",
    "gold",
    "seeds",
    "sink",
    "tests",
];

/// The one crate that loads a C library.
const LOADS_C: &str = "tests/clickhouse-front/Cargo.toml";

fn top_level(files: &[File]) -> Vec<Finding> {
    let names: BTreeSet<&str> = files.iter().filter_map(|file| file.path.split('/').next()).collect();
    let stray = names.iter().filter(|name| !name.starts_with('.') && !TOP.contains(name));
    let mut findings: Vec<Finding> = stray
        .map(|name| Finding::new(name, 0, "does not belong at the top: move it into one of the folders"))
        .collect();
    let missing = TOP.iter().filter(|name| !names.contains(**name));
    findings.extend(missing.map(|name| Finding::new(name, 0, "is missing at the top")));
    findings
}

fn manifests(files: &[File]) -> Vec<Finding> {
    let mut findings = vec![];
    for file in files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        let manifest: toml::Table = match file.text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                findings.push(Finding::new(&file.path, 0, error.to_string()));
                continue;
            }
        };
        if let Some(workspace) = manifest.get("workspace") {
            let unsafe_code = workspace.get("lints").and_then(|l| l.get("rust")).and_then(|l| l.get("unsafe_code"));
            if unsafe_code.and_then(|level| level.as_str()) != Some("forbid") {
                findings.push(Finding::new(
                    &file.path,
                    0,
                    "must say `unsafe_code = \"forbid\"` in [workspace.lints.rust]",
                ));
            }
            continue;
        }
        member(&file.path, &manifest, &mut findings);
    }
    findings
}

fn member(path: &str, manifest: &toml::Table, findings: &mut Vec<Finding>) {
    let inherited = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(|w| w.as_bool());
    if inherited != Some(true) && path != LOADS_C {
        findings.push(Finding::new(path, 0, "must take the workspace's lints: `[lints]`, `workspace = true`"));
    }
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, value) in manifest.get(table).and_then(|t| t.as_table()).into_iter().flatten() {
            if value.get("workspace").is_none() && value.get("path").is_none() {
                let text = format!(
                    "version of {name}: put it into [workspace.dependencies] and write `{name}.workspace = true`"
                );
                findings.push(Finding::new(path, 0, text));
            }
        }
    }
}

#[test]
fn the_top_level_is_what_it_should_be() {
    none(&top_level(&tree()));
}

#[test]
fn a_stray_entry_at_the_top_is_found() {
    let mut sample: Vec<File> = TOP.iter().skip(1).map(|name| File::sample(name, "")).collect();
    sample.push(File::sample("scripts/x.sh", ""));
    sample.push(File::sample(".ci/run", ""));
    exactly(&top_level(&sample), &["scripts: does not belong", "Cargo.lock: is missing"]);
}

#[test]
fn manifests_forbid_unsafe_code_and_share_versions() {
    none(&manifests(&tree()));
}

#[test]
fn a_manifest_with_rules_of_its_own_is_found() {
    let sample = [
        File::sample("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"deny\""),
        File::sample("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nserde = \"1\"\nb = { path = \"../b\" }"),
        File::sample("b/Cargo.toml", "[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true"),
    ];
    exactly(&manifests(&sample), &["unsafe_code", "must take the workspace's lints", "version of serde"]);
}
