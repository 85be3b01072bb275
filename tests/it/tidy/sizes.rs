//! How long files and functions may be.

use super::rust::{code_of, functions};
use super::{File, Finding, exactly, none, tree};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 80;
/// Of code, in a file that is a table of contents.
const CONTENTS_LINES: usize = 40;

fn findings(files: &[File]) -> Vec<Finding> {
    let mut findings = vec![];
    for file in files.iter().filter(|file| file.is("rs") || file.is("py")) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            let text = format!("{lines} lines, at most {FILE_LINES}: split it by phase or by noun");
            findings.push(Finding::new(&file.path, 0, text));
        }
        if file.is("rs") {
            in_rust(file, &mut findings);
        }
    }
    findings
}

fn in_rust(file: &File, findings: &mut Vec<Finding>) {
    let code = code_of(&file.text);
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    if matches!(name, "mod.rs" | "lib.rs") && lines > CONTENTS_LINES {
        let text = format!(
            "{lines} lines of code, at most {CONTENTS_LINES}: it is a table of contents; move logic into a module"
        );
        findings.push(Finding::new(&file.path, 0, text));
    }
    for function in functions(&code).into_iter().filter(|function| function.lines > FUNCTION_LINES) {
        let text =
            format!("`{}` has {} lines, at most {FUNCTION_LINES}: name its steps", function.name, function.lines);
        findings.push(Finding::new(&file.path, function.line, text));
    }
}

#[test]
fn files_and_functions_are_short() {
    none(&findings(&tree()));
}

#[test]
fn what_is_too_long_is_found() {
    let body = "let _ = 1;\n".repeat(80);
    let sample = [
        File::sample("a/src/long.rs", &"// line\n".repeat(601)),
        File::sample("a/src/function.rs", &format!("\nfn long() {{\n{body}}}\n")),
        File::sample("a/src/mod.rs", &"mod x;\n".repeat(41)),
        File::sample("a/src/lib.rs", &format!("{}mod x;\n", "//! why\n\n".repeat(100))),
    ];
    exactly(&findings(&sample), &["long.rs: 601", "function.rs:2: `long` has 82", "mod.rs: 41"]);
}
