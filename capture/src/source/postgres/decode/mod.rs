//! The server's text of values, taken apart. Pure functions over bytes; nothing is allocated for a row.

pub mod interval;
pub mod numeric;
pub mod temporal;
