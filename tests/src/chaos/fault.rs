//! What can go wrong, and while what is read.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Snapshot,
    Stream,
    Incremental,
    Slot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// kill -9 of the worker.
    Kill,
    /// Every connection to the server ends.
    Cut,
    /// Every connection stands, and carries nothing more.
    Silence,
    /// kill -9 of the server, all of it.
    Crash,
    /// No broker for a while.
    Away,
    /// The slot is dropped while the worker is down.
    Dropped,
}

impl Fault {
    /// Those that a task has to survive by itself or by its restart.
    pub const SURVIVED: [Self; 5] = [Self::Kill, Self::Cut, Self::Silence, Self::Crash, Self::Away];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snapshot => "snapshot",
            Self::Stream => "stream",
            Self::Incremental => "incremental snapshot",
            Self::Slot => "after all",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "worker killed",
            Self::Cut => "connections cut",
            Self::Silence => "connections silent",
            Self::Crash => "server killed",
            Self::Away => "broker away",
            Self::Dropped => "slot dropped",
        })
    }
}
