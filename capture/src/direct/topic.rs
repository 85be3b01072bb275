//! Names of topics, and so of schemas: what Kafka takes of the source's names.

use crate::convert::avro_name;

/// Kafka's longest topic name.
const LONGEST: usize = 249;

/// What stands for a character that Kafka does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// `_`
    Underscore,
    /// `_u` and the character's number, of the underscore too.
    Unicode,
}

/// The parts joined; what Kafka does not take becomes `_`.
pub fn name(parts: [&str; 3], delimiter: &str) -> String {
    taken(&joined(&parts, delimiter), Replacement::Underscore)
}

/// The parts that are not blank.
pub fn joined(parts: &[&str], delimiter: &str) -> String {
    let is_blank = |part: &str| part.chars().all(|c| c <= ' ');
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !is_blank(part)).collect();
    parts.join(delimiter)
}

/// One replacement for each UTF-16 unit, as Java counts characters.
pub fn taken(name: &str, replacement: Replacement) -> String {
    let is_unicode = replacement == Replacement::Unicode;
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') || (c == '_' && !is_unicode) {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| avro_name::replace(is_unicode, *unit, &mut out));
        }
    }
    out.truncate(LONGEST);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_hold_only_what_kafka_takes() {
        assert_eq!(name(["mongo", "dbit", "dbz865_my@collection"], "."), "mongo.dbit.dbz865_my_collection");
        assert_eq!(name(["pg", "public", "Quoted_\" . Table"], "."), "pg.public.Quoted___._Table");
        assert_eq!(name(["p", "d", "😀é"], "."), "p.d.___");
        assert_eq!(name(["p", "d", " "], "."), "p.d");
        assert_eq!(name(["p", "d", &"x".repeat(300)], ".").len(), LONGEST);
        assert_eq!(taken("p.d_😀é", Replacement::Unicode), "p.d_u005f_ud83d_ude00_u00e9");
    }
}
