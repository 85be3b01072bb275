//! Reads one partition of a topic of letters from where its group stood, without joining the group.
//!
//! A letter counts as read once it is handed out. The position is committed at an orderly end, and in between only where that
//! is asked for; whoever ends otherwise reads again from the last commit.

use super::admin::config;
use super::client::{self, Logged};
use crate::config::key::Map;
use crate::error::Result;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::{Offset, TopicPartitionList};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

/// Everything else of the topic is left alone, as Debezium does.
const PARTITION: i32 = 0;
/// Longest wait for one answer while it is found out where to begin.
const ANSWER: Duration = Duration::from_secs(5);
/// Between two attempts to find out.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the end of a task waits for its position to be committed.
const LAST_COMMIT: Duration = Duration::from_secs(2);
/// Letters that are handed out at once.
const AT_ONCE: usize = 100;

/// A record as it lies in the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub key: Option<String>,
    pub value: Option<String>,
    pub offset: i64,
}

/// What is read, and by whose settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub topic: String,
    /// librdkafka's, with the group's name among them.
    pub properties: Map,
    /// Between two commits while letters are read; `None`: only at the end.
    pub commit_every: Option<Duration>,
}

pub struct Inbox {
    settings: Settings,
    state: State,
    stop: Arc<AtomicBool>,
}

enum State {
    /// Nothing was asked for yet.
    Waiting(BaseConsumer<Logged>),
    /// A thread finds out where to begin: the answers take a while, and nobody is to wait for them.
    Opening(Receiver<Open>),
    Open(Open),
    Closed,
}

struct Open {
    consumer: BaseConsumer<Logged>,
    /// Behind the last letter that was handed out.
    next: i64,
    committed: Instant,
    is_committed: bool,
}

impl Inbox {
    pub fn open(settings: Settings) -> Result<Self> {
        let state = State::Waiting(consumer(&settings.properties)?);
        Ok(Self { settings, state, stop: Arc::default() })
    }

    /// What has arrived since; never waits. The first call begins to read.
    pub fn read(&mut self) -> Vec<Letter> {
        self.state = match std::mem::replace(&mut self.state, State::Closed) {
            State::Waiting(consumer) => self.find_the_beginning(consumer),
            State::Opening(receiver) => match receiver.try_recv() {
                Ok(open) => State::Open(open),
                Err(TryRecvError::Empty) => State::Opening(receiver),
                Err(TryRecvError::Disconnected) => State::Closed,
            },
            state => state,
        };
        let State::Open(open) = &mut self.state else { return vec![] };
        let letters = open.read(&self.settings.topic);
        if self.settings.commit_every.is_some_and(|every| open.committed.elapsed() >= every) {
            open.commit(&self.settings.topic, CommitMode::Async);
        }
        letters
    }

    fn find_the_beginning(&self, consumer: BaseConsumer<Logged>) -> State {
        let (sender, receiver) = channel();
        let (stopping, wanted) = (Arc::clone(&self.stop), self.settings.clone());
        let thread = std::thread::Builder::new().name("inbox".into());
        if let Err(error) = thread.spawn(move || begin(consumer, &wanted, &stopping, &sender)) {
            tracing::error!(topic = self.settings.topic, %error, "no thread can be started, signals of the topic are not read");
        }
        State::Opening(receiver)
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        let State::Open(mut open) = std::mem::replace(&mut self.state, State::Closed) else { return };
        let (topic, (done, end)) = (self.settings.topic.clone(), channel());
        // a broker that is away must not hold up the end
        let committing = std::thread::Builder::new().name("inbox".into()).spawn(move || {
            open.commit(&topic, CommitMode::Sync);
            let _ = done.send(());
        });
        if committing.is_ok() && end.recv_timeout(LAST_COMMIT).is_err() {
            tracing::warn!(
                topic = self.settings.topic,
                "the position in the topic of signals was not committed in time"
            );
        }
    }
}

