//! Values that are masked, hashed or cut before they are written.

use crate::model::json_text;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

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

    fn digest(self, parts: [&[u8]; 3]) -> Vec<u8> {
        fn of<D: Digest>(parts: [&[u8]; 3]) -> Vec<u8> {
            parts.into_iter().fold(D::new(), |digest, part| digest.chain_update(part)).finalize().to_vec()
        }
        match self {
            Self::Md5 => of::<Md5>(parts),
            Self::Sha1 => of::<Sha1>(parts),
            Self::Sha224 => of::<Sha224>(parts),
            Self::Sha256 => of::<Sha256>(parts),
            Self::Sha384 => of::<Sha384>(parts),
            Self::Sha512 => of::<Sha512>(parts),
        }
    }
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
        let digest = if self.serialises {
            let (head, body) = java_text(text);
            self.algorithm.digest([self.salt.as_bytes(), &head, &body])
        } else {
            self.algorithm.digest([self.salt.as_bytes(), text, b""])
        };
        let mut hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        hex.truncate(self.length.unwrap_or(hex.len()));
        json_text::write(out, hex.as_bytes());
    }
}

/// A text as Java's object streams write it: the head, and the text with zeros and surrogates of their own form.
fn java_text(text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut body = Vec::with_capacity(text.len());
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '\0' => body.extend_from_slice(&[0xC0, 0x80]),
            c if c.len_utf16() == 1 => body.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let unit = u32::from(*unit);
                    body.extend_from_slice(&[0xE0 | (unit >> 12) as u8, 0x80 | (unit >> 6 & 0x3F) as u8, 0x80 | (unit & 0x3F) as u8]);
                }
            }
        }
    }
    let mut head = vec![0xAC, 0xED, 0x00, 0x05];
    match u16::try_from(body.len()) {
        Ok(length) => {
            head.push(0x74);
            head.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            head.push(0x7C);
            head.extend_from_slice(&(body.len() as u64).to_be_bytes());
        }
    }
    (head, body)
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
    fn texts_are_cut_between_characters() {
        assert_eq!(cut(b"hello", 3), b"hel");
        assert_eq!(cut("h😀😀".as_bytes(), 3), "h😀".as_bytes());
        assert_eq!(cut("ä".as_bytes(), 1), "ä".as_bytes());
        assert_eq!(cut(b"", 0), b"");
    }
}
