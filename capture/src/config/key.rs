//! One setting: its name, type, default, documentation, and whether we serve it.
//!
//! Every component lists its settings as a `&'static [Key]`. Validation, the typed settings and `docs/config.md` are all
//! made from these lists, so that they cannot disagree.

use crate::error::Error;
use std::collections::BTreeMap;

/// Raw settings as a user wrote them, placeholders already resolved.
pub type Map = BTreeMap<String, String>;

/// The type of a value; the error texts are Debezium's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Password,
    Boolean,
    /// Of 32 bits.
    Integer,
    /// An integer of 64 bits.
    Long,
    /// An integer of at least 1.
    Positive,
    /// An integer of at least 0.
    NonNegative,
    /// One of these words, case-insensitive.
    Enum(&'static [&'static str]),
    /// Comma-separated words.
    List,
    /// Comma-separated regular expressions, anchored, case-insensitive.
    RegexList,
}

/// What a value is checked for beside its type. Debezium reports the type and this check each for itself, so that one value
/// can get two messages, even twice the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    Boolean,
    Integer,
    Long,
    Positive,
    NonNegative,
    PositiveLong,
    NonNegativeLong,
}

impl Check {
    fn accepts(self, value: &str) -> bool {
        let (integer, long) = (value.parse::<i32>().ok(), value.parse::<i64>().ok());
        match self {
            Self::Boolean => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            Self::Integer => integer.is_some(),
            Self::Long => long.is_some(),
            Self::Positive => integer.is_some_and(|n| n > 0),
            Self::NonNegative => integer.is_some_and(|n| n >= 0),
            Self::PositiveLong => long.is_some_and(|n| n > 0),
            Self::NonNegativeLong => long.is_some_and(|n| n >= 0),
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Boolean => "Either 'true' or 'false' is expected",
            Self::Integer => "An integer is expected",
            Self::Long => "A long value is expected",
            Self::Positive => "A positive, non-zero integer value is expected",
            Self::NonNegative => "An non-negative integer is expected",
            Self::PositiveLong => "A positive, non-zero long value is expected",
            Self::NonNegativeLong => "A non-negative long value is expected",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    High,
    Medium,
    Low,
}

/// Whether we do what the setting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Every valid value works.
    Full,
    /// These values work (besides the default); any other is refused with this advice.
    Only(&'static [&'static str], &'static str),
    /// Has no meaning for a native engine and changes no record; accepted, and said so in `docs/config.md`.
    NoEffect(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    pub check: Option<Check>,
    pub default: Option<&'static str>,
    pub required: bool,
    pub importance: Importance,
    pub support: Support,
    /// In our own words, one sentence or two.
    pub doc: &'static str,
}

impl Key {
    pub const fn new(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            check: None,
            default: Some(default),
            required: false,
            importance: Importance::Medium,
            support: Support::Full,
            doc,
        }
    }

    /// A setting without a default.
    pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            check: None,
            default: None,
            required: false,
            importance: Importance::Medium,
            support: Support::Full,
            doc,
        }
    }

    pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            check: None,
            default: None,
            required: true,
            importance: Importance::High,
            support: Support::Full,
            doc,
        }
    }

    pub const fn importance(mut self, importance: Importance) -> Self {
        self.importance = importance;
        self
    }

    pub const fn check(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    pub const fn only(mut self, values: &'static [&'static str], advice: &'static str) -> Self {
        self.support = Support::Only(values, advice);
        self
    }

    pub const fn no_effect(mut self, why: &'static str) -> Self {
        self.support = Support::NoEffect(why);
        self
    }
}

/// What is wrong with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub key: String,
    pub message: String,
}

