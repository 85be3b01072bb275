//! Every command that a page shows exists.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::{File, Finding, exactly, none, tree};

/// What a program offers: each subcommand with the text of its help.
type Program = BTreeMap<String, String>;

struct Offered {
    verbs: BTreeSet<String>,
    programs: BTreeMap<&'static str, Program>,
}

fn missing(files: &[File], offered: &Offered) -> Vec<Finding> {
    let mut findings = vec![];
    for file in files.iter().filter(|file| file.is("md")) {
        for (line, command) in shown(&file.text) {
            findings.extend(problem(&command, offered).map(|text| Finding::new(&file.path, line, text)));
        }
    }
    findings
}

/// Lines of fenced shell blocks and inline code, split where a shell starts another command.
fn shown(text: &str) -> Vec<(usize, String)> {
    let mut found = vec![];
    let mut fence: Option<bool> = None;
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(matches!(language.trim(), "sh" | "bash" | "console")) };
            continue;
        }
        let pieces: Vec<&str> = match fence {
            Some(true) => vec![line.split(" #").next().unwrap_or(line)],
            Some(false) => vec![],
            None => line.split('`').skip(1).step_by(2).collect(),
        };
        for piece in pieces.iter().flat_map(|piece| piece.split("&&")).flat_map(|piece| piece.split(['|', ';', '('])) {
            found.push((number + 1, piece.trim().trim_start_matches("$ ").to_owned()));
        }
    }
    found
}

fn problem(command: &str, offered: &Offered) -> Option<String> {
    let is_setting = |word: &&str| word.contains('=') && !word.starts_with('-') && !word.contains('/');
    let mut words = command.split_whitespace().skip_while(|word| is_setting(word) || *word == "sudo");
    let name = words.next()?.rsplit('/').next()?;
    let words: Vec<&str> = words.collect();
    if name == "make" {
        let unknown = words.iter().find(|word| is_verb(word) && !offered.verbs.contains(**word))?;
        return Some(format!("`make {unknown}` is not a verb of the Makefile"));
    }
    let program = offered.programs.get(name)?;
    let verb = words.first().filter(|word| is_verb(word))?;
    let Some(help) = program.get(*verb) else {
        return Some(format!("`{name} {verb}` does not exist; there is {:?}", program.keys()));
    };
    let flags =
        words.iter().filter_map(|word| word.strip_prefix("--")).map(|flag| flag.split('=').next().unwrap_or(flag));
    let unknown = flags.into_iter().find(|flag| !flag.is_empty() && !has_flag(help, flag))?;
    Some(format!("`{name} {verb}` has no --{unknown}"))
}

/// The whole name: `--offset` is not there because `--offsets` is.
fn has_flag(help: &str, flag: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    help.split("--").skip(1).any(|rest| rest.strip_prefix(flag).is_some_and(|rest| !goes_on(rest)))
}

/// A word that can name a verb, not a flag, a setting or a file.
fn is_verb(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

fn verbs_of(makefile: &str) -> BTreeSet<String> {
    let heads = makefile.lines().filter_map(|line| line.split_once(':')).map(|(head, _)| head);
    heads.filter(|head| is_verb(head)).map(str::to_owned).collect()
}

fn program(name: &str) -> Program {
    let path = match name {
        "rig" => env!("CARGO_BIN_EXE_rig").into(),
        _ => rig::binary(name).expect("run `make build` first"),
    };
    let help = |arguments: &[&str]| {
        let output = Command::new(&path).args(arguments).arg("--help").output().expect("the program starts");
        assert!(output.status.success(), "{} {arguments:?} --help failed", path.display());
        String::from_utf8(output.stdout).expect("help is UTF-8")
    };
    let all = help(&[]);
    let listed = all.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !name.is_empty());
    names.filter(|name| *name != "help").map(|name| (name.to_owned(), help(&[name]))).collect()
}

fn offered(files: &[File]) -> Offered {
    let makefile = files.iter().find(|file| file.path == "Makefile").expect("there is a Makefile");
    let programs = ["capture", "sink", "gold", "rig"].map(|name| (name, program(name)));
    Offered { verbs: verbs_of(&makefile.text), programs: programs.into() }
}

#[test]
fn commands_in_pages_exist() {
    let files = tree();
    none(&missing(&files, &offered(&files)));
}

#[test]
fn verbs_of_the_makefile_call_what_exists() {
    let files = tree();
    let makefile = files.iter().find(|file| file.path == "Makefile").expect("there is a Makefile");
    let recipes: Vec<String> =
        makefile.text.lines().filter_map(|line| line.strip_prefix("\t$(RIG) ")).map(str::to_owned).collect();
    assert!(recipes.len() > 3, "no recipe calls $(RIG)");
    let page = format!("```sh\nrig {}\n```", recipes.join("\nrig "));
    none(&missing(&[File::sample("Makefile.md", &page)], &offered(&files)));
}

#[test]
fn commands_that_do_not_exist_are_found() {
    let tail = ("tail".to_owned(), "--source <URL>".to_owned());
    let offered = Offered {
        verbs: verbs_of("demo: build ## x\n\nbuild:\n\tcargo build\n"),
        programs: [("capture", Program::from([tail]))].into(),
    };
    let text = "Say `make demo` or `make party`.\n```sh\n$ A=1 make build && make demos\ntarget/release/capture tail --source x\n\
                capture tial\ncapture tail --sauce x\ncapture tail --sour x\n```\n```text\nmake nothing\n```";
    let expected = [
        "a.md:1: `make party`",
        "a.md:3: `make demos`",
        "a.md:5: `capture tial`",
        "a.md:6: `capture tail` has no --sauce",
        "a.md:7: `capture tail` has no --sour",
    ];
    exactly(&missing(&[File::sample("a.md", text)], &offered), &expected);
}
