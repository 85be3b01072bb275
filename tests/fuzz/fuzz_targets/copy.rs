//! See `fuzz::entries::copy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::entries::copy(bytes));
