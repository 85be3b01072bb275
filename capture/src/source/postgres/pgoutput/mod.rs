//! The output plugin `pgoutput`, protocol version 1: bytes to messages. Owns no socket and copies nothing.

mod message;
mod parse;
pub mod row;

pub use message::{Message, OldKind, RelationBody};
pub use parse::parse;
