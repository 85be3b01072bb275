//! The fast way round: a change's wire bytes to a record's bytes, by a plan made once per table or collection.

pub mod mongodb;
