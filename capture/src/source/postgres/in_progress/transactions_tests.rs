use super::*;

fn transactions(memory_bytes: usize, spill_bytes: u64) -> Transactions {
    Transactions::new(Bounds { memory_bytes, spill_bytes, folder: std::env::temp_dir() }, Begin::WithFirstChange)
        .unwrap()
}

fn start(xid: u32, is_first: bool) -> Vec<u8> {
    [b"S".as_slice(), &xid.to_be_bytes(), &[u8::from(is_first)]].concat()
}

fn abort(xid: u32, subxid: u32) -> Vec<u8> {
    [b"A".as_slice(), &xid.to_be_bytes(), &subxid.to_be_bytes()].concat()
}

fn commit(xid: u32) -> Vec<u8> {
    [b"c".as_slice(), &xid.to_be_bytes(), &[0; 25]].concat()
}

/// A change of the subtransaction.
fn change(subxid: u32, body: &[u8]) -> Vec<u8> {
    [b"I".as_slice(), &subxid.to_be_bytes(), body].concat()
}

/// Changes of one block: their place, their subtransaction and their bytes.
fn block(transactions: &mut Transactions, xid: u32, is_first: bool, changes: &[(u64, u32, &[u8])]) -> Result<()> {
    transactions.take(changes.first().map_or(0, |change| change.0), &start(xid, is_first))?;
    for (place, subxid, body) in changes {
        assert!(matches!(transactions.take(*place, &change(*subxid, body))?, Taken::Kept));
    }
    transactions.take(0, b"E").map(drop)
}

/// What the commit hands on.
fn committed(transactions: &mut Transactions, xid: u32) -> Vec<(u64, Vec<u8>)> {
    let changes = transactions.take_out(xid).unwrap();
    let mut replay = changes.replay().unwrap();
    let mut all = vec![];
    while let Some(entry) = replay.next().unwrap() {
        all.push((entry.place, entry.message.to_vec()));
    }
    all
}

#[test]
fn changes_come_back_in_their_order_from_memory_and_file() {
    for memory_bytes in [0, 1, 50, 1000, 1 << 20] {
        let mut transactions = transactions(memory_bytes, u64::MAX);
        let body = |i: u64| vec![b'x'; (i * 37 % 500) as usize];
        let mut expected = [vec![], vec![]];
        for i in 0..200u64 {
            let xid = 7 + (i % 2) as u32;
            block(&mut transactions, xid, i < 2, &[(i, xid, &body(i))]).unwrap();
            expected[(i % 2) as usize].push((i, [b"I".as_slice(), &body(i)].concat()));
        }
        assert!(transactions.memory_bytes <= memory_bytes);
        let [first, second] = expected;
        assert_eq!(committed(&mut transactions, 8), second, "{memory_bytes} bytes of memory");
        assert_eq!(committed(&mut transactions, 7), first, "{memory_bytes} bytes of memory");
        assert_eq!((transactions.memory_bytes, transactions.spilled_bytes), (0, 0));
    }
}

#[test]
fn a_change_larger_than_any_buffer_comes_back() {
    let mut transactions = transactions(0, u64::MAX);
    let large = vec![b'x'; 1 << 20];
    block(&mut transactions, 7, true, &[(1, 7, b"a"), (2, 7, &large), (3, 7, b"b")]).unwrap();
    let lengths: Vec<usize> = committed(&mut transactions, 7).iter().map(|(_, message)| message.len()).collect();
    assert_eq!(lengths, [2, 1 + large.len(), 2]);
}

#[test]
fn what_is_rolled_back_is_left_out() {
    for memory_bytes in [0, 1 << 20] {
        let mut transactions = transactions(memory_bytes, u64::MAX);
        block(&mut transactions, 7, true, &[(1, 7, b"a"), (2, 8, b"b"), (3, 9, b"c"), (4, 7, b"d")]).unwrap();
        assert!(matches!(transactions.take(5, &abort(7, 8)), Ok(Taken::Kept)));
        block(&mut transactions, 7, false, &[(6, 10, b"e")]).unwrap();
        let places: Vec<u64> = committed(&mut transactions, 7).iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [1, 3, 4, 6]);
        block(&mut transactions, 11, true, &[(1, 11, b"a")]).unwrap();
        transactions.take(2, &abort(11, 11)).unwrap();
        assert!(transactions.open.is_empty());
        assert_eq!((transactions.memory_bytes, transactions.spilled_bytes), (0, 0));
    }
}

#[test]
fn a_message_and_a_rollback_cannot_be_told_apart() {
    let mut transactions = transactions(1 << 20, 0);
    transactions.take(1, &start(7, true)).unwrap();
    transactions.take(2, b"M\0\0\0\x07message").unwrap();
    transactions.take(3, b"E").unwrap();
    assert!(matches!(transactions.take(4, &abort(7, 8)), Ok(Taken::Ambiguous)));
}

#[test]
fn other_messages_pass_between_blocks() {
    let mut transactions = transactions(1 << 20, 0);
    block(&mut transactions, 7, true, &[(1, 7, b"a")]).unwrap();
    assert!(matches!(transactions.take(2, b"Iabc"), Ok(Taken::Ordinary(b"Iabc"))));
    assert!(matches!(transactions.take(3, &commit(7)), Ok(Taken::Committed(_))));
}

#[test]
fn what_does_not_fit_stops_the_task_with_the_folder() {
    let mut bounded = transactions(0, 100);
    let error = block(&mut bounded, 7, true, &[(1, 7, &[0; 60]), (2, 7, &[0; 60])]).unwrap_err();
    assert!(!error.is_transient() && error.report().contains("more than slot.streaming.spill.bytes, 100"));
    let missing = Bounds { memory_bytes: 0, spill_bytes: 1, folder: "/nowhere/at/all".into() };
    let error = Transactions::new(missing, Begin::WithFirstChange).err().unwrap();
    assert!(!error.is_transient() && error.report().contains("/nowhere/at/all"), "{}", error.report());
}

#[test]
fn an_order_that_cannot_be_stops_the_task() {
    let stops = |messages: &[&[u8]]| {
        let mut transactions = transactions(1 << 20, 0);
        let (last, before) = messages.split_last().unwrap();
        before.iter().for_each(|message| assert!(transactions.take(1, message).is_ok()));
        transactions.take(1, last).is_err()
    };
    assert!(stops(&[&start(7, false)]));
    assert!(stops(&[b"E"]));
    assert!(stops(&[&commit(7)]));
    assert!(stops(&[&start(7, true), &start(8, true)]));
    assert!(stops(&[&start(7, true), &commit(7)]));
    assert!(stops(&[&start(7, true), b"I\0\0"]));
}
