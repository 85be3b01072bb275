//! The fast way: one row's wire bytes to one record's bytes, by a plan compiled once per table.

pub mod postgres;
