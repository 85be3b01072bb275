//! ISO text of a date within the years that relaxed JSON spells out.

use crate::convert::calendar::civil_from_days;

/// Last millisecond of the year 9999.
const LAST: i64 = 253_402_300_799_999;

pub fn is_plain(millis: i64) -> bool {
    (0..=LAST).contains(&millis)
}

/// Appends e.g. `2017-10-19T00:00:00.1Z`: trailing zeros of the fraction are left out. Only for [`is_plain`] dates.
pub fn write(out: &mut Vec<u8>, millis: i64) {
    let (year, month, day) = civil_from_days(millis / 86_400_000);
    let in_day = millis % 86_400_000;
    number(out, year, 4);
    for (mark, part) in [(b'-', month.into()), (b'-', day.into()), (b'T', in_day / 3_600_000)] {
        out.push(mark);
        number(out, part, 2);
    }
    for part in [in_day / 60_000 % 60, in_day / 1000 % 60] {
        out.push(b':');
        number(out, part, 2);
    }
    let fraction = in_day % 1000;
    if fraction > 0 {
        out.push(b'.');
        number(out, fraction, 3);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
    out.push(b'Z');
}

fn number(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10i64.pow(place) % 10) as u8);
    }
}
