//! The relations that the log has described so far, without those that have been dropped.
//!
//! The server describes a relation once, before its first change, and says nothing when its table is dropped. So the catalog
//! is asked when there are many. What it no longer knows may still have changes in the log before the place where the
//! server's log ended at that moment, and none behind it: there its description can be forgotten.

use super::position::Lsn;
use super::relation::Relation;
use std::collections::HashMap;

/// With fewer relations than this nobody asks which of them have been dropped: they take some kilobytes each.
const FIRST_LOOK: usize = 256;

/// Relations by id; `None` for those that are not captured.
pub struct Relations {
    known: HashMap<u32, usize>,
    list: Vec<Option<Relation>>,
    /// Places of the list that nothing in `known` leads to.
    free: Vec<usize>,
    /// The one asked for last: rows of one table come in runs.
    last: Option<(u32, usize)>,
    /// How many are to be known before the catalog is asked again.
    next_look: usize,
    dropped: Option<Dropped>,
}

/// Relations whose tables are gone.
struct Dropped {
    ids: Vec<u32>,
    /// No change of theirs lies behind this place.
    before: Lsn,
}

impl Default for Relations {
    fn default() -> Self {
        Self { known: HashMap::new(), list: vec![], free: vec![], last: None, next_look: FIRST_LOOK, dropped: None }
    }
}

impl Relations {
    #[inline]
    pub fn index(&mut self, id: u32) -> Option<usize> {
        match self.last {
            Some((last, index)) if last == id => Some(index),
            _ => {
                let index = *self.known.get(&id)?;
                self.last = Some((id, index));
                Some(index)
            }
        }
    }

    /// The relation at a place that [`Self::index`] gave; `None` where it is not captured.
    #[inline]
    pub fn at(&self, index: usize) -> Option<&Relation> {
        self.list[index].as_ref()
    }

    pub fn captured(&mut self, id: u32) -> Option<usize> {
        self.index(id).filter(|index| self.list[*index].is_some())
    }

    pub fn put(&mut self, id: u32, relation: Option<Relation>) {
        if let Some(dropped) = &mut self.dropped {
            // described anew, so the number may have gone to another table
            dropped.ids.retain(|gone| *gone != id);
        }
        if let Some(index) = self.known.get(&id) {
            self.list[*index] = relation;
            return;
        }
        let index = self.free.pop().unwrap_or(self.list.len());
        if index == self.list.len() {
            self.list.push(relation);
        } else {
            self.list[index] = relation;
        }
        self.known.insert(id, index);
    }

    /// Whether it is time to ask the catalog which of [`Self::ids`] are gone.
    pub fn are_many(&self) -> bool {
        self.dropped.is_none() && self.known.len() >= self.next_look
    }

    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.known.keys().copied()
    }

    /// The catalog does not know `ids` any more; its log ended at `before` after that was seen.
    pub fn dropped(&mut self, ids: Vec<u32>, before: Lsn) {
        self.next_look = FIRST_LOOK.max(2 * (self.known.len() - ids.len()));
        self.dropped = Some(Dropped { ids, before }).filter(|dropped| !dropped.ids.is_empty());
    }

    /// A transaction that committed at `lsn` has been passed on. Returns what was forgotten.
    #[inline]
    pub fn committed(&mut self, lsn: Lsn) -> Vec<u32> {
        match self.dropped.take_if(|dropped| dropped.before <= lsn) {
            Some(dropped) => self.forget(dropped.ids),
            None => vec![],
        }
    }

    #[cold]
    fn forget(&mut self, ids: Vec<u32>) -> Vec<u32> {
        for id in &ids {
            if let Some(index) = self.known.remove(id) {
                self.list[index] = None;
                self.free.push(index);
            }
        }
        self.last = None;
        tracing::debug!(tables = ids.len(), "dropped tables are forgotten");
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many() -> Relations {
        let mut relations = Relations::default();
        (0..FIRST_LOOK as u32).for_each(|id| relations.put(id, None));
        relations
    }

    #[test]
    fn what_is_dropped_is_forgotten_where_its_changes_end() {
        let mut relations = many();
        assert!(relations.are_many());
        relations.dropped(vec![3, 5], Lsn(100));
        assert!(!relations.are_many(), "not asked again before these are gone");
        assert!(relations.committed(Lsn(99)).is_empty());
        assert!(relations.index(3).is_some(), "its changes may still come");
        assert_eq!(relations.committed(Lsn(100)), [3, 5]);
        assert_eq!((relations.index(3), relations.known.len()), (None, FIRST_LOOK - 2));
        assert!(relations.committed(Lsn(101)).is_empty());
    }

    #[test]
    fn places_are_used_again_and_lead_to_their_own_relation() {
        let mut relations = many();
        let place = relations.index(3);
        relations.dropped(vec![3], Lsn(1));
        relations.committed(Lsn(1));
        relations.put(9000, None);
        assert_eq!((relations.index(9000), relations.index(3)), (place, None));
        assert_eq!(relations.list.len(), FIRST_LOOK);
    }

    #[test]
    fn a_number_that_is_described_again_stays() {
        let mut relations = many();
        relations.dropped(vec![3, 5], Lsn(100));
        relations.put(3, None);
        assert_eq!(relations.committed(Lsn(100)), [5]);
        assert!(relations.index(3).is_some());
    }

    #[test]
    fn the_catalog_is_asked_again_when_twice_as_many_are_known() {
        let mut relations = many();
        relations.dropped(vec![], Lsn(1));
        assert!(!relations.are_many());
        (0..2 * FIRST_LOOK as u32).for_each(|id| relations.put(id, None));
        assert!(relations.are_many());
    }
}
