//! A budget for the log that the slot makes the server keep: without one a consumer that stands still fills the server's disk.

use super::wire::codec::Connection;
use super::wire::query::literal;
use crate::error::{Error, Result};
use std::time::{Duration, Instant};

/// What follows beyond the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    Warn,
    /// The task ends; the slot stays, and keeps the log until it is read on or dropped.
    Stop,
}

/// Within the budget the log tells of it at the start and then this often.
const TELL_EVERY: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
pub struct Budget {
    bytes: u64,
    policy: Policy,
    every: Duration,
    due: Instant,
    told: Option<Instant>,
    is_exceeded: bool,
}

impl Budget {
    pub fn new(bytes: u64, policy: Policy, every: Duration) -> Self {
        Self { bytes, policy, every, due: Instant::now(), told: None, is_exceeded: false }
    }

    pub fn is_due(&self) -> bool {
        Instant::now() >= self.due
    }

    /// Measures what the slot keeps, and acts.
    pub async fn check(&mut self, sql: &mut Connection, slot: &str) -> Result<()> {
        let question = format!(
            "SELECT pg_catalog.pg_wal_lsn_diff(CASE WHEN pg_catalog.pg_is_in_recovery() THEN \
             pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END, restart_lsn)::bigint \
             FROM pg_catalog.pg_replication_slots WHERE slot_name = {}",
            literal(slot)
        );
        let retained = sql.scalar(&question).await?.and_then(|text| text.parse::<i64>().ok());
        self.due = Instant::now() + self.every;
        // a slot that keeps nothing, or is gone, is told of where it is read
        retained.map_or(Ok(()), |bytes| self.judge(slot, u64::try_from(bytes).unwrap_or(0)))
    }

    fn judge(&mut self, slot: &str, retained_bytes: u64) -> Result<()> {
        let (budget_bytes, was_exceeded) = (self.bytes, self.is_exceeded);
        self.is_exceeded = retained_bytes > budget_bytes;
        match (self.is_exceeded, self.policy) {
            (false, _) if was_exceeded => {
                tracing::info!(slot, retained_bytes, budget_bytes, "the slot keeps less log than its budget again");
                Ok(())
            }
            (false, _) if self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) => {
                self.told = Some(Instant::now());
                tracing::info!(slot, retained_bytes, budget_bytes, "log that the slot keeps");
                Ok(())
            }
            (false, _) => Ok(()),
            (true, Policy::Warn) => {
                tracing::warn!(slot, retained_bytes, budget_bytes, "the slot keeps more log than its budget");
                Ok(())
            }
            (true, Policy::Stop) => Err(Error::definite(format!(
                "replication slot {slot} keeps {retained_bytes} bytes of WAL, more than slot.wal.budget.bytes, {budget_bytes}"
            ))
            .remedy(
                "see whether Kafka takes records and whether a transaction stays open for long, then restart the task with a \
                 larger budget; to free the server's disk at once drop the slot, after which a new snapshot is due",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_acts_beyond_the_budget_only() {
        let budget = |policy| Budget::new(100, policy, Duration::ZERO);
        for policy in [Policy::Warn, Policy::Stop] {
            assert!(budget(policy).judge("s", 100).is_ok());
        }
        let mut warning = budget(Policy::Warn);
        assert!(warning.judge("s", 101).is_ok() && warning.is_exceeded);
        assert!(warning.judge("s", 99).is_ok() && !warning.is_exceeded);
        let stopped = budget(Policy::Stop).judge("s", 101).unwrap_err();
        assert!(!stopped.is_transient() && stopped.report().contains("101 bytes"), "{}", stopped.report());
    }
}
