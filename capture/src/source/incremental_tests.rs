use super::*;

fn collection(id: &str) -> Collection {
    Collection { id: id.into(), condition: None, surrogate_key: None }
}

fn row(number: i32) -> Waiting<i32> {
    Waiting { record_key: number.to_string().into_bytes(), key: vec![KeyValue::Int(number)], row: number }
}

/// A machine that reads `s.a` up to 9 and whose first chunk waits.
fn reading(rows: &[i32]) -> Incremental<i32> {
    let mut machine = Incremental::default();
    machine.execute("x", vec![collection("s.a"), collection("s.b")]);
    assert!(machine.wants_chunk());
    machine.begin("u".into());
    assert_eq!(machine.step(), Step::FindMaximum(&collection("s.a")));
    machine.found_maximum(Some(vec![KeyValue::Int(9)]));
    machine.found_rows(rows.iter().copied().map(row).collect());
    assert_eq!(machine.step(), Step::Close);
    machine
}

fn taken(machine: &mut Incremental<i32>) -> Vec<i32> {
    machine.take_rows().into_iter().map(|w| w.row).collect()
}

fn kinds(machine: &mut Incremental<i32>) -> Vec<&'static str> {
    machine.take_notices().iter().map(|n| n.kind).collect()
}

#[test]
fn a_change_between_the_watermarks_takes_its_row_out() {
    let mut machine = reading(&[1, 2, 3, 4]);
    machine.overtaken("s.a", b"1");
    machine.opened("u-open");
    machine.overtaken("s.a", b"2");
    machine.overtaken("s.b", b"3");
    machine.overtaken("s.a", b"99");
    assert!(!machine.closed("other-close"));
    assert!(machine.closed("u-close"));
    machine.overtaken("s.a", b"4");
    assert_eq!(taken(&mut machine), [1, 3, 4]);
    assert!(!machine.closed("u-close"), "a watermark counts once");
}

#[test]
fn chunks_follow_each_other_until_the_tables_are_done() {
    let mut machine = reading(&[1, 2]);
    assert!(machine.closed("u-close") && machine.wants_chunk());
    taken(&mut machine);
    machine.begin("v".into());
    let (after, upto) = (vec![KeyValue::Int(2)], vec![KeyValue::Int(9)]);
    let step = Step::ReadChunk { collection: &collection("s.a"), after: Some(&after), upto: &upto };
    assert_eq!(machine.step(), step);
    machine.found_rows(vec![]);
    assert_eq!(machine.step(), Step::FindMaximum(&collection("s.b")));
    machine.found_maximum(None);
    assert_eq!(machine.step(), Step::Close);
    assert_eq!(
        kinds(&mut machine),
        ["STARTED", "IN_PROGRESS", "TABLE_SCAN_COMPLETED", "TABLE_SCAN_COMPLETED", "COMPLETED"]
    );
    assert!(machine.closed("v-close") && !machine.wants_chunk());
    assert_eq!(machine.state(), &State::default());
}

#[test]
fn a_restart_reads_the_chunk_behind_the_last_row_sent() {
    let mut machine = reading(&[1, 2, 3]);
    machine.opened("u-open");
    machine.closed("u-close");
    let rows = machine.take_rows();
    machine.sent(rows[0].key.clone());
    let mut again = Incremental::<i32>::resume(machine.state().clone());
    assert!(again.wants_chunk());
    again.begin("w".into());
    assert!(!again.closed("u-close"), "a watermark from before the restart");
    assert!(matches!(again.step(), Step::ReadChunk { after: Some(key), .. } if *key == [KeyValue::Int(1)]));
}

#[test]
fn a_pause_lets_the_chunk_end_and_reads_no_other() {
    let mut machine = reading(&[1]);
    machine.pause();
    machine.opened("u-open");
    assert!(machine.closed("u-close"));
    assert_eq!(taken(&mut machine), [1]);
    assert!(!machine.wants_chunk());
    machine.go_on();
    assert!(machine.wants_chunk());
    assert_eq!(kinds(&mut machine), ["STARTED", "IN_PROGRESS", "PAUSED", "RESUMED"]);
}

#[test]
fn a_stop_leaves_nothing_for_the_next_snapshot() {
    let mut machine = reading(&[1, 2]);
    machine.stop(&[]);
    assert_eq!(taken(&mut machine), [0; 0]);
    assert_eq!(machine.state(), &State::default());
    machine.execute("y", vec![collection("s.a")]);
    machine.begin("v".into());
    assert_eq!(machine.step(), Step::FindMaximum(&collection("s.a")));
}

#[test]
fn a_stop_by_name_goes_on_with_the_others() {
    let mut machine = reading(&[1, 2]);
    machine.stop(&["s.a".to_owned()]);
    assert!(!machine.wants_chunk(), "the window is still to close");
    assert!(machine.closed("u-close") && machine.wants_chunk());
    assert_eq!(taken(&mut machine), [0; 0]);
    machine.begin("v".into());
    assert_eq!(machine.step(), Step::FindMaximum(&collection("s.b")));
    machine.stop(&["s.b".to_owned()]);
    assert!(!machine.is_running());
    assert_eq!(kinds(&mut machine), ["STARTED", "IN_PROGRESS", "ABORTED", "COMPLETED", "ABORTED"]);
}

#[test]
fn a_window_without_watermarks_opens_and_closes_all_the_same() {
    let mut machine = reading(&[1, 2]);
    machine.overtaken("s.a", b"1");
    machine.open();
    machine.overtaken("s.a", b"2");
    assert!(machine.close() && machine.wants_chunk());
    assert_eq!(taken(&mut machine), [1]);
    assert!(!machine.close(), "there is no chunk");
}

#[test]
fn rows_of_a_collection_that_did_not_end_well_stay_counted() {
    let mut machine = reading(&[1, 2]);
    machine.leave(Status::SqlException);
    machine.found_maximum(Some(vec![KeyValue::Int(9)]));
    machine.found_rows(vec![row(3)]);
    machine.found_rows(vec![]);
    let scanned: Vec<String> = machine
        .take_notices()
        .into_iter()
        .flat_map(|n| n.data)
        .filter(|(k, _)| *k == "total_rows_scanned")
        .map(|(_, v)| v)
        .collect();
    assert_eq!(scanned, ["2", "3"]);
}
