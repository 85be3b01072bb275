//! Base64 into a buffer that is there already.

use base64::Engine;

/// Appends padded base64 in the engine's alphabet.
pub fn append(out: &mut Vec<u8>, bytes: &[u8], engine: &impl Engine) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let written = engine.encode_slice(bytes, &mut out[start..]);
    debug_assert_eq!(written.ok(), Some(out.len() - start), "the room is exact");
}
