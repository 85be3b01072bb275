//! When to read the log next, and how much of it the kernel may hold for us.
//!
//! The walsender makes a system call for every row. Where both ends share a kernel (loopback, the bridge between two
//! containers), such a call carries its row through the whole of TCP up to our socket and costs the server more than
//! decoding the row, unless our receive window is shut: then rows pile up in the server's send buffer for the price of a
//! copy. So under load a near server gets a small window; we pause, then read until its pile is gone.
//!
//! A far server must never wait for a window, so it gets a large one, and the pause only spares us wake-ups. Near or far
//! is guessed from the time a connection took, and the guess is given up when the pile turns out never to grow.

use rustix::fd::{AsFd, OwnedFd};
use rustix::net::sockopt::set_socket_recv_buffer_size;
use std::time::{Duration, Instant};

/// Between two reads: at this rate of reads their cost vanishes, and nobody notices the delay.
const SHORT_PAUSE: Duration = Duration::from_micros(500);
/// Between two reads of a near server under load: the longer, the more rows find the window shut.
const LONG_PAUSE: Duration = Duration::from_millis(4);
/// Load: at this rate the server's system calls begin to fill its core.
const LOAD_BYTES_PER_MS: u128 = 8 << 10;

/// How much the kernel may hold for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// As it likes: for questions and answers.
    Kernel,
    Near,
    Far,
}

/// A round trip of less leads to the same machine, or to the next one.
const NEAR: Duration = Duration::from_micros(500);
/// Lets a far server write ahead.
const FAR_WINDOW_BYTES: u32 = 4 << 20;
/// The smallest at which one wake-up still brings some hundred rows. It must stand before the connection is made: a
/// sender that has seen a larger window waits for room for a whole segment.
const NEAR_WINDOW_BYTES: u32 = 8 << 10;

impl Window {
    /// For the log of a server so far away.
    pub fn suiting(round_trip: Duration) -> Self {
        if round_trip < NEAR { Self::Near } else { Self::Far }
    }

    pub fn bytes(self) -> Option<u32> {
        match self {
            Self::Kernel => None,
            Self::Near => Some(NEAR_WINDOW_BYTES),
            Self::Far => Some(FAR_WINDOW_BYTES),
        }
    }
}

/// After a long pause a near server has piled up more than this, or it waits for our window.
const PILE_BYTES: usize = 3 * NEAR_WINDOW_BYTES as usize;
/// So many long pauses without a pile, one after the other, prove the server far; fewer may come of a server that waits
/// for a core.
const LEAN_CYCLES: u32 = 100;

#[derive(Debug)]
pub struct Pace {
    /// The socket, while its window is small.
    near: Option<OwnedFd>,
    last_bytes: usize,
    last_at: Instant,
    /// Since the beginning of the last pause.
    cycle_bytes: usize,
    cycle_began: Instant,
    was_long: bool,
    lean_cycles: u32,
}

/// Of a connection whose window is nobody's concern.
impl Default for Pace {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            near: None,
            last_bytes: 0,
            last_at: now,
            cycle_bytes: 0,
            cycle_began: now,
            was_long: false,
            lean_cycles: 0,
        }
    }
}

impl Pace {
    /// Of a TCP connection made with this window.
    pub fn new(socket: impl AsFd, window: Window) -> Self {
        let near = match window {
            // where the socket cannot be reached later, the server counts as far
            Window::Near => socket.as_fd().try_clone_to_owned().ok(),
            Window::Kernel | Window::Far => None,
        };
        Self { near, ..Self::default() }
    }

    pub fn has_read(&mut self, bytes: usize, now: Instant) {
        self.last_bytes = bytes;
        self.last_at = now;
        self.cycle_bytes += bytes;
    }

