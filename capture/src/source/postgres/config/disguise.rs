//! Settings that mask, hash or cut the values of columns, each with a part of the user's in its name, and those that tell
//! a column's source type in its schema. One of them at most holds for a column.

use crate::config::key::{Key, Kind, Map, Problem};
use crate::convert::disguise::{Algorithm, Disguise, Hash};
use crate::source::filter::patterns;
use regex::Regex;

pub const CUT: Key =
    Key::optional("column.truncate.to.N.chars", Kind::RegexList, "Columns whose texts and bytes are cut to length N.");
pub const MASK: Key = Key::optional(
    "column.mask.with.N.chars",
    Kind::RegexList,
    "Columns whose texts become N asterisks, those that are NULL too.",
);
pub const HASH: Key = Key::optional(
    "column.mask.hash.ALGORITHM.with.salt.SALT",
    Kind::RegexList,
    "Columns whose texts become a hash: MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 of the salt and the text as Java serialises it.",
);
pub const HASH_V2: Key = Key::optional(
    "column.mask.hash.v2.ALGORITHM.with.salt.SALT",
    Kind::RegexList,
    "The same with the text's bytes in the place of their serialised form.",
);

pub const TELL: Key = Key::optional(
    "column.propagate.source.type",
    Kind::RegexList,
    "Columns whose schema in values tells their type, length, scale and name in the database, `schema.table.column`.",
);
pub const TELL_TYPES: Key = Key::optional(
    "datatype.propagate.source.type",
    Kind::RegexList,
    "The same for all columns of these types, `schema.table.type`.",
);

/// Columns and what is done to them.
#[derive(Debug, Clone)]
pub struct Rule {
    patterns: Vec<Regex>,
    /// Whether the patterns are of types in the place of columns.
    is_of_types: bool,
    pub effect: Effect,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Disguise(Disguise),
    /// The schema tells the source type.
    Tell,
}

impl Rule {
    /// `column` is `schema.table.column`, `data_type` is `schema.table.type`.
    pub fn holds_for(&self, column: &str, data_type: &str) -> bool {
        let name = if self.is_of_types { data_type } else { column };
        self.patterns.iter().any(|pattern| pattern.is_match(name))
    }
}

/// In the order in which they are asked: the first that holds for a column is the one. The map has passed [`check`].
pub fn rules(map: &Map) -> Vec<Rule> {
    let mut found: Vec<(usize, Rule)> = map
        .iter()
        .filter_map(|(name, list)| {
            let (rank, effect) = meaning(name)?.ok()?;
            let is_of_types = name == TELL_TYPES.name;
            Some((rank, Rule { patterns: patterns(list).ok()?, is_of_types, effect }))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, rule)| rule).collect()
}

pub fn check(map: &Map, problems: &mut Vec<Problem>) {
    for (name, list) in map {
        let Some(meaning) = meaning(name) else { continue };
        let why = meaning.map(drop).and_then(|()| patterns(list).map(drop));
        if let Err(why) = why {
            problems.push(Problem::new(name, format!("The '{name}' value is invalid: {why}")));
        }
    }
}

/// The rank among the rules, and what they do. `None`: the name is of another setting.
fn meaning(name: &str) -> Option<Result<(usize, Effect), String>> {
    let number = |rest: &str| {
        let digits = rest.strip_suffix(".chars").and_then(|n| n.parse().ok());
        digits.ok_or_else(|| "a number of characters is expected in its name, before '.chars'".to_owned())
    };
    if name == TELL.name || name == TELL_TYPES.name {
        return Some(Ok((if name == TELL.name { 2 } else { 3 }, Effect::Tell)));
    }
    if let Some(rest) = name.strip_prefix("column.truncate.to.") {
        return Some(number(rest).map(|n| (0, Effect::Disguise(Disguise::Cut(n)))));
    }
    if let Some(rest) = name.strip_prefix("column.mask.with.") {
        return Some(number(rest).map(|n| (1, Effect::Disguise(Disguise::Mask(n)))));
    }
    let rest = name.strip_prefix("column.mask.hash.")?;
    let (rest, serialises) = rest.strip_prefix("v2.").map_or((rest, true), |rest| (rest, false));
    let Some((algorithm, salt)) = rest.split_once(".with.salt.") else {
        return Some(Err("'.with.salt.' and a salt are expected in its name".to_owned()));
    };
    let Some(algorithm) = Algorithm::of(algorithm) else {
        return Some(Err(format!("'{algorithm}' is not served: use one of {}", Algorithm::NAMES.join(", "))));
    };
    let hash = Hash { algorithm, salt: salt.to_owned(), serialises, length: None };
    Some(Ok((if serialises { 4 } else { 5 }, Effect::Disguise(Disguise::Hash(hash)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_done() {
        let map: Map =
            [("column.mask.with.5.chars", "a.b.c"), ("column.truncate.to.3.chars", "a.b.*"), ("slot.name", "x")]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into();
        let rules = rules(&map);
        assert_eq!(rules[0].effect, Effect::Disguise(Disguise::Cut(3)));
        assert_eq!(rules[1].effect, Effect::Disguise(Disguise::Mask(5)));
        assert!(rules[1].holds_for("A.b.c", "") && !rules[1].holds_for("a.b.cd", ""));
    }

    #[test]
    fn a_name_that_cannot_be_read_is_refused() {
        let problems = |name: &str| {
            let mut problems = vec![];
            check(&[(name.to_owned(), "a".to_owned())].into(), &mut problems);
            problems.len()
        };
        for name in ["column.mask.with.x.chars", "column.mask.hash.SHA-256", "column.mask.hash.MD2.with.salt.x"] {
            assert_eq!(problems(name), 1, "{name}");
        }
        assert_eq!(problems("column.mask.hash.v2.sha-512.with.salt.x"), 0);
    }
}
