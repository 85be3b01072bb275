//! The polling thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rdkafka::Message;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::TopicPartitionList;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::context::{Assigned, Running};
use super::trouble::Trouble;
use super::{Chunk, Consumer};
use crate::error::{Error, Kind, Result};

/// A chunk is handed over at this size, or as soon as nothing more is at hand.
const CHUNK_BYTES: usize = 256 << 10;

const IDLE_WAIT: Duration = Duration::from_millis(100);

/// With a paused partition the thread looks sooner whether its owner has caught up.
const PAUSED_WAIT: Duration = Duration::from_millis(10);

const BROKER_WAIT: Duration = Duration::from_secs(3);

/// Records of one partition, as its owner receives them.
#[derive(Debug)]
pub struct Intake {
    chunks: UnboundedReceiver<Chunk>,
    queued_bytes: Arc<AtomicUsize>,
    held_bytes: usize,
}

impl Intake {
    /// The next chunk; taking it gives back the room of the one before. `None` when the partition was taken away.
    pub async fn next(&mut self) -> Option<Chunk> {
        let held = std::mem::take(&mut self.held_bytes);
        self.queued_bytes.fetch_sub(held, Ordering::Relaxed);
        let chunk = self.chunks.recv().await?;
        self.held_bytes = chunk.size_bytes();
        Some(chunk)
    }
}

/// One partition as the polling thread sees it.
struct Lane {
    topic: Arc<str>,
    partition: i32,
    chunk: Chunk,
    feed: UnboundedSender<Chunk>,
    queued_bytes: Arc<AtomicUsize>,
    is_paused: bool,
}

pub struct Poller<Spawn> {
    consumer: Arc<Consumer>,
    lanes: Vec<Lane>,
    /// A partition is paused while more than this waits for its owner.
    queue_limit_bytes: usize,
    stop: CancellationToken,
    spawn: Spawn,
    waiting_for_topic: bool,
    trouble: Trouble,
}

impl<Spawn> Poller<Spawn>
where
    Spawn: FnMut(&str, Assigned, Intake, CancellationToken) -> JoinHandle<()>,
{
    /// `spawn` starts the owner of a partition; it gets the Kafka cluster's id first.
    pub fn new(consumer: Arc<Consumer>, queue_limit_bytes: usize, stop: CancellationToken, spawn: Spawn) -> Self {
        let (lanes, trouble) = (Vec::new(), Trouble::default());
        Self { consumer, lanes, queue_limit_bytes, stop, spawn, waiting_for_topic: false, trouble }
    }

    /// Polls until asked to stop, then waits for the owners. Blocks its thread.
    pub fn run(mut self, topics: &[&str]) -> Result<()> {
        let Some(cluster) = self.wait_for_broker()? else { return Ok(()) };
        tracing::info!(cluster, ?topics, "kafka answers, joining the group");
        self.consumer.subscribe(topics).map_err(|e| Error::definite("cannot subscribe to the topics").caused_by(e))?;
        let result = self.poll_until_stopped(&cluster);
        self.consumer.context().stop_owners(|_, _| true);
        result
    }

    /// The cluster's id; `None` when asked to stop before a broker answered.
    fn wait_for_broker(&self) -> Result<Option<String>> {
        while !self.stop.is_cancelled() {
            if let Some(cluster) = self.consumer.client().fetch_cluster_id(BROKER_WAIT) {
                return Ok(Some(cluster));
            }
            let mut cause = None;
            while let Some(event) = self.consumer.poll(Duration::ZERO) {
                if let Err(error) = event {
                    check_definite(&error)?;
                    cause = Some(error.to_string());
                }
            }
            tracing::warn!(cause, "no kafka broker answers at kafka.bootstrap_servers, waiting");
            std::thread::sleep(IDLE_WAIT);
        }
        Ok(None)
    }

    fn poll_until_stopped(&mut self, cluster: &str) -> Result<()> {
        let consumer = Arc::clone(&self.consumer);
        let (mut wait, mut served) = (IDLE_WAIT, Instant::now());
        while !self.stop.is_cancelled() {
            let polled = consumer.poll(wait);
            let is_idle = polled.is_none();
            self.adopt(cluster);
            match polled {
                Some(Ok(message)) => {
                    self.keep(&message);
                    wait = Duration::ZERO;
                }
                Some(Err(error)) => self.report(&error)?,
                None => {}
            }
            // Also under a stream without end: one busy partition must not hold up the others.
            if is_idle || served.elapsed() >= IDLE_WAIT {
                self.serve_lanes()?;
                served = Instant::now();
                wait = if self.lanes.iter().any(|lane| lane.is_paused) { PAUSED_WAIT } else { IDLE_WAIT };
            }
        }
        Ok(())
    }

    /// Hands over what has gathered, lets partitions go on whose owner has caught up, and forgets those without one.
    fn serve_lanes(&mut self) -> Result<()> {
        self.lanes.retain(|lane| !lane.feed.is_closed());
        (0..self.lanes.len()).for_each(|index| self.hand_over(index));
        self.resume()
    }

    /// Starts owners for partitions that have just been given to us.
    fn adopt(&mut self, cluster: &str) {
        for assigned in self.consumer.context().take_arrived() {
            let (topic, partition) = (Arc::clone(&assigned.topic), assigned.partition);
            self.lanes.retain(|lane| (&lane.topic, lane.partition) != (&topic, partition));
            let (feed, chunks) = unbounded_channel();
            let queued_bytes = Arc::new(AtomicUsize::new(0));
            let intake = Intake { chunks, queued_bytes: Arc::clone(&queued_bytes), held_bytes: 0 };
            let stop = self.stop.child_token();
            let task = (self.spawn)(cluster, assigned, intake, stop.clone());
            self.consumer.context().add_running(Running { topic: Arc::clone(&topic), partition, stop, task });
            let chunk = Chunk::new(Arc::clone(&topic), partition);
            self.lanes.push(Lane { topic, partition, chunk, feed, queued_bytes, is_paused: false });
        }
    }

    fn keep(&mut self, message: &BorrowedMessage<'_>) {
        self.waiting_for_topic = false;
        let (topic, partition) = (message.topic(), message.partition());
        let lane = self.lanes.iter().position(|lane| lane.partition == partition && *lane.topic == *topic);
        // A partition without a lane was taken away; its next owner starts where our commits end.
        let Some(index) = lane else { return };
        self.lanes[index].chunk.push(message);
        if self.lanes[index].chunk.size_bytes() >= CHUNK_BYTES {
            self.hand_over(index);
        }
    }

    /// Gives the lane's chunk to its owner, and pauses the partition if that is more than it keeps up with.
    fn hand_over(&mut self, index: usize) {
        let lane = &mut self.lanes[index];
        if lane.chunk.is_empty() {
            return;
        }
        let empty = Chunk::new(Arc::clone(&lane.topic), lane.partition);
        let chunk = std::mem::replace(&mut lane.chunk, empty);
        let size = chunk.size_bytes();
        let queued = lane.queued_bytes.fetch_add(size, Ordering::Relaxed) + size;
        if lane.feed.send(chunk).is_err() || lane.is_paused || queued < self.queue_limit_bytes {
            return;
        }
        match self.consumer.pause(&list_of(lane)) {
            Ok(()) => lane.is_paused = true,
            Err(error) => tracing::warn!(error = %error, "partition could not be paused"),
        }
    }

    fn resume(&mut self) -> Result<()> {
        for lane in self.lanes.iter_mut().filter(|lane| lane.is_paused) {
            if lane.queued_bytes.load(Ordering::Relaxed) * 2 > self.queue_limit_bytes {
                continue;
            }
            self.consumer
                .resume(&list_of(lane))
                .map_err(|e| Error::transient("a paused partition could not be resumed").caused_by(e))?;
            lane.is_paused = false;
        }
        Ok(())
    }

    /// librdkafka mends by itself what may pass; an operator hears of it, once for a topic that is not there yet.
    fn report(&mut self, error: &KafkaError) -> Result<()> {
        // A fatal error arrives under one code for all; the client keeps the real one.
        if let Some((code, _)) = self.consumer.client().fatal_error() {
            check_definite(&KafkaError::MessageConsumptionFatal(code))?;
        }
        check_definite(error)?;
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::UnknownTopicOrPartition) => {
                if !std::mem::replace(&mut self.waiting_for_topic, true) {
                    tracing::info!(error = %error, "a topic does not exist yet, waiting for it");
                }
            }
            _ => self.trouble.tell(error),
        }
        Ok(())
    }
}

