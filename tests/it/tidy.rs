//! The rules of this tree that the compiler cannot check. Each rule is a pure function from files to findings; its tests
//! run it over the tree, where it must find nothing, and over a small bad sample, where it must find something.

mod commands;
mod layers;
mod links;
mod places;
mod rust;
mod sizes;
mod words;

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

/// A file of the tree: its path from the top, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    pub fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is(&self, extension: &str) -> bool {
        self.path.strip_suffix(extension).is_some_and(|stem| stem.ends_with('.'))
    }
}

/// A broken rule: where, and what to do about it.
pub struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    /// `line` counts from 1; 0 stands for the whole file.
    pub fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Fails with every finding, a line each.
#[track_caller]
pub fn none(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} finding(s)\n{}", lines.len(), lines.join("\n"));
}

/// Fails unless there is one finding for each of `parts`, in order, that contains it.
#[track_caller]
pub fn exactly(findings: &[Finding], parts: &[&str]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let matching = lines.len() == parts.len() && lines.iter().zip(parts).all(|(line, part)| line.contains(part));
    assert!(matching, "expected {parts:#?}, found {lines:#?}");
}

pub fn top() -> PathBuf {
    rig::provision::checkout()
}

/// Every file that is or would be committed and is text.
pub fn tree() -> Vec<File> {
    // whoever owns the checkout: it is only read
    let arguments = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").args(arguments).current_dir(top()).output().expect("git is installed");
    assert!(listed.status.success(), "this checkout is not a git clone: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("file names are UTF-8");
    let files: Vec<File> = names.split('\0').filter(|name| !name.is_empty()).filter_map(read).collect();
    assert!(files.len() > 100, "only {} files are listed", files.len());
    files
}

/// `None` for a file that is deleted but still in the index, or that is not text.
fn read(path: &str) -> Option<File> {
    let text = std::fs::read_to_string(top().join(path)).ok()?;
    Some(File { path: path.to_owned(), text })
}
