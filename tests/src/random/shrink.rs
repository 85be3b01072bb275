//! A smaller scenario that still differs: blocks are left out, then statements of those that are left.

use anyhow::Result;

use super::changes::Block;
use super::scenario::Scenario;

/// Leaves out what it can while `differs` holds. It is asked at most so many times.
pub fn shrink(scenario: &Scenario, attempts: usize, mut differs: impl FnMut(&Scenario) -> Result<bool>) -> Scenario {
    let mut smallest = scenario.clone();
    let mut left = attempts;
    let mut step = smallest.during.len().div_ceil(2);
    while step > 0 {
        let mut from = 0;
        while from < smallest.during.len() {
            let mut candidate = smallest.clone();
            candidate.during.drain(from..(from + step).min(smallest.during.len()));
            match attempt(&candidate, &mut left, &mut differs) {
                Some(true) => smallest = candidate,
                Some(false) => from += step,
                None => return smallest,
            }
        }
        step /= 2;
    }
    for number in 0..smallest.before.len() + smallest.during.len() {
        let mut line = 1;
        while line < block(&mut smallest, number).len() {
            let mut candidate = smallest.clone();
            block(&mut candidate, number).remove(line);
            match attempt(&candidate, &mut left, &mut differs) {
                Some(true) => smallest = candidate,
                Some(false) => line += 1,
                None => return smallest,
            }
        }
    }
    smallest
}

fn block(scenario: &mut Scenario, number: usize) -> &mut Block {
    let first = scenario.before.len();
    if number < first { &mut scenario.before[number] } else { &mut scenario.during[number - first] }
}

/// Whether the candidate differs; nothing if there are no attempts left. One that cannot be played does not.
fn attempt(
    candidate: &Scenario,
    left: &mut usize,
    differs: &mut impl FnMut(&Scenario) -> Result<bool>,
) -> Option<bool> {
    *left = left.checked_sub(1)?;
    Some(differs(candidate).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::PostgresVersion;
    use crate::random::Size;

    #[test]
    fn one_statement_is_left_of_many() {
        let mut scenario = Scenario::new(7, Size::Nightly, PostgresVersion::default());
        let culprit = "UPDATE culprit".to_owned();
        scenario.during[5] = vec!["BEGIN".into(), "a".into(), culprit.clone(), "b".into()];
        let smallest =
            shrink(&scenario, 1000, |candidate| Ok(candidate.during.iter().any(|block| block.contains(&culprit))));
        assert_eq!(smallest.during, [["BEGIN".to_owned(), culprit]]);
        let same = shrink(&scenario, 0, |_| Ok(true));
        assert_eq!(same.during.len(), scenario.during.len());
    }
}
