//! Who may import whom.

use super::rust::code_of;
use super::{File, Finding, exactly, none, tree};

/// The parts of capture in the order of the data: a part may use what stands above it. The longest name that fits a path
/// counts. docs/architecture.md draws the same order.
const LAYERS: [&str; 13] = [
    "model",
    "config",
    "telemetry",
    "convert",
    "source",
    "direct",
    "core",
    "kafka",
    "store",
    "pipeline",
    "worker",
    "rest",
    // puts the process together
    "worker/run",
];

/// Used by all but `model` and `core`, and using nobody but `model`.
const SHARED: [&str; 1] = ["error"];

/// What the order alone would allow: part, what it must not use, why.
const NEVER: [(&str, &[&str], &str); 4] = [
    (
        "core",
        &["config", "telemetry", "convert", "source", "direct", "error"],
        "the core decides without I/O and knows the model only",
    ),
    ("kafka", &["source", "direct", "core"], "Kafka never sees a database"),
    ("store", &["source", "direct", "core"], "stores keep texts and know no source"),
    ("rest", &["source", "direct", "core", "kafka", "pipeline"], "the API asks the worker only"),
];

/// A program that ships by itself.
struct Program {
    name: &'static str,
    /// Crates that it must not use.
    banned: &'static [&'static str],
    /// The parts of capture that it may use.
    of_capture: &'static [&'static str],
}

const PROGRAMS: [Program; 3] = [
    Program { name: "capture", banned: &["sink", "gold", "rig"], of_capture: &LAYERS },
    Program { name: "sink", banned: &["gold", "rig"], of_capture: &["model", "convert"] },
    Program { name: "gold", banned: &["sink", "rig"], of_capture: &[] },
];

fn between_parts(files: &[File]) -> Vec<Finding> {
    let path = regex::Regex::new(r"\bcrate::(\{|\w+)(?:::(\w+))?").expect("the pattern is valid");
    let mut findings = vec![];
    for file in files.iter().filter(|file| file.is("rs")) {
        let Some(module) = file.path.strip_prefix("capture/src/").and_then(|p| p.strip_suffix(".rs")) else { continue };
        // the front page and the two ends that put everything together
        if matches!(module.split('/').next(), Some("lib" | "main" | "cli")) {
            continue;
        }
        let Some(own) = part_of(module) else {
            let remedy = "give it a place in LAYERS of tests/it/tidy/layers.rs and in docs/architecture.md";
            findings.push(Finding::new(&file.path, 0, format!("has no layer: {remedy}")));
            continue;
        };
        for (number, line) in code_of(&file.text).lines().enumerate() {
            for used in path.captures_iter(line) {
                let second = used.get(2).map_or("", |m| m.as_str());
                let problem = problem(own, &used[1], second);
                findings.extend(problem.map(|text| Finding::new(&file.path, number + 1, text)));
            }
            findings.extend(climbing(module, line).map(|text| Finding::new(&file.path, number + 1, text)));
        }
    }
    findings
}

/// The layer that a path such as `source/postgres/slot` belongs to.
fn part_of(module: &str) -> Option<&'static str> {
    let inside =
        |part: &&&str| module.strip_prefix(**part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    LAYERS.iter().chain(&SHARED).filter(inside).max_by_key(|part| part.len()).copied()
}

fn problem(own: &str, first: &str, second: &str) -> Option<String> {
    if first == "{" {
        return Some("imports from several parts at once: write one `use` for each".to_owned());
    }
    let Some(used) = part_of(&format!("{first}/{second}")) else {
        return Some(format!("uses crate::{first}, which has no layer in tests/it/tidy/layers.rs"));
    };
    if used == own {
        return None;
    }
    if let Some((_, _, why)) = NEVER.iter().find(|(part, banned, _)| *part == own && banned.contains(&used)) {
        return Some(format!("{own} must not use {used}: {why}"));
    }
    let rank = |part: &str| LAYERS.iter().position(|layer| *layer == part);
    let allowed = match (rank(own), rank(used)) {
        (Some(own_rank), Some(used_rank)) => used_rank < own_rank,
        // `model` uses nobody
        (Some(own_rank), None) => own_rank > 0,
        // what everyone shares may use neither a layer nor what else is shared, except for the words of the model
        (None, Some(used_rank)) => used_rank == 0,
        (None, None) => false,
    };
    let remedy = "move what both need to a part above, or hand it in from pipeline or worker";
    (!allowed).then(|| format!("{own} must not use {used}, which is not above it: {remedy}"))
}

/// Imports by `super` must stay inside the folder.
fn climbing(module: &str, line: &str) -> Option<String> {
    let most = line.split_whitespace().map(|word| word.matches("super::").count()).max().unwrap_or(0);
    let depth = module.trim_end_matches("/mod").split('/').count();
    (depth > 1 && most >= depth).then(|| "climbs out of its part by `super`: write the path from `crate`".to_owned())
}

fn between_programs(files: &[File]) -> Vec<Finding> {
    let mut findings = vec![];
    for program in &PROGRAMS {
        let (sources, manifest) = (format!("{}/src/", program.name), format!("{}/Cargo.toml", program.name));
        for file in files {
            if file.path.starts_with(&sources) && file.is("rs") {
                program.check_source(file, &mut findings);
            } else if file.path == manifest {
                program.check_manifest(file, &mut findings);
            }
        }
    }
    findings
}

