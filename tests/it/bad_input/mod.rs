//! Bad input of every kind: one clear message that names key, object and remedy; a definite cause ends in a refusal or
//! in FAILED, a passing one is retried in sight of the operator; nothing is lost.

mod broker;
mod files;
mod landing;
mod slots;
mod sources;
mod tail;

use std::time::Duration;

pub const PATIENCE: Duration = Duration::from_secs(60);

/// Every word has to stand in the text.
#[track_caller]
pub fn assert_says(case: &str, text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{case}: {word:?} is missing in:\n{text}");
    }
    println!("{case}: {}", text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" | "));
}
