//! The fast way: one row's or document's wire bytes to one record's bytes, by a plan compiled once per table or collection.

pub mod mongodb;
pub mod postgres;
mod topic;
