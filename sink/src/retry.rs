//! Trying again: how long to wait, and what is worth it.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::{Error, Kind, Result};

const FIRST: Duration = Duration::from_millis(200);

/// Long enough to leave a struggling server alone, short enough to be back soon after it.
const LONGEST: Duration = Duration::from_secs(10);

/// A table that still does not fit after this many looks will not.
const SCHEMA_ATTEMPTS: u32 = 3;

/// The wait after so many failed attempts and one more; `None` where another would not help.
fn pause(kind: Kind, failed: u32) -> Option<Duration> {
    let goes_on = match kind {
        Kind::Transient => true,
        Kind::Schema => failed < SCHEMA_ATTEMPTS,
        Kind::Definite | Kind::Lost => false,
    };
    goes_on.then(|| FIRST.saturating_mul(1 << failed.min(10)).min(LONGEST))
}

/// Runs `attempt` until it succeeds, fails for good, or a stop is asked for between two attempts.
pub async fn until_done<T, F>(what: &'static str, stop: &CancellationToken, mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut attempts = 0;
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let Some(wait) = pause(error.kind, attempts) else { return Err(error) };
        attempts += 1;
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::warn!(what, attempts, wait_ms = wait.as_millis() as u64, error = %error, cause, "retrying");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return Err(Error::of(Kind::Lost, "stopped while waiting for another attempt")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit() {
        let waits: Vec<u128> = (0..40).map(|failed| pause(Kind::Transient, failed).unwrap().as_millis()).collect();
        assert_eq!(waits[..4], [200, 400, 800, 1_600]);
        assert!(waits.is_sorted() && waits[39] == 10_000);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert_eq!(pause(Kind::Definite, 0), None);
        assert_eq!(pause(Kind::Lost, 0), None);
        assert!(pause(Kind::Schema, 2).is_some());
        assert_eq!(pause(Kind::Schema, 3), None);
    }
}
