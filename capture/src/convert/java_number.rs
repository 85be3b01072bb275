//! Java's text of doubles and floats, as JDK 8 to 18 print them.
//!
//! Those releases do not always print the shortest digits (`2.0E23` leaves as `1.9999999999999998E23`): their digit loop
//! stops on a fixed half-unit margin, with a strict comparison where the numbers fit 63 bits and a loose one beyond. The
//! same loop is followed here, on machine words where they suffice and on a fixed array of words otherwise. Nothing is
//! allocated.

mod wide;

use wide::Wide;

/// Bits after the leading one of a double.
const FRACTION_BITS: i32 = 52;
/// Bit lengths of the powers of five that fit a word; zero for the first, as the margin arithmetic wants it.
const FIVE_BITS: [i32; 27] =
    [0, 3, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28, 31, 33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61];

/// Appends `Double.toString(value)`.
pub fn write_double(out: &mut Vec<u8>, value: f64) {
    let bits = value.to_bits();
    if !write_special(out, value.is_nan(), value.is_infinite(), value == 0.0, value.is_sign_negative()) {
        return;
    }
    let (mut exponent, mut fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let significant = if exponent == 0 {
        let leading = fraction.leading_zeros() as i32;
        fraction <<= leading - 11;
        exponent = 12 - leading;
        64 - leading
    } else {
        fraction |= 1 << 52;
        53
    };
    write_digits(out, &digits(exponent - 1023, fraction, significant));
}

/// Appends `Float.toString(value)`.
pub fn write_float(out: &mut Vec<u8>, value: f32) {
    let bits = value.to_bits();
    if !write_special(out, value.is_nan(), value.is_infinite(), value == 0.0, value.is_sign_negative()) {
        return;
    }
    let (mut exponent, mut fraction) = ((bits >> 23 & 0xff) as i32, bits & ((1 << 23) - 1));
    let significant = if exponent == 0 {
        let leading = fraction.leading_zeros() as i32;
        fraction <<= leading - 8;
        exponent = 9 - leading;
        32 - leading
    } else {
        fraction |= 1 << 23;
        24
    };
    write_digits(out, &digits(exponent - 127, u64::from(fraction) << 29, significant));
}

/// Writes the sign, and the whole text of a value without digits. True where digits must follow.
fn write_special(out: &mut Vec<u8>, nan: bool, infinite: bool, zero: bool, negative: bool) -> bool {
    if nan {
        out.extend_from_slice(b"NaN");
        return false;
    }
    if negative {
        out.push(b'-');
    }
    if infinite {
        out.extend_from_slice(b"Infinity");
    } else if zero {
        out.extend_from_slice(b"0.0");
    }
    !infinite && !zero
}

/// `0.d1d2d3… * 10^exponent`.
struct Digits {
    text: [u8; 32],
    len: usize,
    exponent: i32,
}

impl Digits {
    fn push(&mut self, digit: i64) {
        if self.len < self.text.len() {
            self.text[self.len] = b'0' + digit as u8;
            self.len += 1;
        }
    }

    fn round_up(&mut self) {
        for i in (0..self.len).rev() {
            if self.text[i] != b'9' {
                self.text[i] += 1;
                return;
            }
            self.text[i] = b'0';
        }
        self.text[0] = b'1';
        self.exponent += 1;
    }

    /// The last digit follows from how the loop stopped; `tie` compares the rest with half a unit.
    fn settle(&mut self, low: bool, high: bool, tie: std::cmp::Ordering) {
        let odd = self.text[self.len - 1] & 1 != 0;
        if high && (!low || tie.is_gt() || tie.is_eq() && odd) {
            self.round_up();
        }
    }
}

fn digits(exponent: i32, fraction: u64, significant: i32) -> Digits {
    let fraction_bits = FRACTION_BITS + 1 - fraction.trailing_zeros() as i32;
    let tiny_bits = (fraction_bits - exponent - 1).max(0);
    if tiny_bits == 0 && exponent <= 62 {
        return integer_digits(exponent, fraction, significant);
    }
    let scale = Scale::new(exponent, fraction, significant, fraction_bits, tiny_bits);
    if scale.value_bits < 64 && scale.ten_bits < 64 { scale.word_digits() } else { scale.wide_digits() }
}

/// A whole number below 2^63: digits that the margin does not support are rounded away, trailing zeros dropped.
fn integer_digits(exponent: i32, fraction: u64, significant: i32) -> Digits {
    let surplus = if exponent > significant { insignificant_digits(exponent - significant - 1) } else { 0 };
    let shift = exponent - FRACTION_BITS;
    let mut whole = if shift >= 0 { fraction << shift } else { fraction >> -shift };
    if surplus > 0 {
        let unit = 10u64.pow(surplus);
        let rest = whole % unit;
        whole = whole / unit + u64::from(rest >= unit / 2);
    }
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(whole).as_bytes();
    let kept = text.iter().rposition(|d| *d != b'0').map_or(1, |last| last + 1);
    let mut digits = Digits { text: [0; 32], len: kept, exponent: text.len() as i32 + surplus as i32 };
    digits.text[..kept].copy_from_slice(&text[..kept]);
    digits
}

/// Decimal digits below 2^`power`.
fn insignificant_digits(power: i32) -> u32 {
    if power > 1 { (f64::from(power) * std::f64::consts::LOG10_2) as u32 } else { 0 }
}

/// The value as `fraction * 5^value5 * 2^value2 / (5^scale5 * 2^scale2)`, with the margin over the same divisor.
struct Scale {
    fraction: u64,
    exponent: i32,
    value5: i32,
    value2: i32,
    scale5: i32,
    scale2: i32,
    margin2: i32,
    value_bits: i32,
    ten_bits: i32,
}

impl Scale {
    fn new(exponent: i32, fraction: u64, significant: i32, fraction_bits: i32, tiny_bits: i32) -> Self {
        let decimal = estimate(exponent, fraction);
        let value5 = (-decimal).max(0);
        let scale5 = decimal.max(0);
        let (mut value2, mut scale2) = (value5 + tiny_bits + exponent, scale5 + tiny_bits);
        let mut margin2 = value2 - significant;
        value2 -= fraction_bits - 1;
        let shared = value2.min(scale2);
        value2 -= shared;
        scale2 -= shared;
        margin2 -= shared;
        if fraction_bits == 1 {
            // below a power of two the neighbour is half as far
            margin2 -= 1;
        }
        if margin2 < 0 {
            value2 -= margin2;
            scale2 -= margin2;
            margin2 = 0;
        }
        let five_bits = |power: i32| FIVE_BITS.get(power as usize).copied().unwrap_or(power * 3);
        Self {
            fraction: fraction >> fraction.trailing_zeros(),
            exponent: decimal,
            value5,
            value2,
            scale5,
            scale2,
            margin2,
            value_bits: fraction_bits + value2 + five_bits(value5),
            ten_bits: scale2 + 1 + five_bits(scale5 + 1),
        }
    }

    /// At least one digit follows the point, so the exponent form wants two digits whatever the margin says.
    fn wants_second_digit(exponent: i32) -> bool {
        !(-3..8).contains(&exponent)
    }

    fn word_digits(mut self) -> Digits {
        let narrow = self.value_bits < 32 && self.ten_bits < 32;
        let word = |n: i64| if narrow { i64::from(n as i32) } else { n };
        let mut value = (self.fraction as i64 * 5i64.pow(self.value5 as u32)) << self.value2;
        let scale = 5i64.pow(self.scale5 as u32) << self.scale2;
        let mut margin = 5i64.pow(self.value5 as u32) << self.margin2;
        let ten = scale * 10;
        let mut digits = Digits { text: [0; 32], len: 0, exponent: 0 };
        let mut first = true;
        let (mut low, mut high) = (false, false);
        while !low && !high {
            let digit = value / scale;
            value = 10 * (value % scale);
            margin = word(margin.wrapping_mul(10));
            (low, high) =
                if margin > 0 { (value < margin, word(value.wrapping_add(margin)) > ten) } else { (true, true) };
            if first {
                self.take_first(digit, &mut low, &mut high, &mut digits);
                first = false;
            } else {
                digits.push(digit);
            }
        }
        digits.exponent = self.exponent + 1;
        // doubling may wrap; the difference is still right
        digits.settle(low, high, word((value << 1).wrapping_sub(ten)).cmp(&0));
        digits
    }

    fn wide_digits(mut self) -> Digits {
        let mut value = Wide::new(self.fraction, self.value5, self.value2);
        let scale = Wide::new(1, self.scale5, self.scale2);
        let mut margin = Wide::new(1, self.value5, self.margin2);
        let mut ten = scale.clone();
        ten.multiply(10);
        let mut digits = Digits { text: [0; 32], len: 0, exponent: 0 };
        let mut first = true;
        let (mut low, mut high) = (false, false);
        while !low && !high {
            let digit = value.take_digit(&scale);
            value.multiply(10);
            margin.multiply(10);
            low = value.compare(&margin).is_lt();
            high = value.plus(&margin).compare(&ten).is_ge();
            if first {
                self.take_first(digit, &mut low, &mut high, &mut digits);
                first = false;
            } else {
                digits.push(digit);
            }
        }
        digits.exponent = self.exponent + 1;
        value.multiply(2);
        digits.settle(low, high, value.compare(&ten));
        digits
    }

    /// A leading zero means that the estimate was one too high.
    fn take_first(&mut self, digit: i64, low: &mut bool, high: &mut bool, digits: &mut Digits) {
        if digit == 0 && !*high {
            self.exponent -= 1;
        } else {
            digits.push(digit);
        }
        if Self::wants_second_digit(self.exponent) {
            (*low, *high) = (false, false);
        }
    }
}

/// The decimal exponent, right or one too high.
fn estimate(exponent: i32, fraction: u64) -> i32 {
    let mantissa = f64::from_bits(1023 << 52 | fraction & ((1 << 52) - 1));
    let logarithm = (mantissa - 1.5) * 0.289529654 + 0.176091259 + f64::from(exponent) * 0.301029995663981;
    logarithm.floor() as i32
}

fn write_digits(out: &mut Vec<u8>, digits: &Digits) {
    let text = &digits.text[..digits.len];
    match digits.exponent {
        point @ 1..8 => {
            let point = point as usize;
            let whole = text.len().min(point);
            out.extend_from_slice(&text[..whole]);
            out.extend(std::iter::repeat_n(b'0', point - whole));
            out.push(b'.');
            out.extend_from_slice(if text.len() > point { &text[point..] } else { b"0" });
        }
        zeros @ -2..=0 => {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', -zeros as usize));
            out.extend_from_slice(text);
        }
        exponent => {
            out.extend_from_slice(&[text[0], b'.']);
            out.extend_from_slice(if text.len() > 1 { &text[1..] } else { b"0" });
            out.push(b'E');
            out.extend_from_slice(itoa::Buffer::new().format(exponent - 1).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(value: f64) -> String {
        let mut out = vec![];
        write_double(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    fn float(value: f32) -> String {
        let mut out = vec![];
        write_float(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    /// Value, `Double.toString` and `Float.toString` of JDK 17.
    const RECORDED: &[(&str, &str, &str)] = &[
        ("0", "0.0", "0.0"),
        ("-0", "-0.0", "-0.0"),
        ("1", "1.0", "1.0"),
        ("100", "100.0", "100.0"),
        ("1000000", "1000000.0", "1000000.0"),
        ("1e7", "1.0E7", "1.0E7"),
        ("123456789", "1.23456789E8", "1.23456792E8"),
        ("0.001", "0.001", "0.001"),
        ("1e-4", "1.0E-4", "1.0E-4"),
        ("1.7976931348623157E308", "1.7976931348623157E308", "Infinity"),
        ("4.9E-324", "4.9E-324", "0.0"),
        ("2.0E23", "1.9999999999999998E23", "2.0E23"),
        ("1.0E23", "9.999999999999999E22", "1.0E23"),
        ("8.41E21", "8.409999999999999E21", "8.41E21"),
        ("0.1", "0.1", "0.1"),
        ("3.14", "3.14", "3.14"),
        ("0.00366", "0.00366", "0.00366"),
        ("0.0366", "0.0366", "0.0366"),
        ("9007199254740993", "9.007199254740992E15", "9.0071993E15"),
        ("9.2e18", "9.2E18", "9.2000003E18"),
        ("1.9e19", "1.9E19", "1.9E19"),
        ("2e-3", "0.002", "0.002"),
        ("0.052809461", "0.052809461", "0.052809462"),
        ("1e-10", "1.0E-10", "1.0E-10"),
        ("1.1E-5", "1.1E-5", "1.1E-5"),
        ("123456.789", "123456.789", "123456.79"),
        ("2.2250738585072014E-308", "2.2250738585072014E-308", "0.0"),
        ("1.4E-45", "1.4E-45", "1.4E-45"),
        ("9.999999", "9.999999", "9.999999"),
    ];

    #[test]
    fn texts_are_those_of_jdk_17() {
        for (value, as_double, as_float) in RECORDED {
            assert_eq!(double(value.parse().unwrap()), *as_double);
            assert_eq!(float(value.parse().unwrap()), *as_float);
        }
        assert_eq!(double(0.003_660_000_000_000_000_5), "0.0036600000000000005", "a tie whose doubling wraps");
        assert_eq!(double(f64::NEG_INFINITY), "-Infinity");
        assert_eq!(float(f32::NAN), "NaN");
    }

    #[test]
    fn every_text_reads_back_as_its_value() {
        // a cheap generator with a fixed seed; the recorded texts above hold the digits themselves
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let value = f64::from_bits(state);
            if value.is_finite() {
                assert_eq!(double(value).parse::<f64>().unwrap(), value);
            }
        }
    }
}
