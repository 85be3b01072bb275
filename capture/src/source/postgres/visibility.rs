//! The windows of an incremental snapshot that writes nothing: the server's view of transactions takes the place of
//! watermarks in the log.
//!
//! One view is taken before a chunk is read and one after it. A transaction that the first view does not know as ended may
//! have changed rows behind the chunk's back, so that its changes take their rows out of the window; one that begins behind
//! the second view comes too late for the chunk. The names are those of `pg_current_snapshot()`.

/// What the server says of the transactions of this moment. Ids are those of the log, which begin again after 2^32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Every transaction before it has ended.
    xmin: u32,
    /// It and everything behind it has not begun.
    xmax: u32,
}

#[derive(Debug, Default)]
pub struct Window {
    /// Before and after the chunk.
    views: Option<(View, View)>,
    /// Those of the chunk before.
    previous: Option<(View, View)>,
    is_open: bool,
}

/// What an event of the log means to the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// The chunk's row of the event's key is old.
    Within,
    /// The chunk goes out before the event, and the next one is due.
    Past,
}

impl View {
    /// `xmin:xmax:` and the transactions in between that have not ended.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        // the ids of the log are the lower half of these
        let mut id = || Some(parts.next()?.parse::<u64>().ok()? as u32);
        Some(Self { xmin: id()?, xmax: id()? })
    }
}

/// How far `id` lies behind `other`; ids go round.
fn distance(id: u32, other: u32) -> i32 {
    id.wrapping_sub(other) as i32
}

impl Window {
    /// A chunk has been read between these views.
    pub fn read(&mut self, before: View, after: View) {
        self.views = Some((before, after));
    }

    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// A change of the transaction `id` comes.
    pub fn meet(&mut self, id: u32) -> Passage {
        if let Some((low, high)) = self.views {
            self.is_open |= distance(id, low.xmin) >= 0;
            if self.is_open && distance(id, high.xmax) <= 0 {
                return Passage::Within;
            }
        }
        self.close();
        Passage::Past
    }

    /// Whether the chunk can go out, now that the log has been read to the end of the transaction `id`.
    pub fn is_settled(&self, id: Option<u64>) -> bool {
        let Some((_, high)) = self.views else { return false };
        id.is_none_or(|id| id as u32 == high.xmax || distance(id as u32, high.xmin) <= 0)
    }

    /// Whether nothing has happened on the server since the chunk before, so that nothing of the log is waited for.
    pub fn is_as_before(&self) -> bool {
        self.views.is_some() && self.views == self.previous
    }

    pub fn close(&mut self) {
        self.is_open = false;
        self.previous = self.views.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(text: &str) -> View {
        View::parse(text).unwrap()
    }

    fn between(low: &str, high: &str) -> Window {
        let mut window = Window::default();
        window.read(view(low), view(high));
        window
    }

    #[test]
    fn views_are_read_as_the_server_writes_them() {
        assert_eq!(view("740:745:740,743"), View { xmin: 740, xmax: 745 });
        assert_eq!(view("4294967299:4294967300:"), View { xmin: 3, xmax: 4 });
        assert!(View::parse("").is_none() && View::parse("7").is_none() && View::parse("a:b:").is_none());
    }

    #[test]
    fn changes_from_the_first_view_to_the_second_take_rows_out() {
        let mut window = between("10:12:10", "10:14:10");
        assert_eq!(window.meet(10), Passage::Within);
        assert_eq!(window.meet(14), Passage::Within, "it had not begun, but may commit before what the chunk shows");
        assert_eq!(window.meet(15), Passage::Past);
        assert!(!window.is_open() && !window.is_settled(Some(1)), "nothing is left to wait for");
        assert_eq!(between("10:12:10", "10:14:10").meet(9), Passage::Past, "the chunk shows what it did");
    }

    #[test]
    fn a_chunk_goes_out_when_the_log_has_caught_up() {
        let window = between("10:12:10", "10:14:10");
        assert!(window.is_settled(Some(10)) && window.is_settled(Some(14)) && window.is_settled(None));
        assert!(!window.is_settled(Some(11)) && !window.is_settled(Some(13)));
    }

    #[test]
    fn ids_go_round() {
        let mut window = between("8589934590:8589934594:", "8589934590:8589934594:");
        assert!(window.is_settled(Some(4_294_967_290)) && !window.is_settled(Some(1)));
        assert_eq!(
            [window.meet(u32::MAX), window.meet(1), window.meet(3)],
            [Passage::Within, Passage::Within, Passage::Past]
        );
    }

    #[test]
    fn an_idle_server_shows_the_same_views() {
        let mut window = between("10:10:", "10:10:");
        assert!(!window.is_as_before());
        window.close();
        window.read(view("10:10:"), view("10:10:"));
        assert!(window.is_as_before());
        window.close();
        window.read(view("10:10:"), view("10:11:10"));
        assert!(!window.is_as_before());
    }
}