impl Open {
    fn read(&mut self, topic: &str) -> Vec<Letter> {
        let mut letters = vec![];
        while letters.len() < AT_ONCE {
            match self.consumer.poll(Duration::ZERO) {
                Some(Ok(message)) => {
                    let text = |bytes: Option<&[u8]>| bytes.map(|b| String::from_utf8_lossy(b).into_owned());
                    self.next = message.offset() + 1;
                    self.is_committed = false;
                    let (key, value) = (text(message.key()), text(message.payload()));
                    letters.push(Letter { key, value, offset: message.offset() });
                }
                Some(Err(error)) => tracing::debug!(topic, %error, "reading a topic of signals is interrupted"),
                None => break,
            }
        }
        letters
    }

    fn commit(&mut self, topic: &str, mode: CommitMode) {
        self.committed = Instant::now();
        if std::mem::replace(&mut self.is_committed, true) {
            return;
        }
        let mut position = TopicPartitionList::new();
        let added = position.add_partition_offset(topic, PARTITION, Offset::Offset(self.next));
        if let Err(error) = added.and_then(|()| self.consumer.commit(&position, mode)) {
            self.is_committed = false;
            tracing::warn!(topic, %error, "the position in the topic of signals cannot be committed");
        }
    }
}

fn consumer(properties: &Map) -> Result<BaseConsumer<Logged>> {
    let mut config = config(properties);
    config.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false");
    for (name, value) in [
        // as a Java consumer, which asks for a topic that is not there and so has it made
        ("allow.auto.create.topics", "true"),
        ("topic.metadata.refresh.interval.ms", "10000"),
        ("queued.max.messages.kbytes", "1024"),
    ] {
        if config.get(name).is_none() {
            config.set(name, value);
        }
    }
    config.create_with_context(Logged).map_err(client::unusable)
}

/// Tries until it is known where to begin.
fn begin(consumer: BaseConsumer<Logged>, settings: &Settings, stop: &AtomicBool, sender: &Sender<Open>) {
    let mut was_missing = false;
    while !stop.load(Ordering::Acquire) {
        match assign(&consumer, settings, was_missing) {
            Ok((next, is_committed)) => {
                tracing::info!(topic = settings.topic, offset = next, "waiting for signals of a topic");
                let _ = sender.send(Open { consumer, next, committed: Instant::now(), is_committed });
                return;
            }
            Err(error) => {
                if is_missing(&error) && !std::mem::replace(&mut was_missing, true) {
                    tracing::warn!(topic = settings.topic, "the topic of signals is missing, it is waited for");
                }
                tracing::debug!(topic = settings.topic, %error, "the topic of signals cannot be read yet");
            }
        }
        std::thread::sleep(PAUSE);
    }
}

fn is_missing(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{UnknownPartition, UnknownTopic, UnknownTopicOrPartition};
    matches!(error.rdkafka_error_code(), Some(UnknownTopic | UnknownPartition | UnknownTopicOrPartition))
}

/// Where reading begins, and whether that is what the group has committed. A topic that was missing holds only what has come
/// while we waited for it.
fn assign(
    consumer: &BaseConsumer<Logged>,
    settings: &Settings,
    was_missing: bool,
) -> std::result::Result<(i64, bool), KafkaError> {
    let mut asked = TopicPartitionList::new();
    asked.add_partition(&settings.topic, PARTITION);
    let committed = consumer.committed_offsets(asked, ANSWER)?;
    let committed = committed.find_partition(&settings.topic, PARTITION).map(|found| found.offset());
    let (low, high) = consumer.fetch_watermarks(&settings.topic, PARTITION, ANSWER)?;
    let is_earliest = settings.properties.get("auto.offset.reset").is_some_and(|word| word == "earliest");
    let next = match committed {
        Some(Offset::Offset(next)) if (low..=high).contains(&next) => next,
        _ if is_earliest || was_missing => low,
        _ => high,
    };
    let mut assignment = TopicPartitionList::new();
    assignment.add_partition_offset(&settings.topic, PARTITION, Offset::Offset(next))?;
    consumer.assign(&assignment)?;
    Ok((next, committed == Some(Offset::Offset(next))))
}
