//! The text form of a placeholder: `${provider:path:key}` or `${provider:key}`, several per value, never nested.

use regex::{Captures, Regex};
use std::sync::LazyLock;

static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}").expect("the pattern is a constant"));

#[derive(Debug, PartialEq, Eq)]
pub struct Placeholder<'a> {
    pub provider: &'a str,
    pub path: &'a str,
    pub key: &'a str,
}

pub fn contains_placeholder(value: &str) -> bool {
    PLACEHOLDER.is_match(value)
}

/// Replaces each placeholder for which `lookup` has a text; the others stay.
pub fn replace<E>(
    value: &str,
    mut lookup: impl FnMut(Placeholder<'_>) -> Result<Option<String>, E>,
) -> Result<String, E> {
    let mut out = String::with_capacity(value.len());
    let mut copied = 0;
    for found in PLACEHOLDER.captures_iter(value) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(&value[copied..whole.start()]);
        match lookup(parts(&found))? {
            Some(text) => out.push_str(&text),
            None => out.push_str(whole.as_str()),
        }
        copied = whole.end();
    }
    out.push_str(&value[copied..]);
    Ok(out)
}

fn parts<'a>(found: &Captures<'a>) -> Placeholder<'a> {
    let part = |i| found.get(i).map_or("", |m| m.as_str());
    Placeholder { provider: part(1), path: part(3), key: part(4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(value: &str) -> Vec<(String, String, String)> {
        let mut seen = vec![];
        let out = replace(value, |p| {
            seen.push((p.provider.to_owned(), p.path.to_owned(), p.key.to_owned()));
            Ok::<_, ()>(None)
        });
        assert_eq!(out.as_deref(), Ok(value));
        seen
    }

    #[test]
    fn path_is_optional_and_keys_may_hold_colons() {
        assert_eq!(split("${env:HOME}"), [("env".into(), "".into(), "HOME".into())]);
        assert_eq!(
            split("a${d:/mnt/x:pass:word}b${e:K}"),
            [("d".into(), "/mnt/x".into(), "pass:word".into()), ("e".into(), "".into(), "K".into())]
        );
        assert!(split("$env:HOME} ${nothing} $${").is_empty());
    }

    #[test]
    fn known_ones_are_replaced() {
        let out = replace("x-${p:k}-${q:k}", |p| Ok::<_, ()>((p.provider == "p").then(|| "1".to_owned())));
        assert_eq!(out.as_deref(), Ok("x-1-${q:k}"));
    }
}
