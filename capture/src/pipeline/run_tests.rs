use super::*;
use crate::model::record::Record;
use crate::source::Emit;
use std::collections::VecDeque;

#[derive(Debug, Default, Clone, PartialEq)]
struct At(u64);

impl SourceOffset for At {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.to_string().as_bytes());
    }
}

/// Emits records numbered from 1.
struct Counting {
    left: u64,
    next: u64,
    /// Asks for the end behind the last one.
    stops: Option<Control>,
    /// Asks for all to be stored behind each record, and notes what was when it was asked for the next one.
    checkpoints: Option<Vec<u64>>,
    stored: u64,
    /// Never comes back from its first pump, as behind a lock; nor would it from its close.
    hangs: bool,
}

impl Source for Counting {
    type Offset = At;

    async fn pump<E: Emit<At>>(&mut self, out: &mut E, _: Instant) -> Result<Pumped> {
        while self.left > 0 {
            self.left -= 1;
            self.next += 1;
            out.emit(&Record::new("t", None, Some(b"x")), &At(self.next))?;
            if let Some(seen) = &mut self.checkpoints {
                seen.push(self.stored);
                return Ok(Pumped::Checkpoint);
            }
        }
        if let Some(seen) = &self.checkpoints {
            assert_eq!(*seen, [0, 1, 2]);
        }
        if let Some(control) = &self.stops {
            control.stop();
        }
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Ok(Pumped::More)
    }

    fn stored(&mut self, offset: &At) {
        self.stored = offset.0;
    }

    async fn keep_alive(&mut self) -> Result<()> {
        Ok(())
    }

    async fn close(self) -> Result<()> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

/// Acknowledges what the test says, and refuses one record on the spot.
#[derive(Default)]
struct Scripted {
    sent: u64,
    acknowledges: u64,
    refuses: Option<u64>,
    /// Says nothing when asked so many times first.
    silent: u32,
    queue: VecDeque<u64>,
}

impl Output for Scripted {
    fn send(&mut self, _: &Record<'_>, sequence: u64) -> Result<()> {
        if self.refuses == Some(self.sent) {
            return Err(Error::definite("too large"));
        }
        if self.sent < self.acknowledges {
            self.queue.push_back(sequence);
        }
        self.sent += 1;
        Ok(())
    }

    fn acknowledged(&mut self) -> Option<u64> {
        if self.silent > 0 {
            self.silent -= 1;
            return None;
        }
        self.queue.pop_front()
    }

    fn take_refusal(&mut self) -> Option<Error> {
        None
    }

    async fn arrived(&mut self) {
        std::future::pending().await
    }

    fn abandon(&mut self) {}
}

/// Knows the outcome of a write only when it has been asked for it a few times.
#[derive(Default)]
struct Slow {
    writes: Vec<String>,
    asked: u32,
    outcome: bool,
}

impl OffsetStore for Slow {
    fn load(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn begin(&mut self, offset: &[u8]) {
        self.writes.push(String::from_utf8(offset.to_vec()).unwrap());
        (self.asked, self.outcome) = (0, true);
    }

    fn finished(&mut self) -> Option<Result<()>> {
        self.asked += 1;
        (self.asked > 3 && std::mem::take(&mut self.outcome)).then_some(Ok(()))
    }
}

const LIMITS: Limits = Limits { bytes: 1000, records: 1000, store_every_ms: 3_600_000 };
const LONG: Duration = Duration::from_secs(3600);

fn source(records: u64) -> Counting {
    Counting { left: records, next: 0, stops: None, checkpoints: None, stored: 0, hangs: false }
}

#[tokio::test]
async fn a_write_of_an_earlier_run_is_not_taken_for_one_of_this() {
    let mut store = Slow { asked: 3, outcome: true, ..Slow::default() };
    let control = Control::default();
    control.stop();
    let ended = run(source(0), Scripted::default(), &mut store, LIMITS, (&control, LONG)).await;
    assert_eq!((ended.stored, store.writes.len()), (None, 0));
    assert!(!store.outcome, "the outcome was read");
}

#[tokio::test]
async fn a_record_refused_on_the_spot_ends_the_run_at_once_with_what_was_acknowledged() {
    let (mut store, output) = (Slow::default(), Scripted { acknowledges: 2, refuses: Some(2), ..Scripted::default() });
    let began = Instant::now();
    let ended = run(source(5), output, &mut store, LIMITS, (&Control::default(), LONG)).await;
    assert!(began.elapsed() < LONG / 60, "the grace was not waited for");
    assert_eq!(ended.failure.map(|e| e.to_string()), Some("too large".into()));
    assert_eq!(ended.stored.as_deref(), Some("2"));
}

#[tokio::test]
async fn giving_up_still_stores_what_was_acknowledged() {
    // the acknowledgement comes while draining, when nothing is stored before the end
    let (mut store, output) = (Slow::default(), Scripted { acknowledges: 1, silent: 2, ..Scripted::default() });
    let control = Control::default();
    let source = Counting { stops: Some(control.clone()), ..source(3) };
    let ended = run(source, output, &mut store, LIMITS, (&control, Duration::from_millis(20))).await;
    assert_eq!(ended.stored.as_deref(), Some("1"));
}

#[tokio::test]
async fn nothing_is_read_before_a_checkpoint_is_stored() {
    let (mut store, output) = (Slow::default(), Scripted { acknowledges: 3, silent: 5, ..Scripted::default() });
    let control = Control::default();
    let source = Counting { stops: Some(control.clone()), checkpoints: Some(vec![]), ..source(3) };
    let ended = run(source, output, &mut store, LIMITS, (&control, LONG)).await;
    assert_eq!((ended.stored.as_deref(), ended.failure.is_none()), (Some("3"), true));
    assert_eq!(store.writes, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_source_that_hangs() {
    let (mut store, output) = (Slow::default(), Scripted { acknowledges: 3, ..Scripted::default() });
    let control = Control::default();
    let source = Counting { stops: Some(control.clone()), hangs: true, ..source(3) };
    let ended = run(source, output, &mut store, LIMITS, (&control, LONG)).await;
    assert_eq!(ended.stored.as_deref(), Some("3"));
    assert!(ended.failure.is_some_and(|e| e.is_transient()));
}
