//! One function for each kind of input.

use capture::config::key::Map;
use capture::model::offset::SourceOffset as _;
use capture::source::postgres::config::Settings;
use capture::source::postgres::context::Context;
use capture::source::postgres::decode::{array::Elements, hstore, interval, money, numeric, temporal};
use capture::source::postgres::in_progress::bounds::Bounds;
use capture::source::postgres::in_progress::committed::Begin;
use capture::source::postgres::in_progress::transactions::{Taken, Transactions};
use capture::source::postgres::pgoutput::parse;
use capture::source::postgres::position::{Lsn, Offset};
use capture::source::postgres::wire::copy::split_line;
use capture::source::postgres::wire::replication::Frame;
use capture::source::signal::Signal;

use super::encoder::encode;
use super::table;

/// Messages of the log, each behind two bytes that tell its length. What is read gives the same bytes again, and goes all
/// the way to records.
pub fn pgoutput(bytes: &[u8]) {
    let _ = Frame::parse(bytes);
    let mut encoding = table::encoder(bytes.len());
    let mut stream = table::stream();
    let mut start = 1;
    for bytes in pieces(bytes) {
        start += bytes.len() as u64 + 1;
        let Ok(message) = parse(bytes) else { continue };
        let again = encode(&message, bytes);
        assert!(bytes.starts_with(&again), "{message:?} was read from {bytes:?} and gives {again:?}");
        let _ = stream.handle(start, &message, &mut encoding);
    }
}

/// Messages of the log as with open transactions in between, each behind two bytes that tell its length. What is kept of a
/// transaction comes back in the order in which it was sent, from memory as from a file.
pub fn streaming(bytes: &[u8]) {
    let bounds = |memory_bytes| Bounds { memory_bytes, spill_bytes: 1 << 20, folder: std::env::temp_dir() };
    let kept = |memory_bytes: usize| {
        let mut transactions =
            Transactions::new(bounds(memory_bytes), Begin::WithFirstChange).expect("a file can be made");
        let mut entries = vec![];
        for (place, bytes) in pieces(bytes).enumerate() {
            let Ok(Taken::Committed(mut committed)) = transactions.take(place as u64, bytes) else { continue };
            while let Some(entry) = committed.next_change().expect("what was kept can be read") {
                entries.push((entry.place, entry.message.to_vec()));
            }
        }
        entries
    };
    assert_eq!(kept(usize::MAX), kept(20));
}

/// A line of COPY in text form.
pub fn copy(bytes: &[u8]) {
    let (mut scratch, mut ranges) = (Vec::new(), Vec::new());
    let text = split_line(bytes, &mut scratch, &mut ranges).to_vec();
    for range in ranges.iter().flatten() {
        assert!(text.get(range.clone()).is_some(), "{range:?} is not in {text:?}");
    }
}

/// One text as a value of every type, in every mode. The first byte chooses the mode.
pub fn values(bytes: &[u8]) {
    let Some((mode, text)) = bytes.split_first() else { return };
    let message = table::insert(text);
    let message = parse(&message).expect("an insert of our own is well formed");
    let mut encoding = table::encoder((*mode).into());
    table::stream().handle(5, &message, &mut encoding).expect("a value that cannot be read is no error");
    decoders(text);
}

fn decoders(text: &[u8]) {
    if let Some(interval) = interval::parse(text) {
        interval.to_micros();
        interval.write_iso(&mut Vec::new());
    }
    let _ = temporal::time_and_zone(text);
    let _ = temporal::moment(text);
    let _ = (money::parse(text), money::of_java_double(text));
    if let Some(scale) = numeric::natural_scale(text) {
        numeric::with_unscaled(text, scale, |digits| assert!(digits.len() <= text.len() + 1));
    }
    let mut texts = Vec::new();
    let mut pairs = hstore::Pairs::new(text);
    while let Ok(Some(_)) = pairs.read(&mut texts) {}
    let mut elements = Elements::new(text, b',');
    while let Ok(Some(_)) = elements.read() {}
}

/// A connector's configuration, as lines of a properties file behind what every connector has.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let usual = [
        ("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
        ("database.hostname", "h"),
        ("database.user", "u"),
        ("database.dbname", "d"),
        ("topic.prefix", "p"),
        ("plugin.name", "pgoutput"),
    ];
    let mut map: Map = usual.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    for line in text.lines() {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        map.insert(key.trim().to_owned(), value.to_owned());
    }
    // a problem names its setting, so that the user finds it
    if let Err(problems) = Settings::parse(&map) {
        assert!(!problems.is_empty(), "refused without a reason");
    }
}

/// What was stored to resume: what is read is written so that it is read again as the same.
pub fn offsets(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut out = Vec::new();
    if let Ok(offset) = Offset::parse(text) {
        offset.write_json(&mut out);
        assert_eq!(std::str::from_utf8(&out).map(Offset::parse), Ok(Ok(offset)));
    }
    if let Ok(Some(context)) = Context::parse(text) {
        out.clear();
        context.write_json(&mut out);
        let again = String::from_utf8(out).expect("an offset is text");
        assert_eq!(Context::parse(&again), Ok(Some(context)), "{again}");
    }
    let _ = Lsn::parse(text);
}

/// A signal of a file or a topic, with its data.
pub fn signals(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(signal) = Signal::parse(text) {
        let _ = signal.command();
    }
    for kind in ["execute-snapshot", "stop-snapshot", "log"] {
        let _ = Signal { id: "1".into(), kind: kind.into(), data: text.into() }.command();
    }
}

/// The input in pieces, each behind its length.
fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (piece, rest) = rest.split_at(rest.len().min(u16::from_be_bytes(*length).into()));
        bytes = rest;
        Some(piece)
    })
}
