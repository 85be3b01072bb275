//! Values that are masked, hashed or cut before they are written.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use std::borrow::Cow;

/// A digest by the name that Java knows it under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    pub const NAMES: &[&str] = &["MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"];

    pub fn of(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "MD5" => Self::Md5,
            "SHA-1" | "SHA1" | "SHA" => Self::Sha1,
            "SHA-224" | "SHA224" => Self::Sha224,
            "SHA-256" => Self::Sha256,
            "SHA-384" => Self::Sha384,
            "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    /// Appends so many digits of the hash of these parts.
    fn write_hex(self, parts: [&[u8]; 3], digits: usize, out: &mut Vec<u8>) {
        match self {
            Self::Md5 => hex::<Md5>(parts, digits, out),
            Self::Sha1 => hex::<Sha1>(parts, digits, out),
            Self::Sha224 => hex::<Sha224>(parts, digits, out),
            Self::Sha256 => hex::<Sha256>(parts, digits, out),
            Self::Sha384 => hex::<Sha384>(parts, digits, out),
            Self::Sha512 => hex::<Sha512>(parts, digits, out),
        }
    }
}

fn hex<D: Digest>(parts: [&[u8]; 3], digits: usize, out: &mut Vec<u8>) {
    let digest = parts.into_iter().fold(D::new(), |digest, part| digest.chain_update(part)).finalize();
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(digits);
    out.extend(nibbles.map(|nibble| b"0123456789abcdef"[usize::from(nibble)]));
}

/// What is done to the values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disguise {
    /// So many asterisks, for NULL as well.
    Mask(usize),
    Hash(Hash),
    /// To so many UTF-16 units of a text, or bytes.
    Cut(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    pub algorithm: Algorithm,
    pub salt: String,
    /// The first version hashes a text as Java serialises it, the second one its bytes.
    pub serialises: bool,
    /// Of the column, where it has one: the hash is cut to it.
    pub length: Option<usize>,
}

impl Hash {
    /// Appends the JSON of a value's hash.
    pub fn write(&self, text: &[u8], out: &mut Vec<u8>) {
        let digits = self.length.unwrap_or(usize::MAX);
        out.push(b'"');
        if self.serialises {
            let body = java_utf8(text);
            let (head, length) = java_head(body.len());
            self.algorithm.write_hex([self.salt.as_bytes(), &head[..length], &body], digits, out);
        } else {
            self.algorithm.write_hex([self.salt.as_bytes(), text, b""], digits, out);
        }
        out.push(b'"');
    }
}

/// What Java's object streams write before a text: the stream's magic, the kind of text, and its length.
fn java_head(length: usize) -> ([u8; 13], usize) {
    let mut head = [0; 13];
    head[..4].copy_from_slice(&[0xAC, 0xED, 0x00, 0x05]);
    match u16::try_from(length) {
        Ok(length) => {
            head[4] = 0x74;
            head[5..7].copy_from_slice(&length.to_be_bytes());
            (head, 7)
        }
        Err(_) => {
            head[4] = 0x7C;
            head[5..].copy_from_slice(&(length as u64).to_be_bytes());
            (head, 13)
        }
    }
}

/// UTF-8 in Java's own form, in which a character beyond 16 bits is two surrogates of three bytes each.
fn java_utf8(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().all(|byte| *byte < 0xF0) {
        return Cow::Borrowed(text);
    }
    let mut body = Vec::with_capacity(text.len() * 3 / 2);
    for unit in String::from_utf8_lossy(text).encode_utf16() {
        match unit {
            0xD800..=0xDFFF => {
                let [high, low] = [0x80 | (unit >> 6 & 0x3F) as u8, 0x80 | (unit & 0x3F) as u8];
                body.extend_from_slice(&[0xE0 | (unit >> 12) as u8, high, low]);
            }
            unit => {
                let c = char::from_u32(unit.into()).unwrap_or_default();
                body.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    Cow::Owned(body)
}

/// The first units of a text.
pub fn cut(text: &[u8], units: usize) -> &[u8] {
    if text.len() <= units {
        return text;
    }
    let Ok(checked) = std::str::from_utf8(text) else { return text };
    let mut left = units;
    for (at, c) in checked.char_indices() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => left = rest,
            None => return &text[..at],
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_debeziums() {
        let hash = Hash { algorithm: Algorithm::Sha256, salt: "CzQMA0cB5K".into(), serialises: true, length: None };
        let mut out = vec![];
        hash.write(b"hello", &mut out);
        assert_eq!(out, b"\"b4d39ab0d198fb4cac8b2f023da74f670bcaf192dcc79b5d6361b7ae6b2fafdf\"");
        out.clear();
        Hash { length: Some(20), ..hash }.write(b"hello", &mut out);
        assert_eq!(out, b"\"b4d39ab0d198fb4cac8b\"");
    }

    #[test]
    fn characters_beyond_16_bits_are_two_surrogates_in_java() {
        assert_eq!(*java_utf8("ä😀".as_bytes()), [0xC3, 0xA4, 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]);
        assert_eq!(java_head(70_000).1, 13);
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut(b"hello", 3), b"hel");
        assert_eq!(cut("h😀😀".as_bytes(), 3), "h😀".as_bytes());
        assert_eq!(cut("ä".as_bytes(), 1), "ä".as_bytes());
        assert_eq!(cut(b"", 0), b"");
    }
}
