//! Money, which the server prints in the style of its locale.

/// Room for any amount of 64 bits.
const ROOM: usize = 48;

/// Sign, digits and point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    text: [u8; ROOM],
    len: usize,
}

impl Amount {
    const EMPTY: Self = Self { text: [0; ROOM], len: 0 };

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.text.get_mut(self.len)? = byte;
        self.len += 1;
        Some(())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.text[..self.len]
    }

    fn point(&self) -> usize {
        self.as_bytes().iter().position(|b| *b == b'.').unwrap_or(self.len)
    }

    /// With at most so many decimals; a half is rounded away from zero.
    pub fn rounded(mut self, decimals: usize) -> Self {
        let point = self.point();
        let end = point + 1 + decimals;
        if self.len <= end {
            return self;
        }
        let is_up = self.text[end] >= b'5';
        self.len = if decimals == 0 { point } else { end };
        if is_up { self.next() } else { self }
    }

    /// One more in the last place.
    fn next(mut self) -> Self {
        let first = usize::from(self.text[0] == b'-');
        for at in (first..self.len).rev() {
            match self.text[at] {
                b'.' => {}
                b'9' => self.text[at] = b'0',
                _ => {
                    self.text[at] += 1;
                    return self;
                }
            }
        }
        self.text.copy_within(first..ROOM - 1, first + 1);
        self.text[first] = b'1';
        self.len = (self.len + 1).min(ROOM);
        self
    }
}

/// The point is the last separator with one or two digits behind it: three digits are a group.
pub fn parse(text: &[u8]) -> Option<Amount> {
    let mut amount = Amount::EMPTY;
    if text.contains(&b'-') || text.contains(&b'(') {
        amount.push(b'-')?;
    }
    let last_digit = text.iter().rposition(u8::is_ascii_digit)?;
    let first_digit = text.iter().position(u8::is_ascii_digit)?;
    let digits = &text[first_digit..=last_digit];
    let separator = digits.iter().rposition(|b| !b.is_ascii_digit());
    let point = separator.filter(|at| matches!(digits[*at], b'.' | b',') && digits.len() - at <= 3);
    for (at, byte) in digits.iter().enumerate() {
        if byte.is_ascii_digit() {
            amount.push(*byte)?;
        } else if Some(at) == point {
            amount.push(b'.')?;
        }
    }
    Some(amount)
}

/// From `1.5`, or `9.2E16` with a whole number behind the `E`.
pub fn of_java_double(text: &[u8]) -> Option<Amount> {
    let at = text.iter().position(|b| *b == b'E').unwrap_or(text.len());
    let exponent: i32 = match text.get(at + 1..) {
        Some(digits) => std::str::from_utf8(digits).ok()?.parse().ok()?,
        None => 0,
    };
    let mantissa = &text[..at];
    let mut amount = Amount::EMPTY;
    let mut digits = mantissa;
    if let Some(rest) = mantissa.strip_prefix(b"-") {
        amount.push(b'-')?;
        digits = rest;
    }
    let point = digits.iter().position(|b| *b == b'.').unwrap_or(digits.len()) as i32 + exponent;
    let plain = || digits.iter().filter(|b| **b != b'.');
    if point <= 0 {
        b"0.".iter().try_for_each(|b| amount.push(*b))?;
        (point..0).try_for_each(|_| amount.push(b'0'))?;
    }
    let mut count = 0;
    for digit in plain() {
        if count == point && point > 0 {
            amount.push(b'.')?;
        }
        amount.push(*digit)?;
        count += 1;
    }
    (count..point).try_for_each(|_| amount.push(b'0'))?;
    Some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        String::from_utf8(parse(text.as_bytes()).unwrap().as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn amounts_of_several_locales_are_read() {
        for (text, expected) in [
            ("$1,234.11", "1234.11"),
            ("-$92,233,720,368,547,758.08", "-92233720368547758.08"),
            ("1.234,11 \u{20ac}", "1234.11"),
            ("\u{a5}1,234", "1234"),
            ("$0.05", "0.05"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
        assert_eq!(parse(b"$"), None);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (text, decimals, expected) in
            [("-1234.15", 1, "-1234.2"), ("2.50", 0, "3"), ("-0.04", 1, "-0.0"), ("9.99", 1, "10.0"), ("1.5", 4, "1.5")]
        {
            let rounded = parse(text.as_bytes()).unwrap().rounded(decimals);
            assert_eq!(rounded.as_bytes(), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn javas_exponents_are_written_out() {
        for (text, expected) in [
            ("-9.223372036854776E16", "-92233720368547760"),
            ("1.0E7", "10000000"),
            ("0.05", "0.05"),
            ("1.5E-4", "0.00015"),
        ] {
            assert_eq!(of_java_double(text.as_bytes()).unwrap().as_bytes(), expected.as_bytes(), "{text}");
        }
    }
}
