//! See `fuzz::entries::pgoutput`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::entries::pgoutput(bytes));