fn list_of(lane: &Lane) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(1);
    list.add_partition(&lane.topic, lane.partition);
    list
}

/// Errors that a person must mend.
fn check_definite(error: &KafkaError) -> Result<()> {
    use RDKafkaErrorCode as Code;
    let Some(code) = error.rdkafka_error_code() else { return Ok(()) };
    let (message, remedy) = match code {
        Code::Authentication | Code::SaslAuthenticationFailed => {
            ("kafka refuses the login", "Check the security properties under [kafka.properties] and their secrets.")
        }
        Code::TopicAuthorizationFailed | Code::GroupAuthorizationFailed | Code::ClusterAuthorizationFailed => (
            "kafka does not allow the sink to consume",
            "Allow its Kafka user to read the topics and the group that kafka.group names.",
        ),
        Code::AutoOffsetReset | Code::OffsetOutOfRange => (
            "the log does not have the offset at which consuming would go on",
            "Retention removed records, or the topic was recreated: restart the sink, whose check then says which.",
        ),
        Code::InvalidSessionTimeout => (
            "the broker does not accept the session timeout",
            "Set kafka.session_timeout_ms between the broker's group.min.session.timeout.ms and group.max.session.timeout.ms.",
        ),
        Code::FencedInstanceId => (
            "another sink runs under the same kafka.instance_id",
            "Give each running sink a name of its own, or stop the other one.",
        ),
        _ if matches!(error, KafkaError::MessageConsumptionFatal(_)) => {
            ("the kafka client cannot go on", "Start the sink again; it continues where its commits end.")
        }
        _ => return Ok(()),
    };
    // joining anew mends it where the other one was ourselves
    let kind = if code == Code::FencedInstanceId { Kind::Lost } else { Kind::Definite };
    Err(Error::of(kind, message).caused_by(error.clone()).remedy(remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_must_mend_ends_the_sink_with_the_remedy() {
        use RDKafkaErrorCode as Code;
        for (error, says) in [
            (KafkaError::MessageConsumption(Code::TopicAuthorizationFailed), "Allow its Kafka user"),
            (KafkaError::MessageConsumption(Code::InvalidSessionTimeout), "kafka.session_timeout_ms"),
            (KafkaError::MessageConsumptionFatal(Code::FencedInstanceId), "kafka.instance_id"),
            (KafkaError::MessageConsumptionFatal(Code::UnknownMemberId), "Start the sink again"),
        ] {
            let report = check_definite(&error).unwrap_err().report();
            assert!(report.contains(says), "{report}");
        }
        for passing in [Code::AllBrokersDown, Code::UnknownTopicOrPartition, Code::BrokerTransportFailure] {
            assert!(check_definite(&KafkaError::MessageConsumption(passing)).is_ok(), "{passing}");
        }
    }
}
