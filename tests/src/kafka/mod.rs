//! Kafka as a process, and its topics as a test reads them.

mod broker;
mod message;
mod topic;

pub use broker::{Kafka, KafkaBuilder};
pub use message::{Extent, Message};
