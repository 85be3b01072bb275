use super::*;

/// Remembers what was handed on.
#[derive(Default)]
struct Seen {
    changes: Vec<(u64, Offset, Offset)>,
    messages: Vec<(u64, Offset)>,
    advanced: Vec<Offset>,
    forgotten: Vec<u32>,
}

impl Changes for Seen {
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        self.changes.push((change.origin.lsn.0, *change.offset, *change.before));
        Ok(())
    }

    fn message(&mut self, message: &LogicalMessage<'_>) -> Result<()> {
        self.messages.push((message.origin.lsn.0, *message.offset));
        Ok(())
    }

    fn advance(&mut self, offset: &Offset) -> Result<()> {
        self.advanced.push(*offset);
        Ok(())
    }

    fn forget(&mut self, relation: u32) {
        self.forgotten.push(relation);
    }

    fn is_full(&self) -> bool {
        false
    }
}

const CAPTURED: u32 = 1;
const IGNORED: u32 = 2;
/// A tuple of one column that is null.
const TUPLE: &[u8] = &[0, 1, b'n'];

fn stream(from: Offset) -> Stream {
    let mut stream = Stream::new(&from);
    let relation =
        Relation { id: CAPTURED, schema: "public".into(), table: "t".into(), columns: vec![], key: vec![], version: 1 };
    stream.relations.put(CAPTURED, Some(relation));
    stream.relations.put(IGNORED, None);
    stream
}

/// One transaction: its changes as (position, relation), then its commit.
fn play(stream: &mut Stream, seen: &mut Seen, xid: u32, changes: &[(u64, u32)], commit: u64) {
    let begin = Message::Begin { commit_time_us: 1, xid };
    stream.handle(changes[0].0, &begin, seen).unwrap();
    for (lsn, relation) in changes {
        stream.handle(*lsn, &Message::Insert { relation: *relation, new: TUPLE }, seen).unwrap();
    }
    stream.handle(commit, &Message::Commit, seen).unwrap();
}

fn positions(seen: &Seen) -> Vec<u64> {
    seen.changes.iter().map(|(lsn, ..)| *lsn).collect()
}

fn after_snapshot() -> Offset {
    Offset { lsn: Lsn(100), snapshot: Snapshot::Last, ..Offset::default() }
}

#[test]
fn offsets_stand_behind_their_change_and_know_the_commit_before() {
    let (mut stream, mut seen) = (stream(after_snapshot()), Seen::default());
    play(&mut stream, &mut seen, 7, &[(110, CAPTURED), (120, IGNORED)], 130);
    play(&mut stream, &mut seen, 8, &[(130, CAPTURED)], 140);
    let first = seen.changes[0].1;
    assert_eq!((first.lsn_proc, first.lsn_commit, first.tx_id), (Some(Lsn(110)), None, Some(7)));
    let second = seen.changes[1].1;
    // the commit's position is also where the next record begins; that does not make them one
    assert_eq!((second.lsn_proc, second.lsn_commit, second.index_at_lsn), (Some(Lsn(130)), Some(Lsn(130)), 0));
    assert_eq!(seen.changes[1].2, seen.advanced[0]);
    assert_eq!(seen.advanced[1].confirmable(), Some(Lsn(140)));
}

#[test]
fn every_change_resumes_exactly_behind_itself() {
    // three rows of one record, as COPY writes them, between single ones
    let changes = [(110, CAPTURED), (120, CAPTURED), (120, CAPTURED), (120, CAPTURED), (125, IGNORED), (128, CAPTURED)];
    let mut seen = Seen::default();
    play(&mut stream(after_snapshot()), &mut seen, 7, &changes, 130);
    let whole = positions(&seen);
    for stored in 0..whole.len() {
        let mut json = vec![];
        crate::model::offset::SourceOffset::write_json(&seen.changes[stored].1, &mut json);
        let from = Offset::parse(std::str::from_utf8(&json).unwrap()).unwrap();
        let mut again = Seen::default();
        play(&mut stream(from), &mut again, 7, &changes, 130);
        assert_eq!(positions(&again), whole[stored + 1..], "stored behind change {stored}");
    }
}

