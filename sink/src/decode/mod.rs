//! Record -> row: what a Debezium envelope says about one key, and which version of it that is.
//!
//! Borrows from the record wherever it can; a record is decoded in full before anything of it is written, so a
//! record that is refused leaves nothing behind.

mod document;
mod envelope;
pub mod event;
mod extended_json;
mod landed;
mod text;
mod time;
pub mod user;
pub mod version;

pub use landed::{Bronze, Landed, Refusal, Status};
