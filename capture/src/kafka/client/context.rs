//! librdkafka's log lines and errors, in our log.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const BETWEEN_OUTAGE_LINES: Duration = Duration::from_secs(30);

/// The context of a client that logs what happens to its connections.
#[derive(Debug, Clone, Copy, Default)]
pub struct Logged;

impl ClientContext for Logged {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        log_error(&error, reason);
    }
}

impl ConsumerContext for Logged {}

pub fn log(level: RDKafkaLogLevel, facility: &str, text: &str) {
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
            tracing::error!(facility, text, "kafka client reports");
        }
        // failed connections are errors to librdkafka but pass by themselves; the ones that matter come as errors too
        _ => tracing::debug!(facility, text, "kafka client reports"),
    }
}

/// Every client reports at every attempt that no broker answers; an operator needs it once in a while.
fn is_due() -> bool {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let due = last.is_none_or(|at| at.elapsed() >= BETWEEN_OUTAGE_LINES);
    if due {
        *last = Some(Instant::now());
    }
    due
}

/// One broker that cannot be reached is librdkafka's to mend; all of them is the operator's.
pub fn log_error(error: &KafkaError, reason: &str) {
    match error.rdkafka_error_code() {
        // the end of a partition is no error to whoever asked to be told of it
        Some(RDKafkaErrorCode::PartitionEOF) => {}
        Some(RDKafkaErrorCode::AllBrokersDown) if is_due() => {
            tracing::warn!(reason, "no kafka broker can be reached, trying on");
        }
        Some(RDKafkaErrorCode::AllBrokersDown) => {}
        Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::Resolve) => {
            tracing::debug!(reason, "kafka broker connection failed");
        }
        _ => tracing::warn!(%error, reason, "kafka client error"),
    }
}
