//! Waits on conditions, with a deadline.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Asks until the condition yields a value. An error from the condition ends the wait at once.
pub fn until<T>(what: &str, timeout: Duration, condition: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    poll(what, timeout, LONGEST_PAUSE, condition)
}

/// As `until`, but never pauses longer than at first: for waits whose length is measured.
pub fn closely<T>(what: &str, timeout: Duration, condition: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    poll(what, timeout, FIRST_PAUSE, condition)
}

fn poll<T>(
    what: &str,
    timeout: Duration,
    longest_pause: Duration,
    mut condition: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + timeout;
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(value) = condition()? {
            return Ok(value);
        }
        if Instant::now() >= deadline {
            bail!("{what} did not happen within {} s", timeout.as_secs_f32());
        }
        std::thread::sleep(pause);
        pause = (pause * 3 / 2).min(longest_pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yields_the_value_of_the_condition() {
        let mut asked = 0;
        let value = until("counting", Duration::from_secs(5), || {
            asked += 1;
            Ok((asked == 3).then_some(asked))
        });
        assert_eq!(value.unwrap(), 3);
    }

    #[test]
    fn names_what_was_waited_for() {
        let error = until::<()>("the impossible", Duration::from_millis(30), || Ok(None)).unwrap_err();
        assert!(error.to_string().starts_with("the impossible did not happen"), "{error}");
    }
}
