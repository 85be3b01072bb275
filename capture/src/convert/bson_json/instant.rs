//! ISO text of a date within the years that relaxed JSON spells out.

/// Last millisecond of the year 9999.
const LAST: i64 = 253_402_300_799_999;

pub fn is_plain(millis: i64) -> bool {
    (0..=LAST).contains(&millis)
}

/// Appends e.g. `2017-10-19T00:00:00.1Z`: trailing zeros of the fraction are left out. Only for [`is_plain`] dates.
pub fn write(out: &mut Vec<u8>, millis: i64) {
    let (year, month, day) = civil(millis / 86_400_000);
    let in_day = millis % 86_400_000;
    number(out, year, 4);
    for (mark, part) in [(b'-', month), (b'-', day), (b'T', in_day / 3_600_000)] {
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

/// Year, month and day of a day counted from 1970, by eras of 400 years that start in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

fn number(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10i64.pow(place) % 10) as u8);
    }
}
