//! Which server answers: behind one address there may be another one tomorrow, with another log.

use super::failures::Gap;
use super::position::Lsn;
use super::wire::codec::Connection;
use crate::error::Result;

/// The server and its log, as it identifies itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    pub id: String,
    pub timeline: String,
    pub end: Lsn,
}

pub async fn identify(replication: &mut Connection) -> Result<System> {
    let rows = replication.query("IDENTIFY_SYSTEM").await?;
    let column = |i: usize| rows.first().and_then(|row| row.get(i)).and_then(|c| c.as_deref());
    match (column(0), column(1), column(2).and_then(Lsn::parse)) {
        (Some(id), Some(timeline), Some(end)) => Ok(System { id: id.to_owned(), timeline: timeline.to_owned(), end }),
        _ => Err(replication.broken("it does not identify itself")),
    }
}

impl System {
    /// As it is stored beside an offset.
    pub fn mark(&self) -> String {
        format!("{}/{}", self.id, self.timeline)
    }

    /// Whether the log of this server may lack what a position of the marked one stands behind.
    pub async fn gap(&self, replication: &mut Connection, mark: &str, delivered: Lsn) -> Result<Option<Gap>> {
        let (id, timeline) = mark.split_once('/').unwrap_or_default();
        if id != self.id {
            return Ok(Some(Gap::OtherSystem));
        }
        if timeline == self.timeline {
            return Ok(None);
        }
        let rows = replication.query(&format!("TIMELINE_HISTORY {}", self.timeline)).await?;
        let history = rows.first().and_then(|row| row.get(1)).and_then(|c| c.as_deref()).unwrap_or_default();
        let gap = beyond(history, timeline, delivered);
        if gap.is_none() {
            tracing::info!(
                from = timeline,
                to = self.timeline,
                delivered = %delivered,
                "the log goes on along a timeline that branches off behind everything delivered"
            );
        }
        Ok(gap)
    }
}

/// Whether a position of an older timeline lies behind the place at which a history left it. A line is the number of a
/// timeline, where it was left, and why.
fn beyond(history: &str, timeline: &str, delivered: Lsn) -> Option<Gap> {
    let lines = history.lines().map(|line| line.split_whitespace());
    let mut left = lines.filter_map(|mut parts| Some((parts.next()?, Lsn::parse(parts.next()?)?)));
    match left.find(|(number, _)| *number == timeline) {
        Some((_, at)) if delivered <= at => None,
        _ => Some(Gap::OtherTimeline),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_goes_on_from_where_it_was_left() {
        let history = "1\t0/3000000\tno recovery target specified\n\n2\t0/5000000\tbefore 2026-11-23 07:00:00+00\n";
        assert_eq!(beyond(history, "1", Lsn(0x300_0000)), None);
        assert_eq!(beyond(history, "1", Lsn(0x300_0001)), Some(Gap::OtherTimeline));
        assert_eq!(beyond(history, "2", Lsn(0x400_0000)), None);
        // a timeline that this one does not come from
        assert_eq!(beyond(history, "4", Lsn(1)), Some(Gap::OtherTimeline));
        assert_eq!(beyond("", "1", Lsn(1)), Some(Gap::OtherTimeline));
    }
}
