//! See `fuzz::entries::streaming`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::entries::streaming(bytes));
