//! The server's text of values, taken apart. Pure functions over bytes; nothing is allocated for a row.

pub mod array;
pub mod hstore;
pub mod interval;
pub mod money;
pub mod numeric;
pub mod temporal;
