//! Settings that mask, hash or cut the values of columns. Each has a part of the user's in its name.

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

/// Columns and what is done to them.
#[derive(Debug, Clone)]
pub struct Rule {
    columns: Vec<Regex>,
    pub disguise: Disguise,
}

impl Rule {
    /// `column` is `schema.table.column`.
    pub fn holds_for(&self, column: &str) -> bool {
        self.columns.iter().any(|pattern| pattern.is_match(column))
    }
}

/// In the order in which they are asked: the first that holds for a column is the one. The map has passed [`check`].
pub fn rules(map: &Map) -> Vec<Rule> {
    let mut found: Vec<(usize, Rule)> = map
        .iter()
        .filter_map(|(name, list)| {
            let (rank, disguise) = meaning(name)?.ok()?;
            Some((rank, Rule { columns: patterns(list).ok()?, disguise }))
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

/// The rank among the rules, and the disguise. `None`: the name is of another setting.
fn meaning(name: &str) -> Option<Result<(usize, Disguise), String>> {
    let number = |rest: &str| {
        let digits = rest.strip_suffix(".chars").and_then(|n| n.parse().ok());
        digits.ok_or_else(|| "a number of characters is expected in its name, before '.chars'".to_owned())
    };
    if let Some(rest) = name.strip_prefix("column.truncate.to.") {
        return Some(number(rest).map(|n| (0, Disguise::Cut(n))));
    }
    if let Some(rest) = name.strip_prefix("column.mask.with.") {
        return Some(number(rest).map(|n| (1, Disguise::Mask(n))));
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
    Some(Ok((if serialises { 2 } else { 3 }, Disguise::Hash(hash))))
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
        assert_eq!(rules[0].disguise, Disguise::Cut(3));
        assert_eq!(rules[1].disguise, Disguise::Mask(5));
        assert!(rules[1].holds_for("A.b.c") && !rules[1].holds_for("a.b.cd"));
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
