//! A write load on both databases, with a ledger of what they acknowledged.
//!
//! Every write carries a mark of its own (`mark-17`), so that a topic can be searched for each single one. The load goes
//! on while its databases restart: a write whose outcome is unknown is not in the ledger, and its key is not used again.

mod plan;
mod seen;
mod writer;

pub use plan::Ledger;
pub use seen::{Seen, Told};
pub use writer::{Load, prepare, seed, seed_rows};