impl Problem {
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

/// One failure of `subject` out of all its problems, a line each.
pub fn refused(subject: &str, problems: &[Problem]) -> Error {
    let lines: Vec<String> = problems.iter().map(|p| format!("\n  {p}")).collect();
    Error::definite(format!("{subject}: {} problem(s):{}", problems.len(), lines.concat())).remedy("correct these keys")
}

/// Checks `map` against `keys`: missing, malformed and refused values. Unknown names are the caller's business, since
/// several lists make up one connector.
pub fn check(keys: &[Key], map: &Map, problems: &mut Vec<Problem>) {
    for key in keys {
        match map.get(key.name).map(|v| v.trim()) {
            None | Some("") if key.required => {
                problems
                    .push(Problem::new(key.name, format!("The '{}' value is invalid: A value is required", key.name)));
            }
            None => {}
            // as good as absent, which has no default to fall back on
            Some("") if key.default.is_none() => {}
            Some(value) => {
                let found = value_problems(key, value);
                let is_valid = found.is_empty();
                let problem = |m| Problem::new(key.name, format!("The '{}' value is invalid: {m}", key.name));
                problems.extend(found.into_iter().map(problem));
                if let (true, Err(message)) = (is_valid, check_support(key, value)) {
                    problems.push(Problem::new(key.name, message));
                }
            }
        }
    }
}

fn value_problems(key: &Key, value: &str) -> Vec<String> {
    let of_kind = match key.kind {
        Kind::Text | Kind::Password | Kind::List => None,
        Kind::Boolean => Some(Check::Boolean),
        Kind::Integer | Kind::Positive | Kind::NonNegative => Some(Check::Integer),
        Kind::Long => Some(Check::Long),
        Kind::Enum(words) if words.iter().any(|w| w.eq_ignore_ascii_case(value)) => None,
        Kind::Enum(words) => return vec![format!("Value must be one of {}", in_hash_order(words).join(", "))],
        Kind::RegexList => return check_regex_list(value).err().into_iter().collect(),
    };
    let further = match key.kind {
        Kind::Positive => Some(Check::Positive),
        Kind::NonNegative => Some(Check::NonNegative),
        _ => key.check,
    };
    let failed = of_kind.into_iter().chain(further).filter(|check| !check.accepts(value));
    failed.map(|check| check.message().to_owned()).collect()
}

/// Debezium lists the words of a setting as Java's `HashSet` gives them: by bucket, then as they were put in.
fn in_hash_order(words: &[&'static str]) -> Vec<&'static str> {
    let buckets = (words.len() * 4 / 3 + 1).next_power_of_two().max(16);
    let bucket = |word: &str| {
        let hash = word.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        (hash ^ (hash >> 16)) as usize & (buckets - 1)
    };
    let mut words = words.to_vec();
    words.sort_by_key(|word| bucket(word));
    words
}

fn check_regex_list(value: &str) -> Result<(), String> {
    for part in split_list(value) {
        regex::Regex::new(&part)
            .map_err(|e| format!("A comma-separated list of valid regular expressions is expected, but {e}"))?;
    }
    Ok(())
}

fn check_support(key: &Key, value: &str) -> Result<(), String> {
    let Support::Only(values, advice) = key.support else { return Ok(()) };
    let served = values.iter().chain(key.default.iter()).any(|v| v.eq_ignore_ascii_case(value));
    if served { Ok(()) } else { Err(format!("'{}' = '{value}' is not served by this version: {advice}", key.name)) }
}

/// Splits on commas that no backslash escapes; parts are trimmed, empty ones dropped.
pub fn split_list(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(',')) => {
                chars.next();
                push_to_last(&mut parts, ',');
            }
            (',', _) => parts.push(String::new()),
            _ => push_to_last(&mut parts, c),
        }
    }
    parts.into_iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

fn push_to_last(parts: &mut [String], c: char) {
    if let Some(last) = parts.last_mut() {
        last.push(c);
    }
}

/// Reads typed values after [`check`] has passed: a default stands in for an absent value.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub keys: &'a [Key],
    pub map: &'a Map,
}

impl<'a> Reader<'a> {
    pub fn new(keys: &'a [Key], map: &'a Map) -> Self {
        Self { keys, map }
    }

    /// The value or its default, trimmed; `None` where there is neither or it is empty.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        debug_assert!(self.keys.iter().any(|k| k.name == name), "{name} is not in the list of keys");
        let default = self.keys.iter().find(|k| k.name == name).and_then(|k| k.default);
        self.map.get(name).map(|v| v.trim()).or(default).filter(|v| !v.is_empty())
    }

    pub fn boolean(&self, name: &str) -> bool {
        self.text(name).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// 0 where there is neither value nor default.
    pub fn integer(&self, name: &str) -> i64 {
        self.text(name).and_then(|v| v.parse().ok()).unwrap_or(0)
    }

    pub fn list(&self, name: &str) -> Vec<String> {
        self.text(name).map(split_list).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[Key] = &[
        Key::required("host", Kind::Text, ""),
        Key::new("port", Kind::Positive, "5432", ""),
        Key::new("plugin", Kind::Enum(&["decoderbufs", "pgoutput"]), "decoderbufs", "")
            .only(&["pgoutput"], "set pgoutput"),
        Key::optional("tables", Kind::RegexList, ""),
    ];

    fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
        let map = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let mut found = vec![];
        check(KEYS, &map, &mut found);
        found.iter().map(|p| p.to_string()).collect()
    }

    #[test]
    fn words_are_listed_as_java_lists_them() {
        let modes =
            ["always", "initial", "initial_only", "no_data", "never", "when_needed", "configuration_based", "custom"];
        let listed =
            ["always", "never", "initial_only", "configuration_based", "when_needed", "initial", "custom", "no_data"];
        assert_eq!(in_hash_order(&modes), listed);
        assert_eq!(in_hash_order(&["precise", "string", "double"]), ["string", "double", "precise"]);
        assert_eq!(
            in_hash_order(&["bytes", "base64", "base64-url-safe", "hex"]),
            ["bytes", "base64", "hex", "base64-url-safe"]
        );
        let ssl = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
        assert_eq!(in_hash_order(&ssl), ["allow", "prefer", "disable", "verify-ca", "require", "verify-full"]);
    }

    #[test]
    fn every_problem_names_its_key() {
        assert_eq!(problems(&[]), ["host: The 'host' value is invalid: A value is required"]);
        let found = problems(&[("host", "h"), ("port", "x"), ("plugin", "wal2json"), ("tables", "a(")]);
        assert_eq!(found.len(), 4, "a value of a wrong type fails its range as well");
        assert_eq!(found[0], "port: The 'port' value is invalid: An integer is expected");
        assert_eq!(found[1], "port: The 'port' value is invalid: A positive, non-zero integer value is expected");
    }

    #[test]
    fn nothing_is_wrong_with_an_empty_value_of_what_has_no_default() {
        const TRANSFORMS: &[Key] = &[Key::optional("transforms", Kind::List, "").only(&[], "remove the transforms")];
        let mut found = vec![];
        check(TRANSFORMS, &Map::from([("transforms".to_owned(), " ".to_owned())]), &mut found);
        assert_eq!(found, []);
        assert_eq!(problems(&[("host", "h"), ("port", "")]).len(), 2, "an empty value hides the default");
    }

    #[test]
    fn escaped_commas_stay_in_a_list() {
        assert_eq!(split_list(r"a\,b, c ,,d"), ["a,b", "c", "d"]);
    }
}
