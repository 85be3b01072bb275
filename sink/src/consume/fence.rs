//! How often the group may shut this member out before that is somebody else's doing.
//!
//! A broker that fails while a static member joins can forget the answer, or have given it to a request that nobody waits
//! for any longer: the member then goes on under an id that the group has replaced, and is shut out although it is alone.
//! Joining anew mends that. A second sink of the same name is shut out as well, joins anew, and shuts out the first one in
//! turn, so that one of the two is soon shut out again.

use std::time::{Duration, Instant};

/// Being shut out twice within this time is no accident.
const WINDOW: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub struct Fence {
    last: Option<Instant>,
}

impl Fence {
    /// Whether the member, shut out now, may join anew.
    pub fn may_join(&mut self, now: Instant) -> bool {
        let last = self.last.replace(now);
        last.is_none_or(|last| now.duration_since(last) > WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accident_is_forgiven_and_a_rival_is_not() {
        let (mut fence, start) = (Fence::default(), Instant::now());
        assert!(fence.may_join(start));
        assert!(!fence.may_join(start + WINDOW / 2));
        assert!(fence.may_join(start + WINDOW * 2));
    }
}
