//! Java's properties syntax, as `java.util.Properties` reads it and as Strimzi writes it.
//!
//! Not taken over from Java: an ending that can only come from a cut-off file is an error here, since a worker that starts
//! on half a configuration is worse than one that does not start.

use super::key::Map;

/// What is wrong, and on which line of the file (from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Error {
    pub line: usize,
    pub message: String,
}

/// Later lines win over earlier ones with the same key.
pub fn parse(text: &str) -> Result<Map, Error> {
    let mut map = Map::new();
    for line in logical_lines(text)? {
        let (key, value) = split(&line)?;
        map.insert(key, value);
    }
    Ok(map)
}

/// The worker reads its file byte by byte (ISO 8859-1), as Java does; other characters are written `\uXXXX`.
pub fn decode_latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// A line after comments are dropped and continuations joined; escapes are still in it.
struct Logical {
    number: usize,
    text: String,
    /// Nothing follows, not even the end of this line.
    cut: bool,
}

fn logical_lines(text: &str) -> Result<Vec<Logical>, Error> {
    let mut lines = vec![];
    let mut open: Option<Logical> = None;
    let ends_with_newline = text.ends_with(['\n', '\r']);
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let natural: Vec<&str> = unified.lines().collect();
    for (i, raw) in natural.iter().enumerate() {
        let line = raw.trim_start_matches([' ', '\t', '\x0c']);
        if open.is_none() && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let cut = i + 1 == natural.len() && !ends_with_newline;
        let mut logical = open.take().unwrap_or(Logical { number: i + 1, text: String::new(), cut });
        logical.cut = cut;
        if continues(line) {
            logical.text.push_str(&line[..line.len() - 1]);
            open = Some(logical);
        } else {
            logical.text.push_str(line);
            lines.push(logical);
        }
    }
    match open {
        Some(line) => Err(Error {
            line: line.number,
            message: "the file ends inside this line, which a backslash continues: it may be cut off".into(),
        }),
        None => Ok(lines),
    }
}

/// An odd number of backslashes ends the line: the last one escapes the line's end.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

fn split(line: &Logical) -> Result<(String, String), Error> {
    let fail = |message: &str| Error { line: line.number, message: message.into() };
    let text = line.text.as_str();
    let mut escaped = false;
    let key_end = text.char_indices().find(|(_, c)| {
        let ends = !escaped && matches!(c, '=' | ':' | ' ' | '\t' | '\x0c');
        escaped = *c == '\\' && !escaped;
        ends
    });
    let Some((end, _)) = key_end else {
        if line.cut {
            return Err(fail("the last line of the file has neither '=' nor an end: the file may be cut off"));
        }
        return Ok((unescape(text).map_err(|m| fail(&m))?, String::new()));
    };
    let blank = [' ', '\t', '\x0c'];
    let rest = text[end..].trim_start_matches(blank);
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(blank);
    Ok((unescape(&text[..end]).map_err(|m| fail(&m))?, unescape(value).map_err(|m| fail(&m))?))
}

fn unescape(text: &str) -> Result<String, String> {
    if !text.contains('\\') {
        return Ok(text.to_owned());
    }
    // characters beyond the basic plane are written as two \u escapes, so units are collected first
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            continue;
        }
        let Some(escape) = chars.next() else { break };
        let plain = match escape {
            'u' => {
                units.push(unicode_unit(&mut chars)?);
                continue;
            }
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\x0c',
            other => other,
        };
        units.extend_from_slice(plain.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16(&units).map_err(|_| "half of a \\uXXXX surrogate pair is missing".to_owned())
}

fn unicode_unit(chars: &mut std::str::Chars<'_>) -> Result<u16, String> {
    let digits: String = chars.take(4).collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(format!("malformed \\uXXXX escape: '\\u{digits}' does not have four hexadecimal digits"));
    }
    u16::from_str_radix(&digits, 16).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap().into_iter().collect()
    }

    fn one(text: &str) -> (String, String) {
        let found = pairs(text);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    #[test]
    fn separators_and_comments() {
        assert_eq!(one("# c\n! d\n\n  a = b c \n"), ("a".into(), "b c ".into()));
        assert_eq!(one("a:b\n"), ("a".into(), "b".into()));
        assert_eq!(one("a   b=c\n"), ("a".into(), "b=c".into()));
        assert_eq!(one("a\n"), ("a".into(), "".into()));
        assert_eq!(one("a=1\r\na=2\r\n"), ("a".into(), "2".into()));
        assert_eq!(one(r"k\=\:\ x = v\#"), ("k=: x".into(), "v#".into()));
    }

    #[test]
    fn continuations_and_escapes() {
        assert_eq!(one("a=b\\\n    c\\\n  # no comment\n"), ("a".into(), "bc# no comment".into()));
        assert_eq!(one("a=b\\\\\n"), ("a".into(), "b\\".into()));
        assert_eq!(one("a=x\\ty\\u00e9\\uD83D\\uDE00\\q\n"), ("a".into(), "x\tyé😀q".into()));
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(parse("a=b\nc=\\u12\n").unwrap_err().line, 2);
        assert_eq!(parse("a=b\n\nc=d\\\n").unwrap_err().line, 3);
        let cut = parse("a=b\nstatus.stor").unwrap_err();
        assert_eq!(cut.line, 2);
        assert!(cut.message.contains("cut off"), "{cut}");
        assert_eq!(parse("a=\\uD83D\n").unwrap_err().line, 1);
    }

    #[test]
    fn a_last_line_without_an_end_is_fine_when_it_has_a_value() {
        assert_eq!(one("a=b"), ("a".into(), "b".into()));
    }

    #[test]
    fn strimzis_jaas_line_survives() {
        let (_, value) = one(
            "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username\\=\"u\" password\\=\"p\";\n",
        );
        assert!(value.ends_with(r#"required username="u" password="p";"#), "{value}");
    }
}
