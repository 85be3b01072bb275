//! The name by which ClickHouse knows a batch again.
//!
//! It depends on offsets and the target alone, never on content: the same range sent twice is dropped the second
//! time. The generation changes when offsets are consumed anew, on purpose or because the topic is a new one under an
//! old name; a table remembers tokens although its rows were deleted, and would otherwise drop what is to land.

use std::fmt;

#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    pub generation: u64,
    pub cluster: &'a str,
    pub topic: &'a str,
    pub partition: i32,
    pub first: i64,
    pub last: i64,
    pub table: &'a str,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { generation, cluster, topic, partition, first, last, table } = self;
        write!(f, "v{generation}:{cluster}:{topic}:{partition}:{first}-{last}:{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_generation_place_range_and_table() {
        let token = Token {
            generation: 7,
            cluster: "abc",
            topic: "mongo.commerce.events",
            partition: 3,
            first: 10,
            last: 20,
            table: "events_silver",
        };
        assert_eq!(token.to_string(), "v7:abc:mongo.commerce.events:3:10-20:events_silver");
    }
}
