//! Offset commits of one partition.

use std::sync::Arc;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;

use super::intent::Metadata;
use crate::consume::Consumer;
use crate::error::{Error, Kind, Result};
use crate::retry;

#[derive(Clone)]
pub struct Progress {
    consumer: Arc<Consumer>,
    topic: Arc<str>,
    partition: i32,
}

impl Progress {
    pub fn new(consumer: Arc<Consumer>, topic: Arc<str>, partition: i32) -> Self {
        Self { consumer, topic, partition }
    }

    /// Commits and waits for the broker's answer. [`Kind::Lost`] when the partition is no longer ours.
    pub async fn commit(&self, offset: i64, metadata: Metadata, stop: &CancellationToken) -> Result<()> {
        retry::until_done("offset commit", stop, || self.attempt(offset, metadata)).await
    }

    async fn attempt(&self, offset: i64, metadata: Metadata) -> Result<()> {
        let Self { consumer, topic, partition } = self.clone();
        let commit = move || -> Result<(), KafkaError> {
            let mut list = TopicPartitionList::with_capacity(1);
            let mut element = list.add_partition(&topic, partition);
            element.set_offset(Offset::Offset(offset))?;
            element.set_metadata(metadata.text());
            consumer.commit(&list, CommitMode::Sync)
        };
        let answer = tokio::task::spawn_blocking(commit).await;
        let answer = answer.map_err(|e| Error::transient("the offset commit was interrupted").caused_by(e))?;
        answer.map_err(|e| classify(e, &self.topic, self.partition, offset))
    }
}

fn classify(error: KafkaError, topic: &str, partition: i32, offset: i64) -> Error {
    use RDKafkaErrorCode as Code;
    let message = format!("the broker did not take offset {offset} of {topic}/{partition}");
    let failed = match error.rdkafka_error_code() {
        Some(
            Code::IllegalGeneration
            | Code::UnknownMemberId
            | Code::FencedInstanceId
            | Code::AssignmentLost
            | Code::Fenced
            | Code::Fatal,
        ) => Error::of(Kind::Lost, message),
        Some(Code::GroupAuthorizationFailed | Code::TopicAuthorizationFailed) => Error::definite(message)
            .remedy("Allow the sink's Kafka user to read the topic and the group that kafka.group names."),
        Some(Code::OffsetMetadataTooLarge) => {
            Error::definite(message).remedy("Raise the broker's offset.metadata.max.bytes to its default, 4096.")
        }
        _ => Error::transient(message),
    };
    failed.caused_by(error)
}
