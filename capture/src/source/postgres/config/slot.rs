//! Settings of the slot that Debezium 2.7 has not: a slot that survives a failover, and a budget for the log that it keeps.

use super::super::budget::{Budget, Policy};
use crate::config::key::{Check, Key, Kind, Reader};
use std::time::Duration;

pub const FAILOVER: Key = Key::new(
    "slot.failover",
    Kind::Boolean,
    "false",
    "Make the slot one that standbys keep in step with; servers from 17 on. Not in Debezium 2.7.",
)
.check(Check::Boolean);
pub const BUDGET: Key = Key::new(
    "slot.wal.budget.bytes",
    Kind::Long,
    "0",
    "How much WAL the slot may keep on the server before slot.wal.budget.policy acts; 0: it is not measured. Not in Debezium.",
)
.check(Check::NonNegativeLong);
pub const POLICY: Key = Key::new(
    "slot.wal.budget.policy",
    Kind::Enum(&["warn", "stop", "spill"]),
    "warn",
    "What follows beyond the budget: warnings in the log, or the end of the task; the slot stays. Not in Debezium.",
)
.only(&["stop"], "use warn or stop: changes are not spilled to a local disk");

pub const SEEK: Key = Key::new(
    "slot.seek.to.known.offset.on.start",
    Kind::Boolean,
    "false",
    "Move the slot to the stored position before the log is read.",
)
.check(Check::Boolean);
pub const SYSTEM_CHECK: Key = Key::new(
    "slot.system.check",
    Kind::Boolean,
    "false",
    "Store with each offset which server and timeline it is of (`tailrace_system`, which Debezium passes over), and stop where \
     another one answers that may lack what was delivered. Not in Debezium.",
)
.check(Check::Boolean);

/// `None`: off.
pub fn budget(reader: &Reader<'_>, every: Duration) -> Option<Budget> {
    let bytes = reader.integer(BUDGET.name).unsigned_abs();
    let stops = reader.text(POLICY.name).is_some_and(|word| word.eq_ignore_ascii_case("stop"));
    let policy = if stops { Policy::Stop } else { Policy::Warn };
    (bytes > 0).then(|| Budget::new(bytes, policy, every))
}
