//! Trying again: how long to wait, and what is worth it.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::{Error, Kind, Result};

const FIRST: Duration = Duration::from_millis(200);

/// Long enough to leave a struggling server alone, short enough to be back soon after it.
const LONGEST: Duration = Duration::from_secs(10);

/// A table that still does not fit after this many looks will not.
const SCHEMA_ATTEMPTS: u32 = 3;

/// Wait before the next attempt, or the failure if there is to be none.
pub fn decide(error: Error, attempt: u32) -> Result<(Duration, Error)> {
    let goes_on = match error.kind {
        Kind::Transient => true,
        Kind::Schema => attempt < SCHEMA_ATTEMPTS,
        Kind::Definite | Kind::Lost => false,
    };
    if !goes_on {
        return Err(error);
    }
    let wait = FIRST.saturating_mul(1 << attempt.min(10)).min(LONGEST);
    Ok((wait, error))
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
        let (wait, error) = decide(error, attempts)?;
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
        let waits: Vec<u64> =
            (0..40).map(|attempt| decide(Error::transient("x"), attempt).unwrap().0.as_millis() as u64).collect();
        assert_eq!(waits[..4], [200, 400, 800, 1_600]);
        assert!(waits.is_sorted() && waits[39] == 10_000);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert!(decide(Error::definite("x"), 0).is_err());
        assert!(decide(Error::of(Kind::Lost, "x"), 0).is_err());
        assert!(decide(Error::of(Kind::Schema, "x"), 2).is_ok());
        assert!(decide(Error::of(Kind::Schema, "x"), 3).is_err());
    }
}
