//! Trouble that passes by itself, told in bearable doses: without a broker the client reports every single attempt.

use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;

const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Trouble {
    told: Option<Instant>,
    untold: u32,
}

impl Trouble {
    pub fn tell(&mut self, error: &KafkaError) {
        if let Some(untold) = self.turn(Instant::now()) {
            tracing::warn!(error = %error, untold, "kafka trouble");
        }
    }

    /// Whether it is time to tell again, with the number of reports since the last time.
    fn turn(&mut self, now: Instant) -> Option<u32> {
        if self.told.is_some_and(|told| now.duration_since(told) < PAUSE) {
            self.untold += 1;
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_once_and_counted() {
        let (mut trouble, start) = (Trouble::default(), Instant::now());
        assert_eq!(trouble.turn(start), Some(0));
        assert_eq!(trouble.turn(start), None);
        assert_eq!(trouble.turn(start + PAUSE / 2), None);
        assert_eq!(trouble.turn(start + PAUSE), Some(2));
        assert_eq!(trouble.turn(start + PAUSE * 2), Some(0));
    }
}
