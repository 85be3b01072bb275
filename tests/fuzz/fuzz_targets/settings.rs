//! See `fuzz::entries::settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::entries::settings(bytes));