#[test]
fn only_the_cut_transaction_is_skipped() {
    let mut seen = Seen::default();
    play(&mut stream(after_snapshot()), &mut seen, 7, &[(110, CAPTURED)], 130);
    let from = seen.changes[0].1;
    // a transaction that began earlier and committed later holds older positions, and all of it is new
    let (mut stream, mut again) = (stream(from), Seen::default());
    play(&mut stream, &mut again, 7, &[(110, CAPTURED)], 130);
    play(&mut stream, &mut again, 6, &[(105, CAPTURED), (108, CAPTURED)], 140);
    assert_eq!(positions(&again), [105, 108]);
}

#[test]
fn another_transaction_in_its_place_is_not_skipped() {
    let mut seen = Seen::default();
    play(&mut stream(after_snapshot()), &mut seen, 7, &[(110, CAPTURED)], 130);
    let (mut stream, mut again) = (stream(seen.changes[0].1), Seen::default());
    play(&mut stream, &mut again, 9, &[(108, CAPTURED)], 150);
    assert_eq!(positions(&again), [108]);
}

#[test]
fn the_log_is_asked_for_behind_the_last_commit() {
    let mut seen = Seen::default();
    let mut first = stream(after_snapshot());
    play(&mut first, &mut seen, 7, &[(110, CAPTURED)], 300);
    play(&mut first, &mut seen, 8, &[(120, CAPTURED)], 310);
    // the change lies before the commit that was done earlier
    assert_eq!(Stream::new(&seen.changes[1].1).start_position(), Lsn(300));
    assert_eq!(Stream::new(&seen.advanced[1]).start_position(), Lsn(310));
    assert_eq!(Stream::new(&after_snapshot()).start_position(), Lsn(100));
}

#[test]
fn idle_positions_advance_only_between_transactions() {
    let (mut stream, mut seen) = (stream(after_snapshot()), Seen::default());
    stream.idle_at(150, &mut seen).unwrap();
    assert_eq!(seen.advanced.last().and_then(Offset::confirmable), Some(Lsn(150)));
    stream.handle(160, &Message::Begin { commit_time_us: 1, xid: 9 }, &mut seen).unwrap();
    stream.idle_at(200, &mut seen).unwrap();
    assert_eq!(seen.advanced.len(), 1);
}

/// The server says how far it is while the transaction is open, and the slot is moved there.
#[test]
fn the_log_is_asked_for_behind_what_was_passed_while_a_transaction_was_open() {
    let (mut stream, mut seen) = (stream(after_snapshot()), Seen::default());
    stream.idle_at(150, &mut seen).unwrap();
    play(&mut stream, &mut seen, 9, &[(120, CAPTURED), (160, CAPTURED)], 170);
    let stored = |offset: &Offset| {
        let mut json = vec![];
        crate::model::offset::SourceOffset::write_json(offset, &mut json);
        let text = String::from_utf8(json).unwrap();
        (Stream::new(&Offset::parse(&text).unwrap()).start_position(), text.contains("tailrace_lsn_passed"))
    };
    assert_eq!(stored(&seen.changes[0].1), (Lsn(150), true));
    assert_eq!(stored(&seen.changes[1].1), (Lsn(160), false));
    assert_eq!(stored(seen.advanced.last().unwrap()), (Lsn(170), false));
}

#[test]
fn a_change_of_an_unknown_relation_stops_the_task() {
    let mut stream = stream(after_snapshot());
    let error = stream.handle(110, &Message::Insert { relation: 99, new: TUPLE }, &mut Seen::default()).unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("relation 99"));
}

