//! Records in flight, in the order they were sent; acknowledgements arrive in any order.

use crate::model::offset::SourceOffset;

/// What the core needs of a ledger. A trait so that the simulation can plant a faulty one and prove that it is found.
pub trait Acknowledgements<O>: Default {
    /// Enters a record and returns its sequence number; numbers are consecutive.
    fn record(&mut self, offset: &O, size_bytes: usize) -> u64;

    /// A position without a record: settled together with everything entered so far.
    fn advance(&mut self, offset: &O);

    /// The record is durable. Unknown numbers are ignored, so that a late answer to a forgotten record does no harm.
    fn acknowledge(&mut self, sequence: u64);

    /// The offset up to which everything is durable, if it moved since the last [`Self::take_moved`].
    fn settled(&self) -> &O;

    /// True once after `settled` has moved.
    fn take_moved(&mut self) -> bool;

    fn in_flight(&self) -> usize;

    fn bytes_in_flight(&self) -> usize;
}

#[derive(Debug, Default, Clone)]
struct Slot<O> {
    offset: O,
    size_bytes: usize,
    acknowledged: bool,
}

/// A ring that overwrites its slots: after warm-up a record costs no allocation.
#[derive(Debug)]
pub struct Ledger<O> {
    slots: Vec<Slot<O>>,
    /// Sequence number of the oldest record in flight.
    first: u64,
    /// Sequence number that the next record gets.
    next: u64,
    bytes: usize,
    settled: O,
    moved: bool,
}

const FIRST_CAPACITY: usize = 1024;

impl<O: SourceOffset> Default for Ledger<O> {
    fn default() -> Self {
        Self {
            slots: vec![Slot::default(); FIRST_CAPACITY],
            first: 0,
            next: 0,
            bytes: 0,
            settled: O::default(),
            moved: false,
        }
    }
}

impl<O: SourceOffset> Ledger<O> {
    #[inline]
    fn index(&self, sequence: u64) -> usize {
        // the capacity is a power of two
        sequence as usize & (self.slots.len() - 1)
    }

    #[cold]
    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); self.slots.len() * 2];
        let mask = slots.len() - 1;
        for sequence in self.first..self.next {
            let from = self.index(sequence);
            slots[sequence as usize & mask] = std::mem::take(&mut self.slots[from]);
        }
        self.slots = slots;
    }

    fn settle_prefix(&mut self) {
        while self.first < self.next {
            let index = self.index(self.first);
            let slot = &mut self.slots[index];
            if !slot.acknowledged {
                return;
            }
            self.bytes -= slot.size_bytes;
            std::mem::swap(&mut self.settled, &mut slot.offset);
            self.moved = true;
            self.first += 1;
        }
    }
}

impl<O: SourceOffset> Acknowledgements<O> for Ledger<O> {
    #[inline]
    fn record(&mut self, offset: &O, size_bytes: usize) -> u64 {
        if (self.next - self.first) as usize == self.slots.len() {
            self.grow();
        }
        let sequence = self.next;
        let index = self.index(sequence);
        let slot = &mut self.slots[index];
        slot.offset.clone_from(offset);
        slot.size_bytes = size_bytes;
        slot.acknowledged = false;
        self.next += 1;
        self.bytes += size_bytes;
        sequence
    }

    #[inline]
    fn advance(&mut self, offset: &O) {
        if self.first == self.next {
            self.settled.clone_from(offset);
            self.moved = true;
        } else {
            let index = self.index(self.next - 1);
            self.slots[index].offset.clone_from(offset);
        }
    }

    #[inline]
    fn acknowledge(&mut self, sequence: u64) {
        if sequence < self.first || sequence >= self.next {
            return;
        }
        let index = self.index(sequence);
        self.slots[index].acknowledged = true;
        if sequence == self.first {
            self.settle_prefix();
        }
    }

    fn settled(&self) -> &O {
        &self.settled
    }

    fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    fn in_flight(&self) -> usize {
        (self.next - self.first) as usize
    }

    fn bytes_in_flight(&self) -> usize {
        self.bytes
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

    #[test]
    fn only_the_acknowledged_prefix_settles() {
        let mut ledger = Ledger::default();
        let sequences: Vec<u64> = (1..=3).map(|i| ledger.record(&At(i), 10)).collect();
        ledger.acknowledge(sequences[2]);
        ledger.acknowledge(sequences[1]);
        assert!(!ledger.take_moved());
        ledger.acknowledge(sequences[0]);
        assert!(ledger.take_moved());
        assert_eq!(ledger.settled(), &At(3));
        assert_eq!((ledger.in_flight(), ledger.bytes_in_flight()), (0, 0));
    }

    #[test]
    fn an_advance_waits_for_the_records_before_it() {
        let mut ledger = Ledger::default();
        let sequence = ledger.record(&At(1), 1);
        ledger.advance(&At(2));
        assert!(!ledger.take_moved());
        ledger.acknowledge(sequence);
        assert_eq!(ledger.settled(), &At(2));
        ledger.advance(&At(3));
        assert_eq!(ledger.settled(), &At(3));
    }

    #[test]
    fn growing_keeps_what_is_in_flight() {
        let mut ledger = Ledger::default();
        let count = FIRST_CAPACITY as u64 * 3;
        for i in 0..10 {
            let sequence = ledger.record(&At(i), 1);
            ledger.acknowledge(sequence);
        }
        let sequences: Vec<u64> = (0..count).map(|i| ledger.record(&At(i), 1)).collect();
        for sequence in sequences.into_iter().rev() {
            ledger.acknowledge(sequence);
        }
        assert_eq!(ledger.settled(), &At(count - 1));
        assert_eq!(ledger.in_flight(), 0);
    }
}
