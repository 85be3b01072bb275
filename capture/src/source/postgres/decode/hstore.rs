//! hstore as printed: `"key"=>"value", "other"=>NULL`.

use std::ops::Range;

/// The text is not an hstore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

pub type Pair = (Range<usize>, Option<Range<usize>>);

/// Reads pair after pair.
#[derive(Debug)]
pub struct Pairs<'a> {
    rest: &'a [u8],
}

impl<'a> Pairs<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// Appends the texts of the next pair to `texts` and says where they lie.
    pub fn read(&mut self, texts: &mut Vec<u8>) -> Result<Option<Pair>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.quoted(texts)?;
        self.skip(b"=>")?;
        let value = if let Some(rest) = self.rest.strip_prefix(b"NULL") {
            self.rest = rest;
            None
        } else {
            Some(self.quoted(texts)?)
        };
        if !self.rest.is_empty() {
            self.skip(b", ")?;
        }
        Ok(Some((key, value)))
    }

    fn skip(&mut self, what: &[u8]) -> Result<(), Malformed> {
        self.rest = self.rest.strip_prefix(what).ok_or(Malformed)?;
        Ok(())
    }

    fn quoted(&mut self, texts: &mut Vec<u8>) -> Result<Range<usize>, Malformed> {
        self.skip(b"\"")?;
        let start = texts.len();
        let mut bytes = self.rest.iter().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(start..texts.len());
                }
                b'\\' => texts.push(*bytes.next().ok_or(Malformed)?.1),
                other => texts.push(*other),
            }
        }
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_off() {
        let mut texts = vec![];
        let mut pairs = Pairs::new(br#""a\"b"=>"c\\d", "e"=>NULL"#);
        assert_eq!(pairs.read(&mut texts), Ok(Some((0..3, Some(3..6)))));
        assert_eq!(pairs.read(&mut texts), Ok(Some((6..7, None))));
        assert_eq!(pairs.read(&mut texts), Ok(None));
        assert_eq!(texts, br#"a"bc\de"#);
        for text in [&b"a"[..], b"\"a", b"\"a\"=>", b"\"a\"=>\"b\",\"c\"=>NULL"] {
            let mut pairs = Pairs::new(text);
            let outcome = (0..3).map(|_| pairs.read(&mut vec![])).find(|pair| !matches!(pair, Ok(Some(_))));
            assert_eq!(outcome, Some(Err(Malformed)), "{text:?}");
        }
    }
}