impl Program {
    fn check_source(&self, file: &File, findings: &mut Vec<Finding>) {
        let path = regex::Regex::new(r"\b(capture|sink|gold|rig)::(\w+)").expect("the pattern is valid");
        for (number, line) in code_of(&file.text).lines().enumerate() {
            for used in path.captures_iter(line).filter(|used| is_crate(line, used)) {
                let closed = &used[1] == "capture" && !self.of_capture.contains(&&used[2]) && self.name != "capture";
                if closed || self.banned.contains(&&used[1]) {
                    let text =
                        format!("{} must not use {}: keep a copy of what it needs, or go without", self.name, &used[0]);
                    findings.push(Finding::new(&file.path, number + 1, text));
                }
            }
        }
    }

    fn check_manifest(&self, file: &File, findings: &mut Vec<Finding>) {
        for (number, line) in file.text.lines().enumerate() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if self.banned.contains(&dependency) {
                let text = format!("{} must not depend on {dependency}", self.name);
                findings.push(Finding::new(&file.path, number + 1, text));
            }
        }
    }
}

/// Not the module of that name behind `crate::`, `self::` or another path.
fn is_crate(line: &str, used: &regex::Captures<'_>) -> bool {
    !line[..used.get(0).map_or(0, |m| m.start())].ends_with("::")
}

#[test]
fn parts_of_capture_use_only_what_is_above_them() {
    none(&between_parts(&tree()));
}

/// Layers that no file belongs to, and a drawing of them that is not the one which is checked.
fn stale(files: &[File]) -> Vec<Finding> {
    let is_used = |part: &str| {
        let (file, folder) = (format!("capture/src/{part}.rs"), format!("capture/src/{part}/"));
        files.iter().any(|other| other.path == file || other.path.starts_with(&folder))
    };
    let unused = LAYERS.iter().chain(&SHARED).filter(|part| !is_used(part));
    let mut findings: Vec<Finding> = unused
        .map(|part| Finding::new("tests/it/tidy/layers.rs", 0, format!("{part} is no part of capture: remove it")))
        .collect();
    let drawing = format!("{} → cli", LAYERS.join(" → "));
    for page in files.iter().filter(|file| file.path == "docs/architecture.md" && !file.text.contains(&drawing)) {
        findings.push(Finding::new(&page.path, 0, format!("draws other layers than are checked, which are {drawing}")));
    }
    findings
}

#[test]
fn layers_are_those_that_capture_has_and_that_are_drawn() {
    none(&stale(&tree()));
}

#[test]
fn a_layer_that_is_gone_or_drawn_elsewhere_is_found() {
    let parts = LAYERS.iter().chain(&SHARED).filter(|part| **part != "convert");
    let mut sample: Vec<File> = parts.map(|part| File::sample(&format!("capture/src/{part}.rs"), "")).collect();
    sample.push(File::sample("docs/architecture.md", "model → config → cli"));
    exactly(&stale(&sample), &["convert is no part of capture", "docs/architecture.md: draws other layers"]);
}

#[test]
fn a_part_that_uses_what_is_below_it_is_found() {
    let sample = [
        File::sample("capture/src/model/record.rs", "use crate::error::Error;"),
        File::sample(
            "capture/src/source/postgres/slot.rs",
            "// crate::kafka\nuse crate::kafka::producer;\nuse crate::model::offset;",
        ),
        File::sample("capture/src/kafka/log.rs", "use crate::source::Source;"),
        File::sample("capture/src/core/ledger.rs", "use crate::error::Error;\nuse crate::model::offset;"),
        File::sample("capture/src/source/mongodb/open.rs", "use crate::direct::mongodb::plan;"),
        File::sample("capture/src/worker/herder.rs", "use crate::rest;"),
        File::sample("capture/src/worker/run.rs", "use crate::rest;"),
        File::sample("capture/src/store/file.rs", "use super::super::model::offset;"),
        File::sample("capture/src/gadget/mod.rs", ""),
        File::sample("capture/src/store/mod.rs", "use crate::{model, kafka};"),
    ];
    let expected = [
        "model/record.rs:1: model must not use error",
        "slot.rs:2: source must not use kafka",
        "log.rs:1: kafka must not use source: Kafka never sees a database",
        "ledger.rs:1: core must not use error",
        "open.rs:1: source must not use direct",
        "herder.rs:1: worker must not use rest",
        "file.rs:1: climbs out",
        "gadget/mod.rs: has no layer",
        "store/mod.rs:1: imports from several parts",
    ];
    exactly(&between_parts(&sample), &expected);
}

#[test]
fn programs_do_not_use_each_other() {
    none(&between_programs(&tree()));
}

#[test]
fn a_program_that_uses_another_is_found() {
    let sample = [
        File::sample(
            "sink/src/run.rs",
            "use capture::model::offset;\nuse capture::kafka::producer;\nuse crate::gold::x;",
        ),
        File::sample("gold/Cargo.toml", "[dependencies]\nsink = { path = \"../sink\" }"),
        File::sample("gold/src/run.rs", "use sink::table;"),
    ];
    exactly(
        &between_programs(&sample),
        &["run.rs:2: sink must not use capture::kafka", "gold/Cargo.toml:2", "gold/src/run.rs:1: gold must not"],
    );
}
