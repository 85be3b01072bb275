//! Broker -> records, one ordered stream per partition.
//!
//! One thread polls, whatever else goes on, because the group takes a member that does not poll for dead. It hands
//! records over in chunks; where an owner falls behind, its partition is paused and polling continues.

mod chunk;
mod client;
mod context;
mod fence;
mod poll;
mod record;
mod trouble;

pub use chunk::Chunk;
pub use client::build;
pub use context::{Assigned, Context};
pub use fence::Fence;
pub use poll::{Intake, Poller};
pub use record::Record;

pub type Consumer = rdkafka::consumer::BaseConsumer<Context>;
