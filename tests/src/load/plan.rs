//! What is written, chosen from a seed, and the ledger of what was acknowledged.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Writes of one transaction or command.
const BATCH: i32 = 10;

/// What the database has acknowledged.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Keys that were inserted and are still there, or were deleted later.
    pub inserted: BTreeSet<String>,
    /// The mark of each insert and update.
    pub marks: BTreeSet<String>,
    pub deleted: BTreeSet<String>,
}

/// One transaction: an update of an earlier key, sometimes a delete, and new keys.
#[derive(Debug)]
pub struct Batch {
    pub inserts: Vec<(i32, String)>,
    pub update: Option<(i32, String)>,
    pub delete: Option<i32>,
}

/// Chooses what is written, and keeps the ledger.
pub struct Plan {
    random: StdRng,
    next_key: i32,
    next_mark: u64,
    /// Keys that may be changed.
    alive: Vec<i32>,
    pub ledger: Ledger,
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self { random, next_key: 1, next_mark: 1, alive: Vec::new(), ledger: Ledger::default() }
    }

    pub fn next(&mut self) -> Batch {
        let first = self.next_key;
        self.next_key += BATCH;
        let inserts = (first..self.next_key).map(|key| (key, self.mark())).collect();
        let update = self.any_key().map(|key| (key, self.mark()));
        let delete = if self.random.random_bool(0.3) { self.any_key() } else { None };
        let delete = delete.filter(|key| update.as_ref().is_none_or(|(updated, _)| updated != key));
        Batch { inserts, update, delete }
    }

    fn mark(&mut self) -> String {
        self.next_mark += 1;
        format!("mark-{}", self.next_mark)
    }

    fn any_key(&mut self) -> Option<i32> {
        (!self.alive.is_empty()).then(|| self.alive[self.random.random_range(0..self.alive.len())])
    }

    /// Gives the number of its changes.
    pub fn acknowledged(&mut self, batch: Batch) -> usize {
        let changes = batch.inserts.len() + usize::from(batch.update.is_some()) + usize::from(batch.delete.is_some());
        for (key, mark) in batch.inserts {
            self.alive.push(key);
            self.ledger.inserted.insert(key.to_string());
            self.ledger.marks.insert(mark);
        }
        self.ledger.marks.extend(batch.update.map(|(_, mark)| mark));
        if let Some(key) = batch.delete {
            self.alive.retain(|alive| *alive != key);
            self.ledger.deleted.insert(key.to_string());
        }
        changes
    }

    /// The batch may have been written or not; its delete must not be followed by an update.
    pub fn unknown(&mut self, batch: &Batch) {
        self.alive.retain(|alive| Some(*alive) != batch.delete);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_unknown_outcome_is_not_in_the_ledger() {
        let mut plan = Plan::new(1);
        let first = plan.next();
        plan.acknowledged(first);
        let second = plan.next();
        plan.unknown(&second);
        let third = plan.next();
        assert!(third.inserts.iter().all(|(key, _)| *key > 2 * BATCH));
        assert_eq!(plan.ledger.inserted.len(), BATCH as usize);
    }
}
