//! No figure without equal records.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use super::load::Load;
use super::side::Entrant;
use crate::compat::mask;
use crate::{Kafka, Message};

const PATIENCE: Duration = Duration::from_secs(60);

/// Reads both topics side by side; the number of records compared.
pub fn equal(kafka: &Kafka, load: &Load, rows: u64, left: &Entrant, right: &Entrant) -> Result<u64> {
    let (left_topic, right_topic) = (left.topic(load), right.topic(load));
    let (one, other) = (reader(kafka, &left_topic, 0)?, reader(kafka, &right_topic, 0)?);
    for number in 0..rows {
        let (a, b) = (next(&one)?, next(&other)?);
        let same_value = hidden(a.1.as_deref(), left) == hidden(b.1.as_deref(), right);
        let same_key = hidden(a.0.as_deref(), left) == hidden(b.0.as_deref(), right);
        if !same_key || !same_value {
            bail!(
                "record {number} of {left_topic} and {right_topic} differs, so no figure is shown:\n{}\n{}",
                String::from_utf8_lossy(a.1.as_deref().unwrap_or_default()),
                String::from_utf8_lossy(b.1.as_deref().unwrap_or_default())
            );
        }
    }
    Ok(rows)
}

/// Times of processing and the side's own name are hidden: in `source`, and with schemas in every schema's name.
fn hidden(value: Option<&[u8]>, entrant: &Entrant) -> Option<Vec<u8>> {
    let mut masked = mask::mask(value?);
    let (prefix, hidden) = (entrant.prefix.as_bytes(), b"????");
    let named = [[b"\"", prefix, b"\""].concat(), [b"\"", prefix, b"."].concat()];
    let mut at = 0;
    while at + prefix.len() + 2 <= masked.len() {
        if named.iter().any(|name| masked[at..].starts_with(name)) {
            masked[at + 1..at + 1 + prefix.len()].copy_from_slice(hidden);
        }
        at += 1;
    }
    Some(masked)
}

type KeyAndValue = (Option<Vec<u8>>, Option<Vec<u8>>);

fn next(reader: &BaseConsumer) -> Result<KeyAndValue> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(message) = reader.poll(Duration::from_millis(100)) {
            let message = message?;
            return Ok((message.key().map(<[u8]>::to_vec), message.payload().map(<[u8]>::to_vec)));
        }
    }
    bail!("the topic ended early")
}

fn reader(kafka: &Kafka, topic: &str, offset: i64) -> Result<BaseConsumer> {
    let consumer: BaseConsumer = kafka.client_config().set("group.id", "bench-compare").create()?;
    let mut assignment = TopicPartitionList::new();
    assignment.add_partition_offset(topic, 0, Offset::Offset(offset))?;
    consumer.assign(&assignment)?;
    Ok(consumer)
}

/// Reads the records of a range, one by one: time of append in milliseconds, and value.
pub fn each(
    kafka: &Kafka,
    topic: &str,
    range: std::ops::Range<u64>,
    mut see: impl FnMut(i64, &[u8]) -> Result<()>,
) -> Result<()> {
    let consumer = reader(kafka, topic, range.start as i64)?;
    let end = Instant::now() + PATIENCE;
    let mut seen = range.start;
    while seen < range.end {
        let Some(message) = consumer.poll(Duration::from_millis(100)) else {
            anyhow::ensure!(Instant::now() < end, "{topic} ended early, at record {seen}");
            continue;
        };
        let message = message?;
        let time = message.timestamp().to_millis().with_context(|| format!("record {seen} of {topic} has no time"))?;
        see(time, message.payload().unwrap_or_default())?;
        seen += 1;
    }
    Ok(())
}

/// One record by its offset.
pub fn at(kafka: &Kafka, topic: &str, offset: i64) -> Result<Message> {
    let consumer = reader(kafka, topic, offset)?;
    let message = consumer.poll(PATIENCE).with_context(|| format!("{topic} has no record {offset}"))??;
    Ok(Message::from(&message))
}
