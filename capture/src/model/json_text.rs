//! JSON string text as Jackson's UTF-8 generator writes it, which is what Kafka Connect's converter uses.

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// For each byte: 0 = copied, b'u' = `\u00XX`, b'4' = leads a four-byte character, else the letter after the backslash.
const ESCAPE: [u8; 256] = escape_table();

const fn escape_table() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = b'u';
        i += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0a] = b'n';
    table[0x0c] = b'f';
    table[0x0d] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    let mut i = 0xf0;
    while i < 0xf8 {
        table[i] = b'4';
        i += 1;
    }
    table
}

/// Appends `"text"`. `text` must be UTF-8; runs without escapes are copied whole.
pub fn write(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    write_inner(out, text);
    out.push(b'"');
}

/// Appends the text without its quotes.
pub fn write_inner(out: &mut Vec<u8>, text: &[u8]) {
    let mut copied = 0;
    let mut i = 0;
    while i < text.len() {
        let escape = ESCAPE[text[i] as usize];
        if escape == 0 {
            i += 1;
            continue;
        }
        out.extend_from_slice(&text[copied..i]);
        i += write_escape(out, text, i, escape);
        copied = i;
    }
    out.extend_from_slice(&text[copied..]);
}

/// Returns how many bytes of `text` it stood for.
fn write_escape(out: &mut Vec<u8>, text: &[u8], at: usize, escape: u8) -> usize {
    match escape {
        b'u' => {
            unit(out, u32::from(text[at]));
            1
        }
        b'4' if at + 4 <= text.len() => {
            // characters outside the basic plane leave as two UTF-16 units
            let bits = |k: usize| u32::from(text[at + k] & 0x3f);
            let code =
                (u32::from(text[at] & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3)).wrapping_sub(0x1_0000);
            unit(out, 0xd800 + (code >> 10 & 0x3ff));
            unit(out, 0xdc00 + (code & 0x3ff));
            4
        }
        b'4' => {
            out.push(text[at]);
            1
        }
        letter => {
            out.extend_from_slice(&[b'\\', letter]);
            1
        }
    }
}

fn unit(out: &mut Vec<u8>, unit: u32) {
    let digit = |shift: u32| HEX[(unit >> shift & 0xf) as usize];
    out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = vec![];
        write(&mut out, text.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_are_jacksons() {
        assert_eq!(written("a\"b\\c/\n\u{1f}\u{7f}é"), "\"a\\\"b\\\\c/\\n\\u001F\u{7f}é\"");
        assert_eq!(written("😀"), r#""\uD83D\uDE00""#);
    }
}
