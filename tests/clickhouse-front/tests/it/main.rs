//! The front against the real engine: what `curl` and the `clickhouse` crate see.

mod access;
mod client;
mod durability;
mod front;
mod http;
