//! HTTP's own compression: LZ4 frames both ways; other encodings are refused, never guessed.

use std::io::{Read, Write};

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use lz4_flex::frame::{FrameDecoder, FrameEncoder};

use crate::exception::Exception;

pub fn decode(headers: &HeaderMap, body: Vec<u8>) -> Result<Vec<u8>, Exception> {
    match headers.get(CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"" | b"identity") => Ok(body),
        Some(b"lz4") => {
            let mut plain = Vec::new();
            FrameDecoder::new(body.as_slice()).read_to_end(&mut plain).map_err(|error| {
                Exception::new(
                    271,
                    "CANNOT_DECOMPRESS",
                    format!("Cannot decompress the LZ4 frame of the body: {error}"),
                )
            })?;
            Ok(plain)
        }
        Some(other) => {
            let what = format!("Content-Encoding {}", String::from_utf8_lossy(other));
            Err(Exception::not_supported(&what, "send the body plain, as lz4, or in blocks with decompress=1"))
        }
    }
}

/// Whether the client reads LZ4 frames. Of several encodings the answer may use any or none.
pub fn accepts_lz4(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|encoding| encoding.trim().split(';').next() == Some("lz4"))
}

pub fn encode_lz4(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = FrameEncoder::new(Vec::new());
    encoder.write_all(plain)?;
    encoder.finish().map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().expect("name"), value.parse().expect("value"))])
    }

    #[test]
    fn lz4_goes_both_ways() {
        let plain = b"row row row".repeat(100);
        let packed = encode_lz4(&plain).expect("packed");
        assert_eq!(decode(&headers("content-encoding", "lz4"), packed.clone()).expect("plain"), plain);
        let cut = packed[..packed.len() / 2].to_vec();
        assert_eq!(decode(&headers("content-encoding", "lz4"), cut).expect_err("cut").code, 271);
    }

    #[test]
    fn other_encodings_are_refused_by_name() {
        let refusal = decode(&headers("content-encoding", "gzip"), Vec::new()).expect_err("gzip");
        assert_eq!((refusal.code, refusal.status()), (48, 501));
        assert!(refusal.to_string().contains("gzip"));
    }

    #[test]
    fn the_accepted_encodings_are_a_list() {
        assert!(accepts_lz4(&headers("accept-encoding", "gzip, lz4;q=0.5")));
        assert!(!accepts_lz4(&headers("accept-encoding", "gzip, br")));
    }
}
