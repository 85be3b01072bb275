//! The last line of a run, and whether it is a success.

use std::fmt;

use super::case::Case;
use super::comparison::Findings;

/// How one case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Equal,
    Different,
    /// Differs as it says itself.
    Open,
    /// Says that it differs, and does not any more.
    Mended,
    /// The case itself is no good: its SQL or the reference failed.
    Unsound,
}

impl Ending {
    pub fn of(case: &Case, findings: Option<&Findings>) -> Self {
        match (findings.map(Findings::is_equal), &case.open) {
            (None, _) => Self::Unsound,
            (Some(true), None) => Self::Equal,
            (Some(true), Some(_)) => Self::Mended,
            (Some(false), None) => Self::Different,
            (Some(false), Some(_)) => Self::Open,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "DIFFERENT",
            Self::Open => "open",
            Self::Mended => "MENDED",
            Self::Unsound => "UNSOUND",
        }
    }
}

/// Counts of a run: `cases`, `compared`, `equal`, `different` and `open` are cases, `missing` and `extra` are records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub cases: usize,
    pub compared: usize,
    pub equal: usize,
    pub different: usize,
    pub missing: usize,
    pub extra: usize,
    pub open: usize,
    /// Cases that are marked as open and are equal.
    pub mended: usize,
}

impl Totals {
    pub fn add(&mut self, ending: Ending, findings: Option<&Findings>) {
        self.cases += 1;
        self.compared += usize::from(ending != Ending::Unsound);
        match ending {
            Ending::Equal => self.equal += 1,
            Ending::Different => self.different += 1,
            Ending::Open => self.open += 1,
            Ending::Mended => self.mended += 1,
            Ending::Unsound => {}
        }
        if let (Ending::Different, Some(findings)) = (ending, findings) {
            self.missing += findings.records.missing;
            self.extra += findings.records.extra;
        }
    }

    /// Whether nothing differs but what is known to. What is open may be equal at times, if it depends on the clock.
    pub fn is_success(&self) -> bool {
        self.cases > 0 && self.equal + self.open + self.mended == self.cases
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, compared, equal, different, missing, extra, open, mended } = self;
        write!(
            f,
            "cases={cases} compared={compared} equal={equal} different={different} missing={missing} extra={extra}"
        )?;
        for (name, count) in [("open", open), ("mended", mended)] {
            if *count > 0 {
                write!(f, " {name}={count}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_news_is_a_success() {
        let of = |endings: &[Ending]| {
            let mut totals = Totals::default();
            endings.iter().for_each(|ending| totals.add(*ending, None));
            totals
        };
        assert!(!of(&[]).is_success());
        assert!(of(&[Ending::Equal, Ending::Open, Ending::Mended]).is_success());
        for bad in [Ending::Different, Ending::Unsound] {
            assert!(!of(&[Ending::Equal, bad]).is_success(), "{bad:?}");
        }
        let totals = of(&[Ending::Equal, Ending::Equal]);
        assert_eq!(totals.to_string(), "cases=2 compared=2 equal=2 different=0 missing=0 extra=0");
        let totals = of(&[Ending::Equal, Ending::Unsound, Ending::Open]);
        assert_eq!(totals.to_string(), "cases=3 compared=2 equal=1 different=0 missing=0 extra=0 open=1");
    }
}
