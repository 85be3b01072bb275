//! Finds values in JSON text by path without parsing it into a tree, so that what is around them stays untouched.

use std::ops::Range;

/// Where the value at a path of object keys lies in the text. `None` if the text is no JSON object or has no such path.
pub fn find(text: &[u8], path: &[&str]) -> Option<Range<usize>> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.skip_space();
    for name in path {
        cursor.enter(name)?;
    }
    let start = cursor.at;
    cursor.skip_value()?;
    Some(start..cursor.at)
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// From the start of an object to the value of one of its keys.
    fn enter(&mut self, name: &str) -> Option<()> {
        self.take(b'{')?;
        loop {
            self.skip_space();
            let start = self.at;
            self.skip_string()?;
            let found = self.text[start + 1..self.at - 1] == *name.as_bytes();
            self.skip_space();
            self.take(b':')?;
            self.skip_space();
            if found {
                return Some(());
            }
            self.skip_value()?;
            self.skip_space();
            self.take(b',')?;
        }
    }

    fn skip_value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.skip_string(),
            b'{' | b'[' => self.skip_nested(),
            _ => {
                let rest = &self.text[self.at..];
                let length = rest.iter().position(|byte| b",}] \n\r\t".contains(byte)).unwrap_or(rest.len());
                self.at += length;
                (length > 0).then_some(())
            }
        }
    }

    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.skip_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn skip_string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.take(b'"')
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, path: &[&str]) -> Option<String> {
        find(text.as_bytes(), path).map(|range| text[range].to_owned())
    }

    #[test]
    fn finds_values_of_every_kind() {
        let text = r#"{"a":{"ts_ms":1,"x":"}\"{"},"b":[{"ts_ms":2}],"ts_ms": 3 ,"c":"ts_ms","n":null}"#;
        assert_eq!(at(text, &["ts_ms"]).unwrap(), "3");
        assert_eq!(at(text, &["a", "ts_ms"]).unwrap(), "1");
        assert_eq!(at(text, &["a", "x"]).unwrap(), r#""}\"{""#);
        assert_eq!(at(text, &["b"]).unwrap(), r#"[{"ts_ms":2}]"#);
        assert_eq!(at(text, &["n"]).unwrap(), "null");
    }

    #[test]
    fn finds_nothing_where_nothing_is() {
        for text in ["", "null", "[1]", "{}", r#"{"a":1}"#, r#"{"ts_ms"#, r#"{"ts_ms":"#, r#"{"a":"\"#] {
            assert_eq!(at(text, &["ts_ms"]), None, "{text}");
        }
        assert_eq!(at(r#"{"a":null}"#, &["a", "ts_ms"]), None);
    }
}
