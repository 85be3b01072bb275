//! Which of two events of one key is the newer one: the value of silver's `_version`.
//!
//! A version must be a function of the source's history alone, the same on every delivery and growing per key in
//! commit order. A clock is neither.
//!
//! **PostgreSQL**: `source.lsn`. Row locks make it grow per key; snapshot rows carry the snapshot's LSN, which lies
//! below every later change and above every earlier one, so a second snapshot needs no special care. Rows of an
//! *incremental* snapshot carry no LSN: they get 0, fill keys that silver does not have, and never replace a
//! streamed image. A transaction that was open while such a chunk was read would otherwise lose its change, since
//! its LSN may lie below positions already seen.
//!
//! **MongoDB**: the cluster time, seconds in the upper half and the increment in the lower. Snapshot rows usually
//! carry none (`ts_ms` 0, `ord` -1). Their place is known all the same: the connector takes its stream position
//! before it reads, so in the topic a snapshot row comes after every event that it may replace and before every
//! event that may replace it. It therefore gets the highest version seen before it in its partition, the
//! [`Watermark`] (0 in a new topic). Rows of equal version are decided by insertion order, which is offset order.
//! So a first snapshot loses to every streamed event, a second snapshot beats what was streamed before it, including
//! changes missed in between, and loses to what is streamed after it. The record's timestamp would not do: it is
//! later than changes that happened while the snapshot was read, and a stale row would win over them for ever.
//!
//! The watermark is a function of the partition's earlier records; it travels in the offset commit's metadata and,
//! where that is missing, is read back from bronze. Limits: a document that was deleted while nothing was captured
//! leaves no event, so a second snapshot cannot remove it; and after the number of partitions was changed, keys that
//! moved start from the watermark of their new partition.

/// Highest version seen in a partition so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watermark(pub u64);

impl Watermark {
    /// The version of a record with this position, or of one that has only its place in the topic.
    pub fn version(&mut self, position: Option<u64>) -> u64 {
        match position {
            Some(position) => {
                self.0 = self.0.max(position);
                position
            }
            None => self.0,
        }
    }
}

/// The version of a row that an incremental snapshot read: below every streamed one.
pub const OF_INCREMENTAL_SNAPSHOT: u64 = 0;

pub fn from_lsn(lsn: i64) -> u64 {
    // LSNs travel as signed decimals of an unsigned position.
    lsn.cast_unsigned()
}

/// Cluster time as one number; `None` for a record without one.
pub fn from_cluster_time(ts_ms: i64, ord: i32) -> Option<u64> {
    let seconds = u64::try_from(ts_ms / 1000).ok().filter(|seconds| *seconds > 0)?;
    // The increment travels as the signed view of an unsigned counter.
    Some(seconds << 32 | u64::from(ord.cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cluster_time_orders_by_second_then_increment() {
        let versions = [(1_000, 1), (1_000, 2), (1_000, -1), (2_000, 1)].map(|(ts, ord)| from_cluster_time(ts, ord));
        assert!(versions.is_sorted() && versions[0].is_some());
        assert_eq!(versions[0], Some(1 << 32 | 1));
    }

    #[test]
    fn snapshot_rows_have_no_cluster_time() {
        assert_eq!(from_cluster_time(0, -1), None);
        assert_eq!(from_cluster_time(0, 0), None);
    }

    #[test]
    fn snapshot_row_stands_between_what_came_before_and_after() {
        let mut watermark = Watermark::default();
        assert_eq!(watermark.version(None), 0);
        assert_eq!(watermark.version(Some(7)), 7);
        assert_eq!(watermark.version(Some(5)), 5, "a redelivered event keeps its own version");
        assert_eq!(watermark.version(None), 7);
        assert_eq!(watermark.version(Some(8)), 8);
    }
}
