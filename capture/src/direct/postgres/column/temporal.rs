//! Dates and times to JSON.

use super::scalar::{Calendar, NoForm, integer};
use crate::convert::calendar::{days_from_civil, days_from_hybrid, days_in_month, hybrid_from_days};
use crate::model::json_text;
use crate::source::postgres::decode::temporal::{self, Moment, Parsed, TimeOfDay};

// what Debezium writes for infinite times; its arithmetic overflows on the way
const INFINITY_US: i64 = 9_223_372_036_825_200_000;
const MINUS_INFINITY_US: i64 = -9_223_372_036_832_400_000;
const INFINITY_DAYS: i64 = -2_147_472_692;
const MINUS_INFINITY_DAYS: i64 = -2_147_472_691;
// the same through the JDBC driver's dates
const JAVA_INFINITY_DAYS: i64 = -622_191_234;
const JAVA_MINUS_INFINITY_DAYS: i64 = -625_821_272;
/// The driver's negative infinity as year, month, day and hour without the era.
const JAVA_MINUS_INFINITY: Moment = Moment {
    year: 292_269_055,
    month: 12,
    day: 2,
    time: TimeOfDay { hour: 23, minute: 0, second: 0, micros: 0 },
    zone: 0,
};

const DAY_MICROS: i64 = 86_400_000_000;

pub fn write_date(text: &[u8], calendar: Calendar, out: &mut Vec<u8>) -> Result<(), NoForm> {
    let days = match (temporal::moment(text).ok_or(NoForm)?, calendar) {
        (Parsed::Finite(moment), Calendar::Proleptic | Calendar::Corrected) => moment.epoch_days(),
        (Parsed::Infinity, Calendar::Corrected) => i32::MAX.into(),
        (Parsed::MinusInfinity, Calendar::Corrected) => i32::MIN.into(),
        (Parsed::Finite(moment), _) => without_era(moment)?.epoch_days(),
        (Parsed::Infinity, Calendar::Proleptic) => INFINITY_DAYS,
        (Parsed::MinusInfinity, Calendar::Proleptic) => MINUS_INFINITY_DAYS,
        (Parsed::Infinity, _) => JAVA_INFINITY_DAYS,
        (Parsed::MinusInfinity, _) => JAVA_MINUS_INFINITY_DAYS,
    };
    integer(out, days);
    Ok(())
}

pub fn write_micros(text: &[u8], calendar: Calendar, out: &mut Vec<u8>) -> Result<(), NoForm> {
    let value = match temporal::moment(text).ok_or(NoForm)? {
        Parsed::Finite(moment) if calendar == Calendar::Corrected => moment.nearest_micros(),
        Parsed::Finite(moment) => on(calendar, moment).epoch_micros(),
        Parsed::Infinity => INFINITY_US,
        Parsed::MinusInfinity => MINUS_INFINITY_US,
    };
    integer(out, value);
    Ok(())
}

pub fn write_millis(text: &[u8], calendar: Calendar, out: &mut Vec<u8>) -> Result<(), NoForm> {
    let value = match temporal::moment(text).ok_or(NoForm)? {
        Parsed::Finite(moment) => on(calendar, moment).epoch_millis(),
        Parsed::Infinity => INFINITY_US / 1000,
        Parsed::MinusInfinity => MINUS_INFINITY_US / 1000,
    };
    integer(out, value);
    Ok(())
}

/// The days on which the calendars agree begin here.
const FIRST_GREGORIAN: (i64, u32, u32) = (1582, 10, 15);

fn is_old(moment: &Moment) -> bool {
    (moment.year, moment.month, moment.day) < FIRST_GREGORIAN
}

/// The moment whose proleptic count is the calendar's count of what was printed.
#[inline]
fn on(calendar: Calendar, moment: Moment) -> Moment {
    if matches!(calendar, Calendar::Proleptic | Calendar::Corrected) || !is_old(&moment) {
        moment
    } else {
        counted_by_java(moment)
    }
}

#[cold]
fn counted_by_java(moment: Moment) -> Moment {
    let days = days_from_hybrid(moment.year, moment.month, moment.day);
    let (year, month, day) = crate::convert::calendar::civil_from_days(days);
    Moment { year, month, day, ..moment }
}

/// Java's year, month and day of what was printed, read as years of our era. Not every one of them exists.
fn without_era(moment: Moment) -> Result<Moment, NoForm> {
    if !is_old(&moment) {
        return Ok(moment);
    }
    let (year, month, day) = hybrid_from_days(days_from_hybrid(moment.year, moment.month, moment.day));
    let year = if year <= 0 { 1 - year } else { year };
    if day > days_in_month(year, month) { Err(NoForm) } else { Ok(Moment { year, month, day, ..moment }) }
}

pub fn write_time(out: &mut Vec<u8>, text: &[u8], unit_micros: i64) -> Result<(), NoForm> {
    let (time, _) = temporal::time_and_zone(text).ok_or(NoForm)?;
    integer(out, time.micros_of_day() / unit_micros);
    Ok(())
}

pub fn write_time_of_millis(out: &mut Vec<u8>, text: &[u8]) -> Result<(), NoForm> {
    let (time, _) = temporal::time_and_zone(text).ok_or(NoForm)?;
    integer(out, time.micros_of_day() % DAY_MICROS / 1000 * 1000);
    Ok(())
}

pub fn write_zoned_time(out: &mut Vec<u8>, text: &[u8], with_fraction: bool) -> Result<(), NoForm> {
    let (time, zone) = temporal::time_and_zone(text).ok_or(NoForm)?;
    let mut utc = TimeOfDay::of_micros(time.micros_of_day() - i64::from(zone) * 1_000_000);
    if !with_fraction {
        utc.micros = 0;
    }
    out.push(b'"');
    temporal::write_time(out, &utc, 0);
    out.extend_from_slice(b"Z\"");
    Ok(())
}

pub fn write_zoned(out: &mut Vec<u8>, text: &[u8], digits: u8, calendar: Calendar) -> Result<(), NoForm> {
    let moment = match (temporal::moment(text).ok_or(NoForm)?, calendar) {
        (Parsed::MinusInfinity, Calendar::JavaFields) => JAVA_MINUS_INFINITY,
        (Parsed::Infinity | Parsed::MinusInfinity, _) => {
            json_text::write(out, text);
            return Ok(());
        }
        (Parsed::Finite(moment), Calendar::Proleptic | Calendar::Corrected) => moment.in_utc(),
        (Parsed::Finite(moment), Calendar::Java) => on(calendar, moment).in_utc(),
        (Parsed::Finite(moment), Calendar::JavaFields) => fields_in_utc(moment)?,
    };
    out.push(b'"');
    temporal::write_zoned_timestamp(out, &moment, digits.into());
    out.push(b'"');
    Ok(())
}

/// Java's fields of the moment in UTC, without their era.
fn fields_in_utc(moment: Moment) -> Result<Moment, NoForm> {
    let utc = on(Calendar::Java, moment).in_utc();
    let (year, month, day) = hybrid_from_days(days_from_civil(utc.year, utc.month, utc.day));
    let year = if year <= 0 { 1 - year } else { year };
    if day > days_in_month(year, month) { Err(NoForm) } else { Ok(Moment { year, month, day, ..utc }) }
}
