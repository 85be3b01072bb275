//! `topic.naming.strategy`: those of Debezium's that tables can have, and what they read.

use crate::config::key::{Key, Kind, Map, Problem, Reader};
use regex::Regex;

const DEFAULT: &str = "io.debezium.schema.SchemaTopicNamingStrategy";
const NAMES: [&str; 6] = [
    DEFAULT,
    "io.debezium.schema.DefaultTopicNamingStrategy",
    "io.debezium.schema.SchemaRegexTopicNamingStrategy",
    "io.debezium.schema.DefaultRegexTopicNamingStrategy",
    "io.debezium.schema.SchemaUnicodeTopicNamingStrategy",
    "io.debezium.schema.DefaultUnicodeTopicNamingStrategy",
];

pub const STRATEGY: Key = Key::new(
    "topic.naming.strategy",
    Kind::Text,
    DEFAULT,
    "How topics are named, a class of io.debezium.schema: Schema… of schema and table, Default… of the table alone; …Regex… rewrites \
     the name, …Unicode… keeps other characters than Kafka's as their numbers.",
);
pub const REGEX: Key = Key::optional(
    "topic.regex",
    Kind::Text,
    "Of the …Regex… strategies, which need it: a name that matches it as a whole is rewritten.",
);
pub const REPLACEMENT: Key = Key::optional(
    "topic.replacement",
    Kind::Text,
    "Of the …Regex… strategies, which need it: the new name, with $1 or ${name} for groups.",
);
pub const ENFORCE: Key = Key::new(
    "topic.key.enforce.uniqueness",
    Kind::Boolean,
    "true",
    "Of the …Regex… strategies: whether keys have a further field that tells the table.",
);
pub const FIELD: Key = Key::new(
    "topic.key.field.name",
    Kind::Text,
    "__dbz__physicalTableIdentifier",
    "Of the …Regex… strategies: the name of that field.",
);
pub const FIELD_REGEX: Key = Key::optional(
    "topic.key.field.regex",
    Kind::Text,
    "Of the …Regex… strategies: rewrites the name that the field tells, which is the topic's without topic.regex.",
);
pub const FIELD_REPLACEMENT: Key = Key::optional(
    "topic.key.field.replacement",
    Kind::Text,
    "Of the …Regex… strategies: what topic.key.field.regex makes of the name.",
);

/// How a table's topic is named.
#[derive(Debug, Clone, Default)]
pub struct Strategy {
    /// Whether the table's schema is not part of the name.
    pub leaves_schema_out: bool,
    /// Whether other characters than Kafka's are told by their numbers.
    pub is_unicode: bool,
    pub topic: Option<Rewrite>,
    pub key_field: Option<KeyField>,
}

/// A further field of keys.
#[derive(Debug, Clone)]
pub struct KeyField {
    pub name: String,
    pub rewrite: Option<Rewrite>,
}

/// Names that match as a whole have what matches first in them replaced.
#[derive(Debug, Clone)]
pub struct Rewrite {
    whole: Regex,
    part: Regex,
    replacement: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
}

/// Reads a map that [`check`] has accepted.
pub fn strategy(map: &Map) -> Strategy {
    parse(map).unwrap_or_default()
}

pub fn check(map: &Map, problems: &mut Vec<Problem>) {
    if let Err((key, why)) = parse(map) {
        problems.push(Problem::new(key, format!("The '{key}' value is invalid: {why}")));
    }
}

type Refusal = (&'static str, String);

fn parse(map: &Map) -> Result<Strategy, Refusal> {
    let reader = Reader::new(super::KEYS, map);
    let class = reader.text(STRATEGY.name).unwrap_or_default();
    let Some(class) = NAMES.iter().find(|name| **name == class) else {
        let why = format!("Class {class} is no strategy that a native engine can run: use one of {}", NAMES.join(", "));
        return Err((STRATEGY.name, why));
    };
    let is_regex = class.contains("Regex");
    Ok(Strategy {
        leaves_schema_out: class.contains(".Default"),
        is_unicode: class.contains("Unicode"),
        topic: is_regex.then(|| topic(map)).transpose()?,
        key_field: if is_regex { key_field(map, &reader)? } else { None },
    })
}

fn topic(map: &Map) -> Result<Rewrite, Refusal> {
    let required = |key: &Key| given(map, key).ok_or_else(|| (key.name, "A value is required".to_owned()));
    rewrite((&REGEX, required(&REGEX)?), (&REPLACEMENT, required(&REPLACEMENT)?))
}

fn key_field(map: &Map, reader: &Reader<'_>) -> Result<Option<KeyField>, Refusal> {
    if !reader.boolean(ENFORCE.name) {
        return Ok(None);
    }
    let rewrite = match (given(map, &FIELD_REGEX), given(map, &FIELD_REPLACEMENT)) {
        (None, _) => None,
        (Some(regex), Some(replacement)) => Some(rewrite((&FIELD_REGEX, regex), (&FIELD_REPLACEMENT, replacement))?),
        (Some(_), None) => {
            let why = format!("{} must be non-empty if {} is set.", FIELD_REPLACEMENT.name, FIELD_REGEX.name);
            return Err((FIELD_REPLACEMENT.name, why));
        }
    };
    Ok(Some(KeyField { name: reader.text(FIELD.name).unwrap_or_default().to_owned(), rewrite }))
}

/// A blank value is none; spaces around another one are part of it.
fn given<'a>(map: &'a Map, key: &Key) -> Option<&'a str> {
    map.get(key.name).map(String::as_str).filter(|value| !value.trim().is_empty())
}

