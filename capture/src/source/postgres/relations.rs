//! The relations that the log has described so far.

use super::relation::Relation;
use std::collections::HashMap;

/// Relations by id; `None` for those that are not captured.
#[derive(Default)]
pub struct Relations {
    known: HashMap<u32, usize>,
    list: Vec<Option<Relation>>,
    /// The one asked for last: rows of one table come in runs.
    last: Option<(u32, usize)>,
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
        match self.known.get(&id) {
            Some(index) => self.list[*index] = relation,
            None => {
                self.known.insert(id, self.list.len());
                self.list.push(relation);
            }
        }
    }
}
