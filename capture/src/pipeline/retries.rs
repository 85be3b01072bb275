//! How often, and after which pause, a task that failed by something transient tries again: Debezium's `errors.max.retries` and
//! `retriable.restart.connector.wait.ms`.

use crate::config::connector::COMMON;
use crate::config::key::{Map, Reader};
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The default of `retriable.restart.connector.wait.ms`.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A run of this length was healthy: the next failure starts again with the first pause.
const HEALTHY: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Retries {
    /// `None`: without end.
    most: Option<u32>,
    /// `None`: growing pauses.
    pause: Option<Duration>,
    count: u32,
    growing: Duration,
    /// Since when failures have come that are borne for a while.
    bearing: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    After(Duration),
    /// It was tried often enough.
    Never,
}

impl Retries {
    pub fn of(config: &Map) -> Self {
        const PAUSE: &str = "retriable.restart.connector.wait.ms";
        let reader = Reader::new(COMMON, config);
        let is_given = config.get(PAUSE).is_some_and(|value| !value.trim().is_empty());
        let pause = Duration::from_millis(reader.integer(PAUSE).unsigned_abs());
        Self::new(u32::try_from(reader.integer("errors.max.retries")).ok(), is_given.then_some(pause))
    }

    fn new(most: Option<u32>, pause: Option<Duration>) -> Self {
        Self { most, pause, count: 0, growing: FIRST_PAUSE, bearing: None }
    }

    /// Records have arrived since the last failure: it is over.
    pub fn delivered(&mut self) {
        self.count = 0;
        self.bearing = None;
    }

    /// After a failure at `now`, of a run that lasted for `ran`. For `patience` such failures do not count.
    pub fn next(&mut self, now: Instant, ran: Duration, patience: Duration) -> Decision {
        if ran > HEALTHY {
            self.growing = FIRST_PAUSE;
        }
        let is_borne = !patience.is_zero() && now < *self.bearing.get_or_insert(now) + patience;
        if !is_borne {
            self.bearing = None;
            if self.most.is_some_and(|most| self.count >= most) {
                return Decision::Never;
            }
            self.count = self.count.saturating_add(1);
        }
        let growing = self.growing;
        self.growing = (growing * 2).min(LONGEST_PAUSE);
        match self.pause {
            Some(pause) if !is_borne => Decision::After(pause),
            _ => Decision::After(growing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;

    #[test]
    fn a_number_of_retries_is_kept_to_and_begun_anew_by_records() {
        let config =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Map>();
        let given = config(&[("errors.max.retries", "2"), ("retriable.restart.connector.wait.ms", "70")]);
        let (mut retries, now) = (Retries::of(&given), Instant::now());
        let mut next = |delivered: bool| {
            if delivered {
                retries.delivered();
            }
            retries.next(now, AT_ONCE, AT_ONCE)
        };
        let again = Decision::After(Duration::from_millis(70));
        assert_eq!([next(false), next(false)], [Decision::After(Duration::from_millis(70)), again]);
        assert_ne!(next(true), Decision::Never);
        assert_ne!(next(false), Decision::Never);
        assert_eq!(next(false), Decision::Never);
        assert_eq!(Retries::of(&config(&[("errors.max.retries", "0")])).next(now, AT_ONCE, AT_ONCE), Decision::Never);
    }

    #[test]
    fn pauses_grow_and_never_end_unless_told() {
        let (mut retries, now) = (Retries::of(&Map::new()), Instant::now());
        let pauses: Vec<Decision> = (0..7).map(|_| retries.next(now, AT_ONCE, AT_ONCE)).collect();
        let millis = [500, 1000, 2000, 4000, 8000, 10_000, 10_000].map(|ms| Decision::After(Duration::from_millis(ms)));
        assert_eq!(pauses, millis);
        assert_eq!(retries.next(now, HEALTHY * 2, AT_ONCE), Decision::After(FIRST_PAUSE));
    }

    #[test]
    fn what_is_borne_for_a_while_counts_only_then() {
        let (mut retries, begun) = (Retries::new(Some(0), None), Instant::now());
        let minute = Duration::from_secs(60);
        assert_eq!(retries.next(begun, AT_ONCE, minute), Decision::After(FIRST_PAUSE));
        assert_ne!(retries.next(begun + minute / 2, AT_ONCE, minute), Decision::Never);
        assert_eq!(retries.next(begun + minute, AT_ONCE, minute), Decision::Never);
    }
}
