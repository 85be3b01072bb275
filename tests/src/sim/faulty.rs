//! Ledgers with planted mistakes: the simulation must find each of them.

use super::log::At;
use super::random::seed_of;
use super::schedule::{Trace, play};
use capture::core::{Acknowledgements, Ledger};

/// Takes the highest acknowledged record for the end of the prefix.
#[derive(Default)]
struct Highest {
    offsets: Vec<At>,
    settled: At,
    moved: bool,
    acknowledged: usize,
}

impl Acknowledgements<At> for Highest {
    fn record(&mut self, offset: &At, _: usize) -> u64 {
        self.offsets.push(*offset);
        self.offsets.len() as u64 - 1
    }

    fn advance(&mut self, offset: &At) {
        match self.offsets.last_mut() {
            Some(last) => *last = *offset,
            None => (self.settled, self.moved) = (*offset, true),
        }
    }

    fn acknowledge(&mut self, sequence: u64) {
        self.acknowledged += 1;
        self.settled = self.settled.max(self.offsets[sequence as usize]);
        self.moved = true;
    }

    fn settled(&self) -> &At {
        &self.settled
    }

    fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    fn in_flight(&self) -> usize {
        self.offsets.len() - self.acknowledged
    }

    fn bytes_in_flight(&self) -> usize {
        self.in_flight() * 5
    }
}

/// Wraps the real ledger and changes one of its answers.
macro_rules! planted {
    ($name:ident, $doc:literal, { $($replaced:item)* }) => {
        #[doc = $doc]
        #[derive(Default)]
        struct $name {
            real: Ledger<At>,
            early: Option<At>,
            moved: bool,
        }

        impl Acknowledgements<At> for $name {
            $($replaced)*

            fn acknowledge(&mut self, sequence: u64) {
                self.real.acknowledge(sequence);
            }

            fn settled(&self) -> &At {
                self.early.as_ref().filter(|early| *early > self.real.settled()).unwrap_or(self.real.settled())
            }

            fn take_moved(&mut self) -> bool {
                std::mem::take(&mut self.moved) | self.real.take_moved()
            }

            fn in_flight(&self) -> usize {
                self.real.in_flight()
            }

            fn bytes_in_flight(&self) -> usize {
                self.real.bytes_in_flight()
            }
        }
    };
}

planted!(AdvanceAtOnce, "Settles a position without a record although records before it are in flight.", {
    fn record(&mut self, offset: &At, size_bytes: usize) -> u64 {
        self.real.record(offset, size_bytes)
    }

    fn advance(&mut self, offset: &At) {
        self.real.advance(offset);
        (self.early, self.moved) = (Some(*offset), true);
    }
});

planted!(SentIsDurable, "Takes a record that was sent for one that is durable.", {
    fn record(&mut self, offset: &At, size_bytes: usize) -> u64 {
        (self.early, self.moved) = (Some(*offset), true);
        self.real.record(offset, size_bytes)
    }

    fn advance(&mut self, offset: &At) {
        self.real.advance(offset);
    }
});

planted!(ForgetsAdvance, "Drops positions without a record.", {
    fn record(&mut self, offset: &At, size_bytes: usize) -> u64 {
        self.real.record(offset, size_bytes)
    }

    fn advance(&mut self, _: &At) {}
});

const SCHEDULES: u64 = 2_000;

/// The first failing schedule, if any.
fn first_failure<L: Acknowledgements<At>>() -> Option<String> {
    (0..SCHEDULES).find_map(|i| play::<L>(seed_of(7, i), &mut Trace::new(false)).err())
}

#[test]
fn every_planted_mistake_is_found() {
    let found = [
        ("highest acknowledged", first_failure::<Highest>()),
        ("advance at once", first_failure::<AdvanceAtOnce>()),
        ("sent is durable", first_failure::<SentIsDurable>()),
        ("forgets advance", first_failure::<ForgetsAdvance>()),
    ];
    for (mistake, failure) in found {
        assert!(failure.is_some(), "'{mistake}' was not found in {SCHEDULES} schedules");
    }
}

#[test]
fn the_real_ledger_passes() {
    assert_eq!(first_failure::<Ledger<At>>(), None);
}
