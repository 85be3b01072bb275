//! What a new owner of a partition makes of the group's offset, the log and bronze.

use crate::error::{Error, Result};

/// What is known of a partition before its first record is consumed.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub committed: Option<i64>,
    /// Last offset of the range that was announced at the committed one.
    pub pending: Option<i64>,
    /// Highest offset in bronze; `None` when bronze has no row of the partition, which proves nothing.
    pub bronze: Option<i64>,
    /// First offset of the log, and the one after its last.
    pub low: i64,
    pub high: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Bronze ends where the group stands.
    Clean,
    /// A range up to this offset was announced and perhaps written: repeat exactly it.
    Resend(i64),
    /// The group was set back, or bronze does not tell what was sent before: the records land under tokens that were
    /// never used.
    Anew,
}

impl Known {
    /// Where the group stands, or would if it had ever committed.
    pub fn stands(&self) -> i64 {
        self.committed.unwrap_or(self.low)
    }
}

/// Stops where going on would lose or hide records. `accept_gap` is the operator's word that a gap is meant.
pub fn judge(place: &str, known: &Known, accept_gap: bool) -> Result<Verdict> {
    let start = known.stands();
    check_log(place, known, start)?;
    if !accept_gap {
        check_gaps(place, known, start)?;
    }
    Ok(match (known.pending, known.bronze) {
        (Some(last), _) => Verdict::Resend(last),
        (None, Some(bronze)) if bronze + 1 == start => Verdict::Clean,
        (None, _) => Verdict::Anew,
    })
}

fn check_log(place: &str, known: &Known, start: i64) -> Result<()> {
    let beyond = |what: &str, offset: i64| {
        Error::definite(format!("{place}: {what} at offset {offset}, but the log ends at {}", known.high)).remedy(
            "The topic was recreated or has lost records. To take it as a new one, rename the bronze table or delete the topic's rows from it, and delete the consumer group's offsets for the topic.",
        )
    };
    if start > known.high {
        return Err(beyond("the group stands", start));
    }
    match known.bronze {
        Some(bronze) if bronze >= known.high => Err(beyond("bronze has a record", bronze)),
        _ => Ok(()),
    }
}

fn check_gaps(place: &str, known: &Known, start: i64) -> Result<()> {
    if start < known.low {
        return Err(Error::definite(format!(
            "{place}: the group stands at offset {start}, but the log begins at {}: retention removed records before they were consumed",
            known.low
        ))
        .remedy("Take a new snapshot of the source to fill the gap, and set policy.accept_gap to go on."));
    }
    match known.bronze {
        Some(bronze) if bronze + 1 < start => Err(Error::definite(format!(
            "{place}: bronze ends at offset {bronze}, but consuming would go on at {start}: the records between them are in no table"
        ))
        .remedy(format!(
            "Set the consumer group back to offset {} for this partition, or set policy.accept_gap if the gap is meant.",
            bronze + 1
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(committed: Option<i64>, bronze: Option<i64>) -> Known {
        Known { committed, pending: None, bronze, low: 5, high: 100 }
    }

    #[test]
    fn what_fits_together_goes_on() {
        assert_eq!(judge("t/0", &known(Some(10), Some(9)), false).unwrap(), Verdict::Clean);
    }

    #[test]
    fn what_may_have_been_sent_before_gets_tokens_of_its_own() {
        for known in [known(None, None), known(Some(10), None), known(Some(10), Some(50)), known(None, Some(50))] {
            assert_eq!(judge("t/0", &known, false).unwrap(), Verdict::Anew);
        }
    }

    #[test]
    fn an_announced_range_is_repeated_whether_bronze_has_it_or_not() {
        for bronze in [Some(9), Some(20)] {
            let known = Known { pending: Some(20), ..known(Some(10), bronze) };
            assert_eq!(judge("t/0", &known, false).unwrap(), Verdict::Resend(20));
        }
    }

    #[test]
    fn gaps_stop_unless_accepted() {
        for gap in [known(Some(10), Some(8)), known(Some(4), Some(3)), known(None, Some(3))] {
            assert!(judge("t/0", &gap, false).unwrap_err().report().contains("accept_gap"));
            assert!(judge("t/0", &gap, true).is_ok());
        }
    }

    #[test]
    fn a_recreated_topic_stops_always() {
        for known in [known(Some(101), None), known(None, Some(100)), known(Some(50), Some(200))] {
            assert!(judge("t/0", &known, true).unwrap_err().report().contains("recreated"));
        }
    }
}
