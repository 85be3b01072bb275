//! Puts two sequences side by side: equal items meet, and what only one side has is told apart from what differs.

/// What one step of the walk has found, by positions in the left and the right sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Equal(usize, usize),
    Different(usize, usize),
    /// Only on the left.
    Missing(usize),
    /// Only on the right.
    Extra(usize),
}

/// How far the other side is searched for an item before the pair counts as different.
const HORIZON: usize = 2_000;

/// Walks both sequences. Order counts: an item that has moved is missing in one place and extra in the other.
pub fn align<T: PartialEq>(left: &[T], right: &[T]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(left.len().max(right.len()));
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if left[i] == right[j] {
            steps.push(Step::Equal(i, j));
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let skip_right = distance(&left[i], &right[j..]);
        let skip_left = distance(&right[j], &left[i..]);
        match (skip_left, skip_right) {
            (None, None) => {
                steps.push(Step::Different(i, j));
                (i, j) = (i + 1, j + 1);
            }
            (Some(skip), other) if other.is_none_or(|other| skip <= other) => {
                steps.extend((i..i + skip).map(Step::Missing));
                i += skip;
            }
            (_, Some(skip)) => {
                steps.extend((j..j + skip).map(Step::Extra));
                j += skip;
            }
            (Some(_), None) => unreachable!("the arm before takes every left skip without a right one"),
        }
    }
    steps.extend((i..left.len()).map(Step::Missing));
    steps.extend((j..right.len()).map(Step::Extra));
    steps
}

fn distance<T: PartialEq>(wanted: &T, items: &[T]) -> Option<usize> {
    items.iter().take(HORIZON).position(|item| item == wanted)
}

#[cfg(test)]
mod tests {
    use super::Step::{Different, Equal, Extra, Missing};
    use super::*;

    #[test]
    fn equal_sequences_meet_item_by_item() {
        assert_eq!(align(&[1, 2], &[1, 2]), [Equal(0, 0), Equal(1, 1)]);
        assert_eq!(align::<u8>(&[], &[]), []);
    }

    #[test]
    fn one_changed_item_is_different_and_the_rest_meets() {
        assert_eq!(align(&[1, 2, 3], &[1, 9, 3]), [Equal(0, 0), Different(1, 1), Equal(2, 2)]);
    }

    #[test]
    fn a_lost_and_a_surplus_item_are_told_apart() {
        assert_eq!(align(&[1, 2, 3], &[1, 3]), [Equal(0, 0), Missing(1), Equal(2, 1)]);
        assert_eq!(align(&[1, 3], &[1, 2, 3]), [Equal(0, 0), Extra(1), Equal(1, 2)]);
        assert_eq!(align(&[1], &[1, 2]), [Equal(0, 0), Extra(1)]);
        assert_eq!(align(&[1, 2], &[1]), [Equal(0, 0), Missing(1)]);
    }

    #[test]
    fn a_moved_item_is_missing_and_extra() {
        let steps = align(&[1, 2, 3, 4], &[2, 3, 1, 4]);
        assert_eq!(steps, [Missing(0), Equal(1, 0), Equal(2, 1), Extra(2), Equal(3, 3)]);
    }
}
