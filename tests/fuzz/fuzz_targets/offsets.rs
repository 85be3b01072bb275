//! See `fuzz::entries::offsets`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::entries::offsets(bytes));
