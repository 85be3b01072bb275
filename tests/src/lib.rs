//! The rig: real components as processes, for tests, the demo and benchmarks.
//!
//! A test tells a story with it: `Rig::new("takeover")?`, `rig.postgres().start()?`, `rig.kafka().start()?`,
//! `rig.connect(&kafka).start()?`, `connect.create("users", &config)?`, `kafka.read("users", Extent::Count(5))?`,
//! `kafka.kill()?`. Every call blocks until what it asks for holds, so tests are plain functions. What can be done with
//! every component is [`Server`]. Whatever was started ends with the value that stands for it, also when the test panics
//! or the run is interrupted.

pub mod bench;
mod blocking;
pub mod cases;
pub mod chaos;
mod clickhouse;
pub mod compat;
pub mod connectors;
pub mod demo;
mod http;
mod java;
mod kafka;
pub mod landing;
pub mod load;
mod mongodb;
mod postgres;
pub mod process;
mod program;
pub mod provision;
pub mod proxy;
pub mod random;
mod rest;
mod rig;
mod server;
pub mod sim;
mod worker;

pub use clickhouse::{Clickhouse, ClickhouseBuilder};
pub use http::Answer;
pub use kafka::{Extent, Kafka, KafkaBuilder, Message};
pub use mongodb::{Mongodb, MongodbBuilder};
pub use postgres::{Postgres, PostgresBuilder};
pub use program::binary;
pub use rest::Rest;
pub use rig::Rig;
pub use server::Server;
pub use worker::{Engine, Worker, WorkerBuilder};
