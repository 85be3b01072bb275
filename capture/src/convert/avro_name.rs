//! Names as Avro allows them, in the forms that Debezium gives to those that it does not allow.

use regex::Regex;

/// What becomes of a name with other characters than Avro's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adjustment {
    /// The name stays.
    #[default]
    None,
    /// `_` in their place.
    Underscore,
    /// `_u` and the character's number in their place, of the underscore too.
    Unicode,
}

impl Adjustment {
    /// From the words of a setting.
    pub fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "avro" => Self::Underscore,
            "avro_unicode" => Self::Unicode,
            _ => Self::None,
        }
    }

    /// A name with its namespace, whose dots stay.
    pub fn schema(self, name: &str) -> String {
        self.adjusted(name, true)
    }

    pub fn field(self, name: &str) -> String {
        self.adjusted(name, false)
    }

    fn adjusted(self, name: &str, has_dots: bool) -> String {
        if self == Self::None {
            return name.to_owned();
        }
        let mut out = String::new();
        for (place, unit) in name.encode_utf16().enumerate() {
            let character = char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER);
            let is_inside = place > 0 && (character.is_ascii_digit() || (has_dots && character == '.'));
            if character.is_ascii_alphabetic() || is_inside || (self == Self::Underscore && character == '_') {
                out.push(character);
            } else {
                replace(self == Self::Unicode, unit, &mut out);
                if place == 0 && self == Self::Underscore && is_digit(character) {
                    out.push(character);
                }
            }
        }
        out
    }
}

/// What stands for one UTF-16 unit, which is what Java takes for a character.
pub fn replace(as_number: bool, unit: u16, out: &mut String) {
    out.push('_');
    if as_number {
        // two digits are filled up to four, one and three are not
        let hex = format!("{unit:x}");
        out.push_str(if hex.len() <= 2 { "u00" } else { "u" });
        out.push_str(&hex);
    }
}

/// Of any script.
fn is_digit(character: char) -> bool {
    let mut bytes = [0; 4];
    Regex::new(r"^\p{Nd}$").is_ok_and(|digit| digit.is_match(character.encode_utf8(&mut bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_avros() {
        for (name, schema, field, unicode_schema, unicode_field) in [
            ("p.a-b", "p.a_b", "p_a_b", "p.a_u002db", "p_u002ea_u002db"),
            ("a_1", "a_1", "a_1", "a_u005f1", "a_u005f1"),
            ("1x", "_1x", "_1x", "_u0031x", "_u0031x"),
            ("٣x", "_٣x", "_٣x", "_u663x", "_u663x"),
            ("Ölaß 😀", "_la____", "_la____", "_u00d6la_u00df_u0020_ud83d_ude00", "_u00d6la_u00df_u0020_ud83d_ude00"),
            ("a\tb", "a_b", "a_b", "a_u009b", "a_u009b"),
            ("", "", "", "", ""),
        ] {
            let (avro, unicode) = (Adjustment::of("AVRO"), Adjustment::of("avro_unicode"));
            assert_eq!((&*avro.schema(name), &*avro.field(name)), (schema, field), "{name}");
            assert_eq!((&*unicode.schema(name), &*unicode.field(name)), (unicode_schema, unicode_field), "{name}");
            assert_eq!(Adjustment::of("none").field(name), name);
        }
    }
}
