//! The Java driver's text of a 128-bit decimal.

/// Appends the text of the 16 bytes of `value`.
pub fn write(out: &mut Vec<u8>, value: &[u8]) {
    let bits = value.first_chunk().map_or(0, |chunk| u128::from_le_bytes(*chunk));
    let high = (bits >> 64) as u64;
    let negative = high >> 63 != 0;
    match high >> 58 & 0x1f {
        0x1f => return out.extend_from_slice(b"NaN"),
        0x1e => return out.extend_from_slice(if negative { b"-Infinity" } else { b"Infinity" }),
        _ => {}
    }
    if negative {
        out.push(b'-');
    }
    const EXPONENT_BIAS: i32 = 6176;
    let (exponent, coefficient) = if high >> 61 & 3 == 3 {
        // a coefficient beyond 34 digits counts as zero
        ((high >> 47 & 0x3fff) as i32, 0)
    } else {
        ((high >> 49 & 0x3fff) as i32, bits & ((1 << 113) - 1))
    };
    write_finite(out, itoa::Buffer::new().format(coefficient).as_bytes(), exponent - EXPONENT_BIAS);
}

fn write_finite(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    let adjusted = exponent + digits.len() as i32 - 1;
    if exponent > 0 || adjusted < -6 {
        out.push(digits[0]);
        if digits.len() > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.extend_from_slice(if adjusted > 0 { b"E+" } else { b"E" });
        out.extend_from_slice(itoa::Buffer::new().format(adjusted).as_bytes());
        return;
    }
    let decimals = exponent.unsigned_abs() as usize;
    if decimals == 0 {
        out.extend_from_slice(digits);
    } else if decimals >= digits.len() {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', decimals - digits.len()));
        out.extend_from_slice(digits);
    } else {
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        out.extend_from_slice(whole);
        out.push(b'.');
        out.extend_from_slice(fraction);
    }
}
