//! Names of topics, and so of schemas: what Kafka takes of the source's names.

/// Kafka's longest topic name.
const LONGEST: usize = 249;

/// The parts joined; what Kafka does not take becomes `_`, one for each UTF-16 unit, as Java counts characters.
pub fn name(parts: [&str; 3], delimiter: &str) -> String {
    let mut name = String::new();
    for c in parts.join(delimiter).chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
            name.push(c);
        } else {
            name.extend(std::iter::repeat_n('_', c.len_utf16()));
        }
    }
    name.truncate(LONGEST);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_hold_only_what_kafka_takes() {
        assert_eq!(name(["mongo", "dbit", "dbz865_my@collection"], "."), "mongo.dbit.dbz865_my_collection");
        assert_eq!(name(["pg", "public", "Quoted_\" . Table"], "."), "pg.public.Quoted___._Table");
        assert_eq!(name(["p", "d", "😀é"], "."), "p.d.___");
        assert_eq!(name(["p", "d", &"x".repeat(300)], ".").len(), LONGEST);
    }
}