    /// How long to wait at `now` before the next read.
    pub fn pause(&mut self, now: Instant) -> Duration {
        let has_more = self.near.is_some() && self.last_bytes >= NEAR_WINDOW_BYTES as usize / 2;
        if has_more {
            return Duration::ZERO;
        }
        self.judge();
        // two reads at once are no load yet
        let elapsed = now.duration_since(self.cycle_began).max(SHORT_PAUSE);
        let bytes_per_ms = self.cycle_bytes as u128 * 1000 / elapsed.as_micros();
        let is_long = self.near.is_some() && bytes_per_ms >= LOAD_BYTES_PER_MS;
        let pause = if is_long { LONG_PAUSE } else { SHORT_PAUSE };
        let pause = pause.saturating_sub(now.duration_since(self.last_at));
        self.begin_cycle(now, is_long);
        pause
    }

    fn begin_cycle(&mut self, at: Instant, was_long: bool) {
        self.cycle_bytes = 0;
        self.cycle_began = at;
        self.was_long = was_long;
    }

    /// Looks at what the last long pause brought.
    fn judge(&mut self) {
        if !self.was_long {
            return;
        }
        self.lean_cycles = if self.cycle_bytes < PILE_BYTES { self.lean_cycles + 1 } else { 0 };
        if self.lean_cycles >= LEAN_CYCLES
            && let Some(socket) = self.near.take()
        {
            tracing::debug!("the database waits for the receive window, which is widened");
            // it can only grow to 64 KB now, which is ample over so short a way
            let _ = set_socket_recv_buffer_size(socket, FAR_WINDOW_BYTES as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    const MS: Duration = Duration::from_millis(1);
    const WINDOW: usize = NEAR_WINDOW_BYTES as usize;

    fn connected(window: Window) -> Pace {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Pace::new(TcpStream::connect(listener.local_addr().unwrap()).unwrap(), window)
    }

    /// Reads so much at `now`; the pause that follows.
    fn pause_after(pace: &mut Pace, reads: &[usize], now: Instant) -> Duration {
        let pauses = reads.iter().map(|bytes| {
            pace.has_read(*bytes, now);
            pace.pause(now)
        });
        pauses.last().unwrap()
    }

    #[test]
    fn a_first_change_is_read_at_once_and_the_next_one_soon() {
        let mut pace = connected(Window::Near);
        let now = Instant::now();
        pace.has_read(100, now + 10 * MS);
        assert_eq!(pace.pause(now + 11 * MS), Duration::ZERO);
        pace.has_read(100, now + 11 * MS);
        assert_eq!(pace.pause(now + 11 * MS), SHORT_PAUSE);
    }

    #[test]
    fn a_near_server_under_load_is_left_alone_until_its_rows_have_piled_up() {
        let mut pace = connected(Window::Near);
        let now = Instant::now();
        pace.has_read(WINDOW, now);
        assert_eq!(pace.pause(now), Duration::ZERO, "the window was full, so there is more");
        pace.has_read(20_000, now);
        pace.has_read(100, now);
        assert_eq!(pace.pause(now + MS), LONG_PAUSE - MS);
    }

    #[test]
    fn a_far_server_gets_short_pauses_only() {
        let mut pace = connected(Window::Far);
        let now = Instant::now();
        pace.has_read(1 << 20, now);
        assert_eq!(pace.pause(now), SHORT_PAUSE);
    }

    #[test]
    fn a_server_that_never_piles_up_counts_as_far() {
        let mut pace = connected(Window::Near);
        let mut now = Instant::now();
        for _ in 0..LEAN_CYCLES {
            assert!(pace.near.is_some());
            // much in no time, so a long pause follows, and yet that brings no more than a window
            assert_eq!(pause_after(&mut pace, &[WINDOW, WINDOW, 1_000], now), LONG_PAUSE);
            now += LONG_PAUSE;
            assert_eq!(pause_after(&mut pace, &[WINDOW, 1_000], now), SHORT_PAUSE);
            now += SHORT_PAUSE;
        }
        assert!(pace.near.is_none());
    }
}
