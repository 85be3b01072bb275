//! Progress in the consumer group: what is about to be written, what is written, and what a new owner makes of it.
//!
//! Before a batch is sent, its range is committed as metadata at the offset of its first record (the *intent*), so
//! that whoever owns the partition after a crash rebuilds exactly that range and repeats it under the same tokens.
//! After all of its inserts are acknowledged, the offset after its last record is committed. Each batch begins at the
//! committed offset, whether or not there is a record: compaction and transactions leave holes. So the intent does not
//! move the offset, and bronze ends right before it. The broker refuses commits of a generation of the group that has
//! passed, which keeps the process that owned the partition before from starting another insert.

mod assignment;
mod intent;
mod progress;

pub use assignment::{Known, Verdict, judge};
pub use intent::Metadata;
pub use progress::Progress;
