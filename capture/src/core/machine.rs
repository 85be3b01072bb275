//! The state machine of one task.

use super::ledger::{Acknowledgements, Ledger};
use crate::model::offset::SourceOffset;

/// How much may be in flight, and how often offsets are stored.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: usize,
    pub records: usize,
    pub store_every_ms: u64,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Running,
    /// Nothing more is read; what is in flight settles, then the last offset is stored.
    Draining,
    /// As draining, after a failure: what was durable before it is still stored.
    Failing,
    /// The end: nothing is in flight that could still be stored, and no store is under way.
    Done,
}

/// What the pipeline does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Write [`Core::storing`] to the offset store and report [`Core::stored`] or [`Core::store_failed`].
    Store,
    /// Tell the source that [`Core::stored_offset`] is durable.
    Confirm,
    /// Close everything.
    Done,
}

#[derive(Debug)]
pub struct Core<O, L = Ledger<O>> {
    ledger: L,
    limits: Limits,
    phase: Phase,
    /// The settled offset differs from the one stored last.
    unsaved: bool,
    /// A write is under way, of this offset.
    storing: Option<O>,
    stored: O,
    confirm_due: bool,
    store_due_ms: u64,
    /// Store at the next opportunity, without waiting for the interval.
    urgent: bool,
}

impl<O: SourceOffset, L: Acknowledgements<O>> Core<O, L> {
    pub fn new(limits: Limits) -> Self {
        Self {
            ledger: L::default(),
            limits,
            phase: Phase::Running,
            unsaved: false,
            storing: None,
            stored: O::default(),
            confirm_due: false,
            store_due_ms: 0,
            urgent: false,
        }
    }

    // ---- events

    /// A record is about to be handed to the producer; its acknowledgement comes back under the number returned.
    #[inline]
    pub fn record(&mut self, offset: &O, size_bytes: usize) -> u64 {
        self.ledger.record(offset, size_bytes)
    }

    /// The source passed a position that has no record.
    #[inline]
    pub fn advance(&mut self, offset: &O) {
        self.ledger.advance(offset);
    }

    #[inline]
    pub fn acknowledged(&mut self, sequence: u64) {
        self.ledger.acknowledge(sequence);
    }

    /// The broker refused a record for good. It stays in the ledger, so nothing behind it can ever be stored.
    pub fn refused(&mut self) {
        self.fail();
    }

    /// The write begun by the last [`Decision::Store`] is durable.
    pub fn stored(&mut self) {
        if let Some(offset) = self.storing.take() {
            self.stored = offset;
            self.confirm_due = true;
        }
    }

    /// The write failed: the offset is tried again at the next opportunity, never skipped.
    pub fn store_failed(&mut self) {
        self.storing = None;
        self.unsaved = true;
    }

    /// Reads no more, stores what settles, then ends.
    pub fn stop(&mut self) {
        if self.phase == Phase::Running {
            self.phase = Phase::Draining;
        }
    }

    /// As [`Self::stop`], but does not wait for records in flight.
    pub fn fail(&mut self) {
        if self.phase != Phase::Done {
            self.phase = Phase::Failing;
        }
    }

    /// Waits no longer for what it waited for: for records in flight first, so that what was acknowledged is stored still;
    /// after that, or where a write is under way already, it ends at once.
    pub fn give_up(&mut self) {
        if self.phase == Phase::Failing || self.storing.is_some() {
            self.phase = Phase::Done;
        } else {
            self.fail();
        }
    }

    /// Asks for the settled offset to be stored soon (the end of a snapshot).
    pub fn store_soon(&mut self) {
        self.urgent = true;
    }

    // ---- decisions

    /// Whether everything handed out is acknowledged and its offset stored.
    pub fn is_saved(&mut self) -> bool {
        self.unsaved |= self.ledger.take_moved();
        !self.unsaved && self.storing.is_none() && self.ledger.in_flight() == 0
    }

    pub fn may_read(&self) -> bool {
        self.phase == Phase::Running && !self.is_full()
    }