fn rewrite((regex_key, regex): (&Key, &str), (replacement_key, replacement): (&Key, &str)) -> Result<Rewrite, Refusal> {
    let compiled = |pattern: &str| {
        Regex::new(pattern).map_err(|e| (regex_key.name, format!("A valid regular expressions is expected, but {e}")))
    };
    let part = compiled(regex)?;
    let replacement = pieces(replacement, &part).map_err(|why| (replacement_key.name, why))?;
    Ok(Rewrite { whole: compiled(&format!(r"\A(?:{regex})\z"))?, part, replacement })
}

/// Java's form: `$1` and `${name}` are groups, a backslash takes the meaning from the character behind it.
fn pieces(replacement: &str, regex: &Regex) -> Result<Vec<Piece>, String> {
    let mut pieces = vec![];
    let mut text = String::new();
    let mut rest = replacement.chars().peekable();
    while let Some(c) = rest.next() {
        let group = match c {
            '\\' => {
                text.push(rest.next().ok_or("character to be escaped is missing")?);
                continue;
            }
            '$' if rest.next_if_eq(&'{').is_some() => {
                let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
                let place = regex.capture_names().position(|known| known == Some(&name));
                place.ok_or_else(|| format!("No group with name {{{name}}}"))?
            }
            '$' => {
                let digit = |c: &char| c.to_digit(10).map(|d| d as usize);
                let mut group = rest.next().as_ref().and_then(digit).ok_or("Illegal group reference")?;
                while let Some(longer) = rest.peek().and_then(digit).map(|d| group * 10 + d) {
                    if longer >= regex.captures_len() {
                        break;
                    }
                    group = longer;
                    rest.next();
                }
                if group >= regex.captures_len() {
                    return Err(format!("No group {group}"));
                }
                group
            }
            other => {
                text.push(other);
                continue;
            }
        };
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Group(group));
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

impl Rewrite {
    pub fn apply(&self, name: &str) -> String {
        let found = if self.whole.is_match(name) { self.part.captures(name) } else { None };
        let Some((found, whole)) = found.as_ref().and_then(|found| Some((found, found.get(0)?))) else {
            return name.to_owned();
        };
        let mut out = name[..whole.start()].to_owned();
        for piece in &self.replacement {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(group) => out.push_str(found.get(*group).map_or("", |group| group.as_str())),
            }
        }
        out + &name[whole.end()..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Map {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    fn refused(pairs: &[(&str, &str)]) -> &'static str {
        parse(&map(pairs)).map_or_else(|(key, _)| key, |_| "nothing")
    }

    const ROUTED: (&str, &str) = (STRATEGY.name, "io.debezium.schema.SchemaRegexTopicNamingStrategy");

    #[test]
    fn names_are_rewritten_as_java_does() {
        let apply = |regex: &str, replacement: &str, name: &str| {
            parse(&map(&[ROUTED, (REGEX.name, regex), (REPLACEMENT.name, replacement)]))
                .unwrap()
                .topic
                .unwrap()
                .apply(name)
        };
        assert_eq!(apply("(.*)_shard.*", "$1_all", "p.s.t_shard7"), "p.s.t_all");
        assert_eq!(apply("(.*)_shard", "$1_all", "p.s.t_shard7"), "p.s.t_shard7");
        assert_eq!(apply("(?<a>.)(.)", r"\$1$2$10${a}", "xy"), "$1yx0x");
        assert_eq!(apply("a|ab", "x", "ab"), "xb", "what matches first is replaced");
        assert_eq!(apply("(a)?b", "[$1]", "b"), "[]");
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        assert_eq!(refused(&[(STRATEGY.name, "com.example.Mine")]), STRATEGY.name);
        assert_eq!(refused(&[ROUTED]), REGEX.name);
        assert_eq!(refused(&[ROUTED, (REGEX.name, "a"), (REPLACEMENT.name, " ")]), REPLACEMENT.name);
        assert_eq!(refused(&[ROUTED, (REGEX.name, "a("), (REPLACEMENT.name, "b")]), REGEX.name);
        for replacement in ["$1", "$", "$x", "\\", "${x}"] {
            assert_eq!(refused(&[ROUTED, (REGEX.name, "a"), (REPLACEMENT.name, replacement)]), REPLACEMENT.name);
        }
        let field = [ROUTED, (REGEX.name, "a"), (REPLACEMENT.name, "b"), (FIELD_REGEX.name, "a")];
        assert_eq!(refused(&field), FIELD_REPLACEMENT.name);
        assert_eq!(refused(&field[..3]), "nothing");
    }
}
