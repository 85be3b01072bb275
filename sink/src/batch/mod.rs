//! One batch: a range of offsets of one partition, as the rows of its two tables.

mod form;
pub mod token;

pub use form::{Batch, Counts, Former, Landing};
