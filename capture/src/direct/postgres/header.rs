//! Values of headers: JSON as Connect's simple header converter prints it, which escapes quotes and backslashes only.

/// From JSON that is escaped as JSON wants it.
pub fn text(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        let (character, length) = escaped(&rest[at..]);
        match character {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(&rest[at..at + length]),
        }
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest);
    out
}

/// What an escape stands for and how long it is; `None`: it stays.
fn escaped(rest: &[u8]) -> (Option<char>, usize) {
    let control = match rest.get(1) {
        Some(b'b') => Some('\u{8}'),
        Some(b'f') => Some('\u{c}'),
        Some(b'n') => Some('\n'),
        Some(b'r') => Some('\r'),
        Some(b't') => Some('\t'),
        Some(b'u') => {
            // a character beyond 16 bits is two escapes
            let units = [unit(rest), rest.get(6..).and_then(unit)];
            let character = char::decode_utf16(units.into_iter().flatten()).next().and_then(Result::ok);
            let length = character.map_or(6, |c| 6 * c.len_utf16());
            return (character, rest.len().min(length));
        }
        _ => None,
    };
    (control, rest.len().min(2))
}

fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quotes_and_backslashes_stay_escaped() {
        let json = br#"{"pk":"a\tb\n\u0001\"c\\n"}"#;
        assert_eq!(text(br#"\uD83D\uDE00\uD83Dx"#), "😀\\uD83Dx".as_bytes());
        assert_eq!(text(json), b"{\"pk\":\"a\tb\n\x01\\\"c\\\\n\"}");
    }
}
