//! `replica.identity.autoset.values`: replica identities that are set at the start.

use super::super::identity::{Identities, Identity};
use crate::config::key::{Problem, Reader};

pub const NAME: &str = "replica.identity.autoset.values";

/// As Debezium's message shows it.
const SHAPE: &str =
    r"(?i)^\s*(?<tablepredicate>[^\s:]+):(?<replicaidentity>DEFAULT|(INDEX) (?<indexname>.\w*)|FULL|NOTHING)\s*$";

pub fn identities(reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Identities {
    let mut refuse = |why: String| problems.push(Problem::new(NAME, format!("The '{NAME}' value is invalid: {why}")));
    let mut found = Identities::default();
    let Some(text) = reader.map.get(NAME) else { return found };
    if text.is_empty() {
        refuse("Must not be empty".to_owned());
    }
    // as Java splits: what is empty at the end is none
    let kept = text.trim_end_matches(',');
    for part in kept.split(',') {
        let Some((table, identity)) = entry(part) else {
            refuse(format!("{part} has an invalid format (expecting '{SHAPE}')"));
            continue;
        };
        if let Err(error) = found.add(table, identity) {
            refuse(format!("{table} is no regular expression: {error}"));
        }
    }
    found
}

fn entry(part: &str) -> Option<(&str, Identity)> {
    let (table, word) = part.trim().split_once(':')?;
    if table.is_empty() || table.contains(char::is_whitespace) {
        return None;
    }
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    let identity = if is("DEFAULT") {
        Identity::Default
    } else if is("FULL") {
        Identity::Full
    } else if is("NOTHING") {
        Identity::Nothing
    } else {
        let index = word.get(..6).filter(|lead| lead.eq_ignore_ascii_case("INDEX ")).and(word.get(6..))?;
        let mut letters = index.chars();
        letters.next()?;
        if !letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        Identity::Index(index.to_owned())
    };
    Some((table, identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_by_the_original() {
        assert_eq!(entry(" s1.a:full "), Some(("s1.a", Identity::Full)));
        assert_eq!(entry(".*:INDEX a_idx"), Some((".*", Identity::Index("a_idx".into()))));
        for wrong in ["a.b", ":FULL", "a b:FULL", "a:FULLY", "a:INDEX", "a:INDEX ", "a:INDEX a-b", "a: FULL"] {
            assert_eq!(entry(wrong), None, "{wrong}");
        }
    }
}