#[test]
fn a_truncate_of_several_tables_is_done_only_with_the_last() {
    const OTHER: u32 = 3;
    let play = |stream: &mut Stream, seen: &mut Seen| {
        let relation = Relation { id: OTHER, table: "u".into(), ..stream.relations.at(0).cloned().unwrap() };
        stream.relations.put(OTHER, Some(relation));
        stream.handle(110, &Message::Begin { commit_time_us: 1, xid: 7 }, seen).unwrap();
        let ids: Vec<u8> = [CAPTURED, OTHER, IGNORED].iter().flat_map(|id| id.to_be_bytes()).collect();
        stream.handle(110, &Message::Truncate { relations: &ids }, seen).unwrap();
        stream.handle(130, &Message::Commit, seen).unwrap();
    };
    let mut seen = Seen::default();
    play(&mut stream(after_snapshot()), &mut seen);
    assert_eq!(positions(&seen), [110, 110]);
    for (stored, left) in [(0, 2), (1, 0)] {
        let mut again = Seen::default();
        play(&mut stream(seen.changes[stored].1), &mut again);
        assert_eq!(again.changes.len(), left, "stored behind table {stored}");
    }
}

#[test]
fn a_dropped_table_is_forgotten_once_its_changes_have_passed() {
    let (mut stream, mut seen) = (stream(after_snapshot()), Seen::default());
    // the catalog was asked when the server's log ended at 135, and no longer knew the table
    stream.relations.dropped(vec![CAPTURED], Lsn(135));
    play(&mut stream, &mut seen, 7, &[(110, CAPTURED)], 130);
    assert!(seen.forgotten.is_empty());
    play(&mut stream, &mut seen, 8, &[(132, CAPTURED), (133, IGNORED)], 140);
    assert_eq!((positions(&seen), seen.forgotten), (vec![110, 132], vec![CAPTURED]));
    assert_eq!(stream.relations.index(CAPTURED), None);
}

/// A message outside any transaction, and two within one between changes.
fn play_messages(stream: &mut Stream, seen: &mut Seen) {
    let message = |is_transactional| Message::Logical { is_transactional, prefix: "p", content: b"c" };
    stream.handle(105, &message(false), seen).unwrap();
    stream.handle(110, &Message::Begin { commit_time_us: 1, xid: 7 }, seen).unwrap();
    stream.handle(110, &message(true), seen).unwrap();
    stream.handle(120, &Message::Insert { relation: CAPTURED, new: TUPLE }, seen).unwrap();
    stream.handle(125, &message(true), seen).unwrap();
    stream.handle(130, &Message::Commit, seen).unwrap();
}

#[test]
fn messages_resume_exactly_behind_themselves() {
    let mut seen = Seen::default();
    play_messages(&mut stream(after_snapshot()), &mut seen);
    let sent = |seen: &Seen| [positions(seen), seen.messages.iter().map(|(lsn, _)| *lsn).collect()];
    assert_eq!(sent(&seen), [vec![120], vec![105, 110, 125]]);
    let lone = seen.messages[0].1;
    assert_eq!((lone.lsn_proc, lone.lsn_commit, lone.tx_id), (Some(Lsn(105)), Some(Lsn(105)), None));
    let within = seen.messages[2].1;
    assert_eq!((within.lsn, within.lsn_proc, within.tx_id), (Lsn(125), Some(Lsn(120)), Some(7)));
    let after = |offset: Offset| {
        let mut again = Seen::default();
        play_messages(&mut stream(offset), &mut again);
        sent(&again)
    };
    assert_eq!(after(seen.messages[0].1), [vec![120], vec![110, 125]]);
    assert_eq!(after(seen.messages[1].1), [vec![120], vec![105, 125]], "the lone message lies before the start");
    assert_eq!(after(seen.changes[0].1), [vec![], vec![105, 125]]);
    assert_eq!(after(seen.messages[2].1), [vec![], vec![105]]);
}
