//! Kafka Connect's REST API, as a 4.0 worker answers it.

mod answer;
mod body;
mod connectors;
mod info;
mod listen;
mod plugins;
mod root;
mod router;
mod tasks;
mod topics;

pub use listen::{Bound, bind, serve};
