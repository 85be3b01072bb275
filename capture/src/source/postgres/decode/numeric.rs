//! Decimal text to Connect's unscaled integers.

use num_bigint::BigInt;

/// A number as printed: sign, digits without the point, and how many of them stand behind it.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    is_negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
}

/// `None`: not a finite number.
fn parts(text: &[u8]) -> Option<Parts<'_>> {
    let (is_negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let point = text.iter().position(|b| *b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[text.len()..]),
    };
    let is_number = !(whole.is_empty() && fraction.is_empty()) && whole.iter().chain(fraction).all(u8::is_ascii_digit);
    is_number.then_some(Parts { is_negative, whole, fraction })
}

/// Room for the bytes of any number that fits 128 bits.
const SMALL_DIGITS: usize = 38;

/// Calls `write` with the big-endian two's complement of the number at `scale`. `None`: not a finite number, or it has
/// more decimals than the scale keeps.
pub fn with_unscaled<R>(text: &[u8], scale: usize, write: impl FnOnce(&[u8]) -> R) -> Option<R> {
    let parts = parts(text)?;
    let (kept, cut) = parts.fraction.split_at(parts.fraction.len().min(scale));
    if cut.iter().any(|b| *b != b'0') {
        return None;
    }
    let zeros = scale - kept.len();
    if parts.whole.len() + scale <= SMALL_DIGITS {
        let digits = parts.whole.iter().chain(kept);
        let mut value = digits.fold(0i128, |n, b| n * 10 + i128::from(b - b'0'));
        value *= 10i128.pow(zeros as u32);
        let bytes = if parts.is_negative { -value } else { value }.to_be_bytes();
        return Some(write(minimal(&bytes)));
    }
    let mut digits = Vec::with_capacity(parts.whole.len() + scale + 1);
    if parts.is_negative {
        digits.push(b'-');
    }
    digits.extend_from_slice(parts.whole);
    digits.extend_from_slice(kept);
    digits.resize(digits.len() + zeros, b'0');
    let value = BigInt::parse_bytes(&digits, 10)?;
    Some(write(&value.to_signed_bytes_be()))
}

/// The scale of a number whose trailing zeros behind the point are dropped.
pub fn natural_scale(text: &[u8]) -> Option<usize> {
    let fraction = parts(text)?.fraction;
    let zeros = fraction.iter().rev().take_while(|b| **b == b'0').count();
    Some(fraction.len() - zeros)
}

/// Drops the leading bytes that only repeat the sign.
fn minimal(bytes: &[u8; 16]) -> &[u8] {
    let mut start = 0;
    while start < 15 {
        let repeats = match bytes[start] {
            0x00 => bytes[start + 1] < 0x80,
            0xff => bytes[start + 1] >= 0x80,
            _ => false,
        };
        if !repeats {
            break;
        }
        start += 1;
    }
    &bytes[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unscaled(text: &str, scale: usize) -> Option<Vec<u8>> {
        with_unscaled(text.as_bytes(), scale, <[u8]>::to_vec)
    }

    #[test]
    fn values_are_minimal_two_s_complement() {
        assert_eq!(unscaled("1.1", 2), Some(vec![110]));
        assert_eq!(unscaled("3.30", 2), Some(vec![0x01, 0x4a]));
        assert_eq!(unscaled("-1234.11", 2), Some(vec![0xfe, 0x1d, 0xed]));
        assert_eq!(unscaled("0.00", 2), Some(vec![0]));
        assert_eq!(unscaled("-128", 0), Some(vec![0x80]));
    }

    #[test]
    fn large_numbers_agree_with_small_ones() {
        let long = format!("{}.5", "9".repeat(40));
        let expected = BigInt::parse_bytes(format!("{}5", "9".repeat(40)).as_bytes(), 10).unwrap();
        assert_eq!(unscaled(&long, 1), Some(expected.to_signed_bytes_be()));
        assert_eq!(unscaled("123456789012345678901234567890123456789", 0).unwrap().len(), 16);
    }

    #[test]
    fn what_is_not_finite_or_would_be_rounded_is_refused() {
        for (text, scale) in [("NaN", 2), ("Infinity", 2), ("", 2), ("1.234", 2), ("1e5", 0)] {
            assert_eq!(unscaled(text, scale), None, "{text}");
        }
        assert_eq!(natural_scale(b"10.1100"), Some(2));
        assert_eq!(natural_scale(b"1000"), Some(0));
    }
}
