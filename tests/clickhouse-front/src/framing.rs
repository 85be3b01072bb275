//! ClickHouse's own framing of compressed data, behind `compress=1` and `decompress=1`.
//!
//! A body is a row of blocks: 16 bytes CityHash128 (version 1.0.2) of what follows, 1 byte method, 4 bytes length
//! with these 9 header bytes, 4 bytes length unpacked, data. See the "Native format" page of ClickHouse's manual.

use crate::exception::Exception;

const CHECKSUM: usize = 16;
const HEADER: usize = 9;
const METHOD_LZ4: u8 = 0x82;
const METHOD_NONE: u8 = 0x02;
/// The server's limit for one block, both ways.
const MAX_BLOCK: usize = 1 << 30;
/// What the server packs at once when it answers.
const BLOCK: usize = 1 << 20;

pub fn unpack(mut framed: &[u8]) -> Result<Vec<u8>, Exception> {
    let mut plain = Vec::with_capacity(framed.len() * 3);
    while !framed.is_empty() {
        framed = unpack_block(framed, &mut plain)?;
    }
    Ok(plain)
}

fn unpack_block<'a>(framed: &'a [u8], plain: &mut Vec<u8>) -> Result<&'a [u8], Exception> {
    let cut = || Exception::new(33, "CANNOT_READ_ALL_DATA", "Cannot read all data: a compressed block is cut off");
    let (checksum, body) = framed.split_at_checked(CHECKSUM).ok_or_else(cut)?;
    let header = body.get(..HEADER).ok_or_else(cut)?;
    let packed_len = length(&header[1..5]);
    let plain_len = length(&header[5..9]);
    if !(HEADER..=MAX_BLOCK).contains(&packed_len) || plain_len > MAX_BLOCK {
        let text = format!(
            "Too large size_compressed or size_decompressed: {packed_len}, {plain_len}. Most likely corrupted data"
        );
        return Err(Exception::new(39, "TOO_LARGE_SIZE_COMPRESSED", text));
    }
    let (block, rest) = body.split_at_checked(packed_len).ok_or_else(cut)?;
    if checksum != self::checksum(block) {
        let text = "Checksum doesn't match: corrupted data";
        return Err(Exception::new(40, "CHECKSUM_DOESNT_MATCH", text));
    }
    match header[0] {
        METHOD_NONE => plain.extend_from_slice(&block[HEADER..]),
        METHOD_LZ4 => {
            let unpacked = lz4_flex::block::decompress(&block[HEADER..], plain_len)
                .map_err(|error| Exception::new(271, "CANNOT_DECOMPRESS", format!("Cannot decompress LZ4: {error}")))?;
            plain.extend_from_slice(&unpacked);
        }
        other => return Err(Exception::not_supported(&format!("compression method {other:#04x}"), "send LZ4")),
    }
    Ok(rest)
}

pub fn pack(plain: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(plain.len() / 2 + CHECKSUM + HEADER);
    for piece in plain.chunks(BLOCK) {
        let packed = lz4_flex::block::compress(piece);
        let mut block = Vec::with_capacity(HEADER + packed.len());
        block.push(METHOD_LZ4);
        block.extend_from_slice(&((HEADER + packed.len()) as u32).to_le_bytes());
        block.extend_from_slice(&(piece.len() as u32).to_le_bytes());
        block.extend_from_slice(&packed);
        framed.extend_from_slice(&checksum(&block));
        framed.extend_from_slice(&block);
    }
    framed
}

fn checksum(block: &[u8]) -> [u8; CHECKSUM] {
    // the hash function gives the halves the other way round than they are sent
    cityhash_rs::cityhash_102_128(block).rotate_right(64).to_le_bytes()
}

fn length(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        (0..3 * BLOCK + 17).map(|i| (i % 251) as u8 ^ (i / 1000) as u8).collect()
    }

    #[test]
    fn packs_and_unpacks() {
        assert_eq!(unpack(&pack(&sample())).expect("round trip"), sample());
        assert_eq!(unpack(&[]).expect("empty"), Vec::<u8>::new());
        assert!(pack(&[]).is_empty());
    }

    #[test]
    fn a_changed_byte_or_a_cut_is_refused() {
        let framed = pack(b"some rows, some rows, some rows");
        for at in 0..framed.len() {
            let mut broken = framed.clone();
            broken[at] ^= 1;
            assert!(unpack(&broken).is_err(), "byte {at}");
        }
        for end in 1..framed.len() {
            assert_eq!(unpack(&framed[..end]).expect_err("cut").code, 33, "cut at {end}");
        }
    }
}
