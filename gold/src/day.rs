//! One day in UTC, the unit in which gold is computed: half open, from its midnight to the next one.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::{Timestamp, tz::TimeZone};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not a day: write it as 2026-01-31")]
    Form(#[source] jiff::Error),
    #[error("ClickHouse's DateTime reaches from 1970-01-01 to 2105-12-31: choose a day between")]
    Range,
}

impl Day {
    fn new(date_utc: Date) -> Result<Day, Error> {
        let known = date(1970, 1, 1)..=date(2105, 12, 31);
        if known.contains(&date_utc) { Ok(Day(date_utc)) } else { Err(Error::Range) }
    }

    /// Fails where the system's clock is far off.
    pub fn yesterday_utc() -> Result<Day, Error> {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        Day::new(today.yesterday().map_err(|_| Error::Range)?)
    }

    /// The first second, counted from 1970.
    pub fn start_s(self) -> u32 {
        let days = (self.0 - date(1970, 1, 1)).get_days();
        u32::try_from(i64::from(days) * 86_400).expect("the range is checked when a day is made")
    }

    /// The first second that no longer belongs to the day.
    pub fn end_s(self) -> u32 {
        self.start_s() + 86_400
    }

    /// What ClickHouse calls the partition of the day in a table that is partitioned by date.
    pub fn partition_id(self) -> String {
        self.0.strftime("%Y%m%d").to_string()
    }
}

impl FromStr for Day {
    type Err = Error;

    fn from_str(text: &str) -> Result<Day, Error> {
        Day::new(Date::strptime("%Y-%m-%d", text).map_err(Error::Form)?)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_seconds_and_partition() {
        let day: Day = "2026-11-22".parse().expect("day");
        assert_eq!((day.start_s(), day.end_s()), (1_795_305_600, 1_795_392_000));
        assert_eq!(day.partition_id(), "20261122");
        assert_eq!("1970-01-01".parse::<Day>().expect("day").start_s(), 0);
        assert_eq!("2105-12-31".parse::<Day>().expect("day").end_s(), 4_291_747_200);
    }

    #[test]
    fn other_texts_and_far_days_are_refused() {
        for text in ["", "yesterday", "2026-13-01", "2026-02-29", "1969-12-31", "2106-01-01", "2026-01-01T00:00"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
