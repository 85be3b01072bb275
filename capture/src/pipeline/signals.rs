//! Signals that come through a topic, for a source that knows nothing of Kafka.

use crate::config::key::{Map, refused};
use crate::error::Result;
use crate::kafka::client::signal_consumer;
use crate::kafka::inbox::{Inbox, Letter, Settings};
use crate::source::postgres::config::signal::Settings as Wanted;
use crate::source::signal::{Channel, Signal};
use std::time::Duration;

/// Kafka's own default for a consumer that commits by itself.
const COMMIT_INTERVAL_MS: u64 = 5000;

/// The channel that a connector's settings ask for.
pub fn channel(config: &Map) -> Result<Option<Box<dyn Channel>>> {
    match settings(config)? {
        None => Ok(None),
        Some(settings) => Ok(Some(Box::new(Letters {
            prefix: config.get("topic.prefix").map(|prefix| prefix.trim().to_owned()).unwrap_or_default(),
            inbox: Inbox::open(settings)?,
        }))),
    }
}

fn settings(config: &Map) -> Result<Option<Settings>> {
    let Some(wanted) = Wanted::parse(config).kafka else { return Ok(None) };
    let given =
        signal_consumer(config).map_err(|problems| refused("settings of the consumer of signals", &problems))?;
    let mut properties = Map::from([
        ("group.id".to_owned(), wanted.group),
        ("auto.offset.reset".to_owned(), if wanted.from_beginning { "earliest" } else { "latest" }.to_owned()),
    ]);
    properties.extend(wanted.servers.map(|servers| ("bootstrap.servers".to_owned(), servers)));
    properties.extend(given.properties);
    let commits = properties.remove("enable.auto.commit").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let interval = properties.remove("auto.commit.interval.ms").and_then(|ms| ms.parse().ok());
    let commit_every = commits.then(|| Duration::from_millis(interval.unwrap_or(COMMIT_INTERVAL_MS)));
    Ok(Some(Settings { topic: wanted.topic, properties, commit_every }))
}

struct Letters {
    /// The key of those that are meant for this connector.
    prefix: String,
    inbox: Inbox,
}

impl Channel for Letters {
    fn read(&mut self) -> Vec<Signal> {
        let signal = |letter: Letter| {
            let signal = Signal::of_record(&self.prefix, letter.key.as_deref(), letter.value.as_deref())?;
            if let Err(reason) = &signal {
                tracing::error!(offset = letter.offset, reason, "a record of the signal topic cannot be read");
            }
            signal.ok()
        };
        self.inbox.read().into_iter().filter_map(signal).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Option<Settings> {
        let usual = [("topic.prefix", "p"), ("signal.kafka.bootstrap.servers", "b:1")];
        settings(&usual.iter().chain(pairs).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()).unwrap()
    }

    #[test]
    fn a_topic_is_read_where_the_channel_is_enabled() {
        assert!(read(&[]).is_none());
        let kafka = ("signal.enabled.channels", "source, kafka");
        let usual = read(&[kafka]).unwrap();
        assert_eq!((usual.topic.as_str(), usual.commit_every), ("p-signal", None));
        let of = |settings: &Settings, name: &str| settings.properties.get(name).cloned().unwrap_or_default();
        assert_eq!(
            ["group.id", "auto.offset.reset", "bootstrap.servers"].map(|name| of(&usual, name)),
            ["kafka-signal", "latest", "b:1"]
        );
        let own = read(&[
            kafka,
            ("signal.kafka.topic", "t"),
            ("signal.kafka.consumer.offset.commit.enabled", "true"),
            ("signal.consumer.enable.auto.commit", "true"),
            ("signal.consumer.fetch.max.wait.ms", "7"),
            ("signal.consumer.bootstrap.servers", "c:2"),
        ])
        .unwrap();
        assert_eq!((own.topic.as_str(), own.commit_every), ("t", Some(Duration::from_secs(5))));
        assert_eq!(
            ["auto.offset.reset", "fetch.wait.max.ms", "bootstrap.servers"].map(|name| of(&own, name)),
            ["earliest", "7", "c:2"]
        );
    }
}
