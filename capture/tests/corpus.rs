//! The inputs that the fuzzer begins with and those that it has found faults with, without the fuzzer.

#![allow(clippy::unwrap_used)] // a test

#[path = "../../tests/fuzz/src/encoder.rs"]
mod encoder;
#[path = "../../tests/fuzz/src/entries.rs"]
mod entries;
#[path = "../../tests/fuzz/src/table.rs"]
mod table;

use std::path::Path;

use capture::source::postgres::pgoutput::parse;
use encoder::encode;

/// Plays every file of a folder; gives their names, so that an empty folder is no success.
fn play(folder: &str, entry: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        if std::panic::catch_unwind(|| entry(&bytes)).is_err() {
            panic!("{} ends in a panic, which is above", file.display());
        }
    }
    files.len()
}

#[test]
fn messages_of_the_log() {
    assert!(play("pgoutput", entries::pgoutput) >= 10);
}

#[test]
fn open_transactions() {
    assert!(play("streaming", entries::streaming) >= 4);
}

#[test]
fn lines_of_copy() {
    assert!(play("copy", entries::copy) >= 3);
}

#[test]
fn values() {
    assert!(play("values", entries::values) >= 20);
}

#[test]
fn settings() {
    assert!(play("settings", entries::settings) >= 5);
}

#[test]
fn offsets() {
    assert!(play("offsets", entries::offsets) >= 5);
}

#[test]
fn signals() {
    assert!(play("signals", entries::signals) >= 5);
}

/// Bytes that a server has sent, each kind of message once.
#[test]
fn messages_are_written_as_they_were_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus/pgoutput");
    for name in [
        "begin",
        "commit",
        "relation",
        "relation_of_the_catalog",
        "insert",
        "update_key",
        "update_full",
        "delete",
        "truncate",
        "logical",
        "type",
        "origin",
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let bytes = &bytes[2..];
        assert_eq!(encode(&parse(bytes).unwrap(), bytes), bytes, "{name}");
    }
}
