//! The world outside the core: broker, offset store and slot. It outlives every crash and checks what must always hold.

use super::log::{At, Change};
use super::random::Random;

/// A record on its way, in the order it was sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    pub sequence: u64,
    pub change: usize,
    pub part: u8,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not yet with the broker.
    Queued,
    /// Durable; the producer has not heard of it.
    Appended,
    Acknowledged,
}

#[derive(Debug)]
pub struct World {
    pub changes: Vec<Change>,
    partitions: u8,
    /// Records of each change that are durable, and how many changes from the first on are complete.
    durable: Vec<u8>,
    complete: usize,
    /// Per key, how many of its records have been seen for the first time: the next new one must follow.
    seen: Vec<u64>,
    /// For each change, the rank of its first record among its key's records.
    rank: Vec<u64>,
    pub stored: Option<At>,
    pub confirmed: At,
    pub appended: u64,
}

impl World {
    pub fn new(changes: Vec<Change>, partitions: u8) -> Self {
        let mut next = vec![0u64; 256];
        let rank = changes
            .iter()
            .map(|change| {
                let rank = next[change.key as usize];
                next[change.key as usize] += u64::from(change.records);
                rank
            })
            .collect();
        let durable = vec![0; changes.len()];
        let mut world = Self {
            changes,
            partitions,
            durable,
            complete: 0,
            seen: vec![0; 256],
            rank,
            stored: None,
            confirmed: At(0),
            appended: 0,
        };
        world.count_complete();
        world
    }

    pub fn partition(&self, change: usize) -> u8 {
        self.changes[change].key % self.partitions
    }

    /// Changes from the first on whose records are all durable.
    pub fn complete(&self) -> At {
        At(self.complete as u64)
    }

    fn count_complete(&mut self) {
        while self.complete < self.changes.len() && self.durable[self.complete] >= self.changes[self.complete].records {
            self.complete += 1;
        }
    }

    /// The broker appends a record: it must continue its key's order or repeat what is there.
    pub fn append(&mut self, sent: &Sent) -> Result<(), String> {
        let key = self.changes[sent.change].key as usize;
        let place = self.rank[sent.change] + u64::from(sent.part);
        if place > self.seen[key] {
            return Err(format!("key {key}: record {place} is appended before record {}", self.seen[key]));
        }
        self.seen[key] = self.seen[key].max(place + 1);
        self.durable[sent.change] = self.durable[sent.change].max(sent.part + 1);
        self.appended += 1;
        self.count_complete();
        Ok(())
    }

    /// The core asks to store `at`; `before` is what it knew at its start or stored last.
    pub fn check_store(&self, at: At, before: At) -> Result<(), String> {
        if at > self.complete() {
            return Err(format!("offset {} is to be stored, but only {} changes are durable", at.0, self.complete));
        }
        if at < before {
            return Err(format!("offset {} is to be stored behind {}", at.0, before.0));
        }
        Ok(())
    }

    pub fn confirm(&mut self, at: At) -> Result<(), String> {
        if self.stored.is_none_or(|stored| at > stored) {
            return Err(format!("position {} is confirmed, but {:?} is stored", at.0, self.stored));
        }
        self.confirmed = self.confirmed.max(at);
        Ok(())
    }

    /// Where a new incarnation begins. The source cannot give what was confirmed.
    pub fn resume(&self) -> Result<At, String> {
        let from = self.stored.unwrap_or_default();
        if from < self.confirmed {
            return Err(format!("resuming at {}, but {} is confirmed to the source", from.0, self.confirmed.0));
        }
        Ok(from)
    }

    /// The process is gone: of what each partition had not taken yet, any first part may still arrive.
    pub fn crash(&mut self, in_flight: &[Sent], random: &mut Random) -> Result<(), String> {
        for partition in 0..self.partitions {
            for sent in in_flight {
                if self.partition(sent.change) != partition || sent.state != State::Queued {
                    continue;
                }
                if random.once_in(2) {
                    break;
                }
                self.append(sent)?;
            }
        }
        Ok(())
    }

    pub fn lost(&self) -> usize {
        self.changes.len() - self.complete
    }
}
