//! Settings of the slot that Debezium 2.7 has not: a slot that survives a failover, a budget for the log that it keeps,
//! and transactions that it gives before their commit.

use super::super::budget::{Budget, Policy};
use super::super::in_progress::bounds::Bounds;
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

pub const STREAMING: Key = Key::new(
    "slot.streaming.enabled",
    Kind::Boolean,
    "false",
    "Take large transactions from the server while they are still open, and keep them here until their commit, so that they \
     arrive sooner behind it and the server spills nothing; servers from 14 on. Records are the same. Not in Debezium.",
)
.check(Check::Boolean);
pub const STREAMING_MEMORY: Key = Key::new(
    "slot.streaming.memory.bytes",
    Kind::Long,
    "8388608",
    "With slot.streaming.enabled: what open transactions take in memory before the largest one goes to a file. Not in Debezium.",
)
.check(Check::NonNegativeLong);
pub const SPILL_BYTES: Key = Key::new(
    "slot.streaming.spill.bytes",
    Kind::Long,
    "10737418240",
    "With slot.streaming.enabled: what open transactions may take on disk; beyond it the task stops. Not in Debezium.",
)
.check(Check::NonNegativeLong);
pub const SPILL_FOLDER: Key = Key::optional(
    "slot.streaming.spill.folder",
    Kind::Text,
    "With slot.streaming.enabled: where the files of open transactions lie; the system's folder for temporary files by default. \
     They have no names and end with the process. Not in Debezium.",
);

/// `None`: off.
pub fn streaming(reader: &Reader<'_>) -> Option<Bounds> {
    let bytes = |key: Key| reader.integer(key.name).unsigned_abs();
    reader.boolean(STREAMING.name).then(|| Bounds {
        memory_bytes: usize::try_from(bytes(STREAMING_MEMORY)).unwrap_or(usize::MAX),
        spill_bytes: bytes(SPILL_BYTES),
        folder: reader.text(SPILL_FOLDER.name).map_or_else(std::env::temp_dir, Into::into),
    })
}

/// `None`: off.
pub fn budget(reader: &Reader<'_>, every: Duration) -> Option<Budget> {
    let bytes = reader.integer(BUDGET.name).unsigned_abs();
    let stops = reader.text(POLICY.name).is_some_and(|word| word.eq_ignore_ascii_case("stop"));
    let policy = if stops { Policy::Stop } else { Policy::Warn };
    (bytes > 0).then(|| Budget::new(bytes, policy, every))
}
