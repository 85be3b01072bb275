//! Configuration providers: `${provider:path:key}` in a value stands for text that lives elsewhere.
//!
//! Worker settings are resolved when they are loaded. Connector settings are stored and shown as written and resolved only
//! when they are handed to a task. What cannot be resolved stays as it is, as in Kafka Connect.

mod directory;
mod env;
mod file;
mod paths;
mod placeholder;
mod registry;

pub use placeholder::{contains_placeholder, replace};
pub use registry::Providers;
