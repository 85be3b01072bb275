//! The core: positions, the ledger of records in flight, storing and confirming, without I/O or clock.
//!
//! Events go in (a record was handed to the producer, acknowledged or refused, an offset was stored, time passed, stop);
//! decisions come out ([`Decision`]). The running pipeline feeds it, and so does the simulation behind `make sim`.
//!
//! What always holds:
//! * the stored offset is the last of a contiguous prefix of acknowledged records;
//! * a position is confirmed to the source only after its offset is stored;
//! * after a refusal nothing behind the refused record is ever stored.

mod ledger;
mod machine;

pub use ledger::{Acknowledgements, Ledger};
pub use machine::{Core, Decision, Limits, Phase};
