//! Configuration: a map of strings to typed settings. Parsing opens nothing; every error names its key.

pub mod connector;
pub mod file;
pub mod key;
pub mod properties;
pub mod provider;
pub mod secret;
pub mod worker;
