//! How a snapshot gets on, in the log.

use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(10);

pub struct Report {
    started: Instant,
    due: Instant,
    /// By the server's statistics; `None` where a table has none.
    rows_expected: Option<u64>,
}

impl Report {
    pub fn new(rows_expected: Option<u64>) -> Self {
        let now = Instant::now();
        Self { started: now, due: now + EVERY, rows_expected }
    }

    pub fn tell(&mut self, rows: u64) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        self.due = now + EVERY;
        let rows_per_second = rate(rows, now - self.started);
        match self.rows_expected.filter(|expected| *expected >= rows && rows_per_second > 0) {
            Some(expected) => {
                let seconds_left = (expected - rows) / rows_per_second;
                tracing::info!(rows, about = expected, rows_per_second, seconds_left, "snapshot goes on");
            }
            None => tracing::info!(rows, rows_per_second, "snapshot goes on"),
        }
    }

    pub fn end(&self, rows: u64) {
        let took = self.started.elapsed();
        let rows_per_second = rate(rows, took);
        tracing::info!(rows, seconds = took.as_secs_f64(), rows_per_second, "snapshot complete");
    }
}

fn rate(rows: u64, time: Duration) -> u64 {
    (rows as f64 / time.as_secs_f64().max(0.001)) as u64
}
