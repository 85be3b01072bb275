//! The name of one record, as configuration and messages write it: `topic/partition/offset`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RecordId {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
}

#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not topic/partition/offset")]
pub struct Error(String);

impl FromStr for RecordId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).ok_or_else(|| Error(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<RecordId> {
    // From the end: a topic's name holds no slash, but nothing here has to know that.
    let mut parts = text.rsplitn(3, '/');
    let offset = parts.next()?.parse().ok().filter(|offset| *offset >= 0)?;
    let partition = parts.next()?.parse().ok().filter(|partition| *partition >= 0)?;
    let topic = parts.next().filter(|topic| !topic.is_empty())?.to_owned();
    Some(RecordId { topic, partition, offset })
}

impl TryFrom<String> for RecordId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.topic, self.partition, self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = RecordId { topic: "mongo.commerce.events".into(), partition: 3, offset: i64::MAX };
        assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        for text in ["", "t", "t/1", "/1/2", "t/-1/2", "t/1/-2", "t/1/9223372036854775808", "t/1/2/"] {
            assert!(text.parse::<RecordId>().is_err(), "{text}");
        }
    }
}
