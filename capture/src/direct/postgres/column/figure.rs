//! Geometry to JSON.

use super::scalar::{NoForm, integer, parse, write_double};
use super::{binary, scratch};
use crate::convert::java_number;
use crate::direct::postgres::options::BinaryMode;

/// The server's text with Java's numbers in it, as bytes.
pub fn write(out: &mut Vec<u8>, text: &[u8], mode: BinaryMode) -> Result<(), NoForm> {
    scratch::with(|figure| {
        let mut rest = text;
        while let Some(first) = rest.first() {
            let length = rest.iter().take_while(|b| !is_frame(**b)).count();
            if length == 0 {
                figure.push(*first);
                rest = &rest[1..];
            } else {
                java_number::write_double(figure, parse(&rest[..length])?);
                rest = &rest[length..];
            }
        }
        binary::write_text(out, figure, mode);
        Ok(())
    })
}

fn is_frame(byte: u8) -> bool {
    b"()[]{}<>,".contains(&byte)
}

/// `(x,y)`.
pub fn write_point(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    let inner = text.strip_prefix(b"(").and_then(|t| t.strip_suffix(b")")).ok_or(NoForm)?;
    let comma = inner.iter().position(|b| *b == b',').ok_or(NoForm)?;
    let (x, y): (f64, f64) = (parse(&inner[..comma])?, parse(&inner[comma + 1..])?);
    // little-endian, type 1
    let mut wkb = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    wkb[5..13].copy_from_slice(&x.to_le_bytes());
    wkb[13..].copy_from_slice(&y.to_le_bytes());
    out.extend_from_slice(b"{\"x\":");
    write_double(out, x);
    out.extend_from_slice(b",\"y\":");
    write_double(out, y);
    out.extend_from_slice(b",\"wkb\":");
    binary::write_base64(out, &wkb);
    out.extend_from_slice(b",\"srid\":null}");
    Ok(())
}

/// PostGIS prints its extended form in hexadecimal digits, with the reference system inside.
pub fn write_spatial(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    const HAS_SRID: u32 = 0x2000_0000;
    let mut head = [0u8; 9];
    binary::decode_hex(text.get(..18).ok_or(NoForm)?, &mut head).ok_or(NoForm)?;
    let word = |at: usize| {
        let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
        if head[0] == 0 { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    out.extend_from_slice(b"{\"wkb\":");
    binary::write_base64_of_hex(out, text, BinaryMode::Bytes)?;
    out.extend_from_slice(b",\"srid\":");
    if word(1) & HAS_SRID != 0 {
        integer(out, i64::from(word(5) as i32));
    } else {
        out.extend_from_slice(b"null");
    }
    out.push(b'}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_system_is_read_from_postgis_text() {
        let mut out = vec![];
        write_spatial(&mut out, b"0101000020730C00001C7C613255DE6540787AA52C435C42C0").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, r#"{"wkb":"AQEAACBzDAAAHHxhMlXeZUB4eqUsQ1xCwA==","srid":3187}"#);
        assert_eq!(write_spatial(&mut vec![], b"0101"), Err(NoForm));
    }
}
