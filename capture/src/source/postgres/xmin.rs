//! `xmin.fetch.interval.ms`: the oldest transaction of which the slot keeps the catalog's rows.

use super::wire::codec::Connection;
use super::wire::query::literal;
use crate::error::Result;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// When it is asked for.
#[derive(Debug)]
pub struct Xmin {
    every: Duration,
    due: Instant,
}

impl Xmin {
    /// The first message asks.
    pub fn every(interval: Duration) -> Self {
        Self { every: interval, due: Instant::now() }
    }

    pub fn is_due(&self) -> bool {
        Instant::now() >= self.due
    }

    pub async fn fetch(&mut self, sql: &mut Connection, slot: &str) -> Result<Option<NonZeroU32>> {
        let question =
            format!("SELECT catalog_xmin FROM pg_catalog.pg_replication_slots WHERE slot_name = {}", literal(slot));
        let xmin = sql.scalar(&question).await?;
        self.due = Instant::now() + self.every;
        Ok(xmin.and_then(|text| text.parse().ok()))
    }
}
