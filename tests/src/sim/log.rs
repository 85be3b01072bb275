//! The source's side: changes in order, and positions in them.

use super::random::Random;
use capture::model::offset::SourceOffset;

/// How many changes are done with.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Copy)]
pub struct At(pub u64);

impl SourceOffset for At {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.to_string().as_bytes());
    }
}

/// A change of one key. It becomes as many records as the original makes of it.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub key: u8,
    /// 0: filtered out; 2: delete and tombstone; 3: a changed key.
    pub records: u8,
    /// A transaction ends behind it: a position without a record.
    pub ends_transaction: bool,
}

pub fn changes(random: &mut Random) -> Vec<Change> {
    let count = random.between(3, 40);
    let keys = random.between(1, 6);
    (0..count)
        .map(|_| Change {
            key: random.below(keys) as u8,
            records: match random.below(10) {
                0 => 0,
                1 | 2 => 2,
                3 => 3,
                _ => 1,
            },
            ends_transaction: random.once_in(3),
        })
        .collect()
}
