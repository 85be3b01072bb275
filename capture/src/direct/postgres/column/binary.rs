//! Bytes and bits to JSON.

use super::scalar::NoForm;
use crate::convert::base64_text;
use crate::direct::postgres::options::BinaryMode;
use crate::model::json_text;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Whole groups of three bytes, so that only the last piece is padded.
const PIECE_BYTES: usize = 48;

pub fn write_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    base64_text::append(out, bytes, &STANDARD);
    out.push(b'"');
}

/// `bytea_output = hex` is the server's default: `\x0102`.
pub fn write_bytea(out: &mut Vec<u8>, text: &[u8], mode: BinaryMode) -> Result<(), NoForm> {
    let hex = text.strip_prefix(b"\\x").ok_or(NoForm)?;
    if mode == BinaryMode::Hex {
        json_text::write(out, hex);
        return Ok(());
    }
    write_base64_of_hex(out, hex, mode)
}

/// Base64 of what hexadecimal digits stand for.
pub fn write_base64_of_hex(out: &mut Vec<u8>, hex: &[u8], mode: BinaryMode) -> Result<(), NoForm> {
    out.push(b'"');
    for piece in hex.chunks(2 * PIECE_BYTES) {
        let mut bytes = [0u8; PIECE_BYTES];
        let count = decode_hex(piece, &mut bytes).ok_or(NoForm)?;
        append_base64(out, &bytes[..count], mode);
    }
    out.push(b'"');
    Ok(())
}

fn append_base64(out: &mut Vec<u8>, bytes: &[u8], mode: BinaryMode) {
    match mode {
        BinaryMode::Base64UrlSafe => base64_text::append(out, bytes, &URL_SAFE),
        _ => base64_text::append(out, bytes, &STANDARD),
    }
}

/// Fills `bytes` from the front; `None`: these are not pairs of hexadecimal digits.
pub fn decode_hex(hex: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let pairs = hex.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Some(hex.len() / 2)
}

/// The bytes of a text.
pub fn write_text(out: &mut Vec<u8>, text: &[u8], mode: BinaryMode) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    if mode == BinaryMode::Hex {
        out.extend(text.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]));
    } else {
        append_base64(out, text, mode);
    }
    out.push(b'"');
}

pub fn write_bit(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    if !is_bits(text) || text.is_empty() {
        return Err(NoForm);
    }
    out.extend_from_slice(if text.contains(&b'1') { b"true" } else { b"false" });
    Ok(())
}

fn is_bits(text: &[u8]) -> bool {
    text.iter().all(|b| matches!(b, b'0' | b'1'))
}

/// The bits as a number, its lowest byte first, without zero bytes at the end.
pub fn write_bits(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    if !is_bits(text) {
        return Err(NoForm);
    }
    let leading = text.iter().take_while(|b| **b == b'0').count();
    out.push(b'"');
    // from the right end of the text, 48 bytes at a time
    for piece in text[leading..].rchunks(8 * PIECE_BYTES) {
        let mut bytes = [0u8; PIECE_BYTES];
        let mut count = 0;
        for (byte, eight) in bytes.iter_mut().zip(piece.rchunks(8)) {
            *byte = eight.iter().fold(0, |n, b| n << 1 | (b & 1));
            count += 1;
        }
        base64_text::append(out, &bytes[..count], &STANDARD);
    }
    out.push(b'"');
    Ok(())
}
