//! Random cases: schemas, identities and changes chosen from a seed, played as those of `tests/cases` are.
//!
//! A seed gives one [`scenario`], which is written out as a case's folder. One that differs is shrunk and kept, so that
//! `rig cases postgres` plays it again.

mod changes;
mod kind;
mod run;
mod scenario;
mod schema;
mod shrink;
mod value;

pub use run::{Options, run};
pub use scenario::{Scenario, Size};
