//! Arrays as printed: `{1,NULL,"a\"b",{2}}`, with bounds in front where they are unusual.

/// The text is not an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element<'a> {
    Null,
    /// The value as it is.
    Plain(&'a [u8]),
    /// The value with backslashes in front of some of its bytes.
    Escaped(&'a [u8]),
    /// An array inside, with its braces.
    Nested(&'a [u8]),
}

/// Reads element after element.
#[derive(Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
    delimiter: u8,
    is_first: bool,
}

impl<'a> Elements<'a> {
    /// A text without braces has no elements: that is how vectors of numbers are printed.
    pub fn new(text: &'a [u8], delimiter: u8) -> Self {
        let bounds_end =
            if text.starts_with(b"[") { text.iter().position(|b| *b == b'=').map_or(0, |at| at + 1) } else { 0 };
        let rest = text[bounds_end..].strip_prefix(b"{").unwrap_or(b"}");
        Self { rest, delimiter, is_first: true }
    }

    /// The next element; `None` behind the last one.
    pub fn read(&mut self) -> Result<Option<Element<'a>>, Malformed> {
        match self.rest {
            b"}" => return Ok(None),
            [first, rest @ ..] if !self.is_first && *first == self.delimiter => self.rest = rest,
            _ if self.is_first => {}
            _ => return Err(Malformed),
        }
        self.is_first = false;
        match self.rest.first() {
            Some(b'"') => self.quoted().map(Some),
            Some(b'{') => self.nested().map(Some),
            _ => self.bare().map(Some),
        }
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn bare(&mut self) -> Result<Element<'a>, Malformed> {
        let end = |b: &u8| *b == self.delimiter || *b == b'}';
        let length = self.rest.iter().position(end).filter(|n| *n > 0).ok_or(Malformed)?;
        let text = self.take(length);
        Ok(if text.eq_ignore_ascii_case(b"NULL") { Element::Null } else { Element::Plain(text) })
    }

    fn quoted(&mut self) -> Result<Element<'a>, Malformed> {
        let length = quoted_length(self.rest).ok_or(Malformed)?;
        let text = &self.take(length)[1..length - 1];
        Ok(if text.contains(&b'\\') { Element::Escaped(text) } else { Element::Plain(text) })
    }

    fn nested(&mut self) -> Result<Element<'a>, Malformed> {
        let (mut depth, mut at) = (0usize, 0);
        loop {
            match self.rest.get(at).ok_or(Malformed)? {
                b'"' => at += quoted_length(&self.rest[at..]).ok_or(Malformed)? - 1,
                b'{' => depth += 1,
                b'}' if depth == 1 => return Ok(Element::Nested(self.take(at + 1))),
                b'}' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
    }
}

/// With both quotes.
fn quoted_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Appends what was escaped.
pub fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let byte = if *byte == b'\\' { bytes.next().unwrap_or(byte) } else { byte };
        out.push(*byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, delimiter: u8) -> Result<Vec<Element<'_>>, Malformed> {
        let mut elements = Elements::new(text.as_bytes(), delimiter);
        let mut found = vec![];
        while let Some(element) = elements.read()? {
            found.push(element);
        }
        Ok(found)
    }

    #[test]
    fn elements_are_told_apart() {
        use Element::{Escaped, Nested, Null, Plain};
        let found = all(r#"{1,NULL,"NULL","a\"b",{{2},"}"},""}"#, b',').unwrap();
        let expected = [Plain(b"1"), Null, Plain(b"NULL"), Escaped(br#"a\"b"#), Nested(br#"{{2},"}"}"#), Plain(b"")];
        assert_eq!(found, expected);
        assert_eq!(all("[0:1]={5,6}", b','), Ok(vec![Plain(b"5"), Plain(b"6")]));
        assert_eq!(all("{(1,1),(0,0);(2,2),(0,0)}", b';').unwrap().len(), 2);
        assert_eq!((all("{}", b','), all("1 2", b',')), (Ok(vec![]), Ok(vec![])));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["{", "{1", "{1,", "{,}", "{\"a}", "{{1}", "{1}2", "{\"a\"b}", "{\"\\"] {
            assert_eq!(all(text, b','), Err(Malformed), "{text}");
        }
    }
}
