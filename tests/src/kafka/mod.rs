//! Kafka as a process, and its topics as a test reads them.

mod broker;
mod message;
mod reader;
mod topic;

pub use broker::{Kafka, KafkaBuilder};
pub use message::{Extent, Message};
pub use reader::Reader;