    /// True where the bytes or records in flight have reached their limit.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.ledger.bytes_in_flight() >= self.limits.bytes || self.ledger.in_flight() >= self.limits.records
    }

    /// The next thing to do at `now_ms` (any monotonic clock), or `None`.
    pub fn decide(&mut self, now_ms: u64) -> Option<Decision> {
        self.unsaved |= self.ledger.take_moved();
        if std::mem::take(&mut self.confirm_due) {
            return Some(Decision::Confirm);
        }
        if self.phase == Phase::Done || self.storing.is_some() {
            return None;
        }
        if self.unsaved && self.is_store_due(now_ms) {
            self.storing = Some(self.ledger.settled().clone());
            self.unsaved = false;
            self.urgent = false;
            self.store_due_ms = now_ms + self.limits.store_every_ms;
            return Some(Decision::Store);
        }
        if !self.unsaved && self.is_drained() {
            self.phase = Phase::Done;
            return Some(Decision::Done);
        }
        None
    }

    fn is_store_due(&self, now_ms: u64) -> bool {
        match self.phase {
            // while draining one store at the end is enough
            Phase::Draining => self.ledger.in_flight() == 0,
            Phase::Failing => true,
            _ => self.urgent || now_ms >= self.store_due_ms,
        }
    }

    fn is_drained(&self) -> bool {
        match self.phase {
            Phase::Draining => self.ledger.in_flight() == 0,
            Phase::Failing => true,
            _ => false,
        }
    }

    /// The offset to write after [`Decision::Store`].
    pub fn storing(&self) -> Option<&O> {
        self.storing.as_ref()
    }

    /// The offset known to be durable in the store.
    pub fn stored_offset(&self) -> &O {
        &self.stored
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    pub fn in_flight(&self) -> usize {
        self.ledger.in_flight()
    }

    pub fn bytes_in_flight(&self) -> usize {
        self.ledger.bytes_in_flight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Clone, PartialEq)]
    struct At(u64);

    impl SourceOffset for At {
        fn write_json(&self, _: &mut Vec<u8>) {}
    }

    fn core() -> Core<At> {
        Core::new(Limits { bytes: 100, records: 10, store_every_ms: 1000 })
    }

    #[test]
    fn confirms_only_what_is_stored() {
        let mut core = core();
        let sequence = core.record(&At(7), 10);
        assert_eq!(core.decide(0), None);
        core.acknowledged(sequence);
        assert_eq!(core.decide(0), Some(Decision::Store));
        assert_eq!(core.storing(), Some(&At(7)));
        assert_eq!(core.decide(5000), None);
        core.stored();
        assert_eq!(core.decide(5000), Some(Decision::Confirm));
        assert_eq!(core.stored_offset(), &At(7));
    }

    #[test]
    fn a_failed_store_is_tried_again() {
        let mut core = core();
        core.advance(&At(1));
        assert_eq!(core.decide(0), Some(Decision::Store));
        core.store_failed();
        assert_eq!(core.decide(500), None);
        assert_eq!(core.decide(1000), Some(Decision::Store));
    }

    #[test]
    fn a_refusal_stores_the_prefix_and_nothing_behind_it() {
        let mut core = core();
        let first = core.record(&At(1), 1);
        core.record(&At(2), 1);
        let third = core.record(&At(3), 1);
        core.acknowledged(third);
        core.acknowledged(first);
        core.refused();
        assert_eq!(core.decide(0), Some(Decision::Store));
        assert_eq!(core.storing(), Some(&At(1)));
        core.stored();
        assert_eq!(core.decide(0), Some(Decision::Confirm));
        assert_eq!(core.decide(0), Some(Decision::Done));
        assert!(!core.may_read());
    }

    #[test]
    fn reading_stops_at_the_limit_and_at_stop() {
        let mut core = core();
        let sequence = core.record(&At(1), 100);
        assert!(!core.may_read());
        core.acknowledged(sequence);
        assert!(core.may_read());
        core.stop();
        assert!(!core.may_read());
        assert_eq!(core.decide(0), Some(Decision::Store));
        core.stored();
        assert_eq!(core.decide(0), Some(Decision::Confirm));
        assert_eq!(core.decide(0), Some(Decision::Done));
    }
}
