//! What must not be written anywhere.

use super::rust::code_of;
use super::{File, Finding, exactly, none, tree};

const UNFINISHED: [&str; 4] = ["todo!", "unimplemented!", "dbg!", "#[ignore"];

fn unfinished(files: &[File]) -> Vec<Finding> {
    let mut findings = vec![];
    for file in files.iter().filter(|file| file.is("rs")) {
        for (number, line) in code_of(&file.text).lines().enumerate() {
            for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
                let text = format!("`{word}` stands for work that is missing: finish it, or leave it out");
                findings.push(Finding::new(&file.path, number + 1, text));
            }
        }
    }
    findings
}

/// Folders that exist on the machine of whoever wrote the line only.
fn machine_paths(files: &[File]) -> Vec<Finding> {
    let mut findings = vec![];
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            for folder in ["work", "root", "home"].map(|name| format!("/{name}/")) {
                if starts_path(line, &folder) {
                    let text = format!("{folder} is a path of one machine: write it from the top of the checkout");
                    findings.push(Finding::new(&file.path, number + 1, text));
                }
            }
        }
    }
    findings
}

/// True where `folder` begins a path, not where it continues one.
fn starts_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')' | '*'))
    })
}

#[test]
fn nothing_is_left_unfinished() {
    none(&unfinished(&tree()));
}

#[test]
fn unfinished_work_is_found() {
    let sample = [File::sample("a.rs", "fn a() { todo!() }\n#[ignore = \"slow\"]\n// dbg!\nlet s = \"todo!\";")];
    exactly(&unfinished(&sample), &["a.rs:1: `todo!`", "a.rs:2: `#[ignore`"]);
}

#[test]
fn no_path_of_one_machine_is_written() {
    none(&machine_paths(&tree()));
}

#[test]
fn paths_of_one_machine_are_found() {
    let home = format!("see /{}/me/x", "home");
    let nested = format!("target/{}/x", "work");
    exactly(&machine_paths(&[File::sample("a.md", &home), File::sample("b.md", &nested)]), &["a.md:1"]);
}
