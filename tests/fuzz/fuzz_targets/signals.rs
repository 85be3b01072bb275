//! See `fuzz::entries::signals`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::entries::signals(bytes));
