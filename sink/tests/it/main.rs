//! The sink against a Kafka broker in this process. ClickHouse is the real engine in the workspace's own tests.

mod ending;
mod group;
