//! The shared words: what a record, an offset and a schema are. Uses no other module.

pub mod json_text;
pub mod offset;
pub mod record;
pub mod schema;
