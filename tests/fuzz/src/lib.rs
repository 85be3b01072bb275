//! What the fuzzer calls, and what ordinary tests call with the same inputs: each function takes any bytes, as they may
//! come from outside, and panics only where the engine has a fault.

pub mod encoder;
pub mod entries;
pub mod table;
