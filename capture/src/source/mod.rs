//! Sources: a database's snapshot and log in, records out.
//!
//! What every source promises:
//! * records leave in the order of the database's log, one task at a time;
//! * an offset handed out with a record resumes right after that record;
//! * nothing is told to the database before [`Source::stored`] says that the offset is durable.

pub mod connectors;
pub mod filter;
pub mod heartbeat;
pub mod incremental;
pub mod mongodb;
pub mod notification;
pub mod postgres;
pub mod signal;
pub mod transaction;

use crate::error::Result;
use crate::model::{offset::SourceOffset, record::Record};
use std::time::Instant;

/// Takes records from a source. The pipeline implements it; a source knows nothing about Kafka.
pub trait Emit<O> {
    /// Hands over one record; `offset` is where the source resumes once this record is durable.
    fn emit(&mut self, record: &Record<'_>, offset: &O) -> Result<()>;

    /// A position without a record (a commit, a filtered change): may be stored once everything before it is durable.
    fn advance(&mut self, offset: &O);

    /// True: finish the message at hand and return from [`Source::pump`].
    fn is_full(&self) -> bool;
}

/// How a call of [`Source::pump`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pumped {
    /// There may be more at once.
    More,
    /// Nothing arrived until the deadline.
    Idle,
    /// Nothing more is to be read before all that was handed out is stored.
    Checkpoint,
    /// The source has no more to give (a snapshot-only mode).
    Finished,
}

#[allow(async_fn_in_trait)] // used within one current-thread runtime
pub trait Source {
    type Offset: SourceOffset;

    /// Waits until `deadline` for input, then emits what has arrived.
    async fn pump<E: Emit<Self::Offset>>(&mut self, out: &mut E, deadline: Instant) -> Result<Pumped>;

    /// `offset` is durable in the offset store: the database may forget what lies before it.
    fn stored(&mut self, offset: &Self::Offset);

    /// Called often, also while `pump` is not: keeps the connection alive and passes on stored positions.
    async fn keep_alive(&mut self) -> Result<()>;

    /// Orderly end: last feedback, then the connection is closed.
    async fn close(self) -> Result<()>;
}
