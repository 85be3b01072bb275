//! Every link of a page leads somewhere, and the page of settings is what the code says.

use std::collections::BTreeSet;
use std::process::Command;

use super::{File, Finding, exactly, none, tree};

fn broken(files: &[File]) -> Vec<Finding> {
    let link = regex::Regex::new(r"\]\(([^)\s]+)[^)]*\)").expect("the pattern is valid");
    let known = places(files);
    let mut findings = vec![];
    for file in files.iter().filter(|file| file.is("md")) {
        let folder: Vec<&str> = file.path.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect();
        let mut fenced = false;
        for (number, line) in file.text.lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            let targets = link.captures_iter(line).map(|captures| captures[1].to_owned());
            for target in targets.filter(|target| !fenced && !target.contains("://") && !target.starts_with("mailto:"))
            {
                let path = target.split('#').next().unwrap_or_default();
                if !path.is_empty() && !known.contains(&resolve(&folder, path)) {
                    let text = format!("links to {target}, which does not exist: mend or remove the link");
                    findings.push(Finding::new(&file.path, number + 1, text));
                }
            }
        }
    }
    findings
}

/// Files that the pages about the code name in passing; a path is as much as the reader needs, so its end must fit.
fn gone(files: &[File]) -> Vec<Finding> {
    let name = regex::Regex::new(r"`([\w./-]+\.(?:rs|toml|py))`").expect("the pattern is valid");
    let mut findings = vec![];
    for file in files.iter().filter(|file| matches!(file.path.as_str(), "docs/tour.md" | "docs/architecture.md")) {
        for (number, line) in file.text.lines().enumerate() {
            for named in name.captures_iter(line).map(|captures| captures[1].to_owned()) {
                if !files.iter().any(|other| format!("/{}", other.path).ends_with(&format!("/{named}"))) {
                    let text = format!("names {named}, which does not exist: follow the code to its new place");
                    findings.push(Finding::new(&file.path, number + 1, text));
                }
            }
        }
    }
    findings
}

/// Files and the folders they lie in.
fn places(files: &[File]) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for file in files {
        let parts: Vec<&str> = file.path.split('/').collect();
        known.extend((1..=parts.len()).map(|count| parts[..count].join("/")));
    }
    known
}

fn resolve(folder: &[&str], path: &str) -> String {
    let mut parts = folder.to_vec();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[test]
fn links_lead_somewhere() {
    none(&broken(&tree()));
}

#[test]
fn a_dead_link_is_found() {
    let text =
        "[a](b.md) [c](../README.md#x) [d](gone.md)\n```\n[e](gone.md)\n```\n[f](https://example.com/x) [g](../docs)";
    let sample = [File::sample("docs/a.md", text), File::sample("docs/b.md", ""), File::sample("README.md", "")];
    exactly(&broken(&sample), &["docs/a.md:1: links to gone.md"]);
}

#[test]
fn pages_about_the_code_name_files_that_exist() {
    none(&gone(&tree()));
}

#[test]
fn a_file_that_is_gone_is_found() {
    let sample =
        [File::sample("docs/tour.md", "See `slot.rs`.\nSee `wire/tls.rs`."), File::sample("capture/src/slot.rs", "")];
    exactly(&gone(&sample), &["docs/tour.md:2: names wire/tls.rs"]);
}

#[test]
fn the_page_of_settings_is_what_the_code_says() {
    let output = Command::new(env!("CARGO_BIN_EXE_rig")).args(["docs", "--check"]).output().expect("rig starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
