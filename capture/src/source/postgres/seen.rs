//! Whether other sessions see what a transaction did. The log tells of a commit before they do: the server writes it, sends it,
//! and takes the transaction out of the running ones last. The catalog must not be asked in between.

use super::wire::codec::Connection;
use crate::error::Result;
use std::time::{Duration, Instant};

/// With synchronous replication a commit is seen only when a standby has it, and that standby may be waiting for us.
const LONGEST: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

pub async fn until_seen(sql: &mut Connection, xid: u32) -> Result<()> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let view = sql.scalar("SELECT pg_catalog.pg_current_snapshot()").await?.unwrap_or_default();
        match shows(&view, xid) {
            Some(true) => return Ok(()),
            Some(false) if begun.elapsed() < LONGEST => tokio::time::sleep(pause).await,
            Some(false) => {
                tracing::warn!(
                    xid,
                    seconds = LONGEST.as_secs(),
                    "the server has sent a transaction that it does not show, as while it waits for a standby: keys and defaults \
                     of tables may be those before it"
                );
                return Ok(());
            }
            None => return Err(sql.broken(format!("{view:?} as the view of its transactions"))),
        }
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

/// `view` is what `pg_current_snapshot()` says: the oldest transaction that runs, the first that has not begun, and all that run
/// in between. Ids of the log are the lower half of its own, and go round.
fn shows(view: &str, xid: u32) -> Option<bool> {
    let mut parts = view.split(':').skip(1);
    let next = parts.next()?.parse::<u64>().ok()? as u32;
    let runs = parts.next()?.split(',').any(|id| id.parse::<u64>().is_ok_and(|id| id as u32 == xid));
    Some((xid.wrapping_sub(next) as i32) < 0 && !runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_has_not_begun_is_not_shown() {
        let sees = |view, xid| shows(view, xid).unwrap();
        assert!(sees("740:745:740,743", 739) && sees("740:745:740,743", 742));
        assert!(!sees("740:745:740,743", 740) && !sees("740:745:740,743", 743) && !sees("740:745:740,743", 745));
        assert!(sees("740:740:", 739) && !sees("740:740:", 740));
        assert!(sees("4294967299:4294967300:", u32::MAX) && !sees("4294967295:4294967297:4294967295", u32::MAX));
        assert!(shows("", 1).is_none() && shows("7:", 1).is_none() && shows("7:x:", 1).is_none());
    }
}
