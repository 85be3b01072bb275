//! Decimals and money to JSON.

use super::binary::write_base64;
use super::scalar::{NoForm, integer, parse, write_double};
use super::scratch;
use crate::convert::java_number;
use crate::model::json_text;
use crate::source::postgres::decode::{money, numeric};

pub fn write_fixed(out: &mut Vec<u8>, text: &[u8], scale: u16) -> Result<(), NoForm> {
    numeric::with_unscaled(text, scale.into(), |b| write_base64(out, b)).ok_or(NoForm)
}

pub fn write_variable(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    let scale = numeric::natural_scale(text).ok_or(NoForm)?;
    out.extend_from_slice(b"{\"scale\":");
    integer(out, scale as i64);
    out.extend_from_slice(b",\"value\":");
    numeric::with_unscaled(text, scale, |b| write_base64(out, b)).ok_or(NoForm)?;
    out.push(b'}');
    Ok(())
}

/// The server has rounded to the scale already; zeros are missing only where it means something else by the scale.
pub fn write_text(out: &mut Vec<u8>, text: &[u8], scale: Option<u16>) {
    let special: &[u8] = match text {
        b"NaN" => b"NAN",
        b"Infinity" => b"POSITIVE_INFINITY",
        b"-Infinity" => b"NEGATIVE_INFINITY",
        _ => return write_finite(out, text, scale),
    };
    json_text::write(out, special);
}

fn write_finite(out: &mut Vec<u8>, text: &[u8], scale: Option<u16>) {
    out.push(b'"');
    json_text::write_inner(out, text);
    let wanted = usize::from(scale.unwrap_or(0));
    let point = text.iter().position(|b| *b == b'.');
    let present = point.map_or(0, |at| text.len() - at - 1);
    if wanted > present {
        if point.is_none() {
            out.push(b'.');
        }
        out.extend(std::iter::repeat_n(b'0', wanted - present));
    }
    out.push(b'"');
}

/// Whether a number is finite, as text without exponent.
pub fn is_finite(text: &[u8]) -> bool {
    numeric::natural_scale(text).is_some()
}

/// Rounded half up to `digits` decimals.
pub fn write_money(out: &mut Vec<u8>, text: &[u8], digits: u16, through_double: bool) -> Result<(), NoForm> {
    with_amount(text, through_double, |amount| {
        let rounded = amount.rounded(digits.into());
        numeric::with_unscaled(rounded.as_bytes(), digits.into(), |b| write_base64(out, b)).ok_or(NoForm)
    })
}

fn with_amount<R>(
    text: &[u8],
    through_double: bool,
    write: impl FnOnce(money::Amount) -> Result<R, NoForm>,
) -> Result<R, NoForm> {
    let amount = money::parse(text).ok_or(NoForm)?;
    if !through_double {
        return write(amount);
    }
    scratch::with(|double| {
        java_number::write_double(double, parse(amount.as_bytes())?);
        write(money::of_java_double(double).ok_or(NoForm)?)
    })
}

pub fn write_money_text(out: &mut Vec<u8>, text: &[u8], through_double: bool) -> Result<(), NoForm> {
    let amount = money::parse(text).ok_or(NoForm)?;
    out.push(b'"');
    if through_double {
        java_number::write_double(out, parse(amount.as_bytes())?);
    } else {
        out.extend_from_slice(amount.as_bytes());
    }
    out.push(b'"');
    Ok(())
}

pub fn write_money_double(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    write_double(out, parse(money::parse(text).ok_or(NoForm)?.as_bytes())?);
    Ok(())
}
