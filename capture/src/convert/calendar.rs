//! Days and dates of the proleptic Gregorian calendar, counted from 1970, by eras of 400 years.

/// Years before 1 are counted astronomically: 1 BC is 0.
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    // years begin in March here, so that the leap day is the last of its year
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day.
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = if month < 10 { month + 3 } else { month - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The first day on which Java's hybrid calendar is the Gregorian one: 1582-10-15.
const CUTOVER: i64 = -141_427;

/// Counts a date of the Julian calendar before 1582-10-15, and of the Gregorian one from then on. The ten days between
/// them count on from the Julian calendar.
pub fn days_from_hybrid(year: i64, month: u32, day: u32) -> i64 {
    if (year, month, day) >= (1582, 10, 15) {
        return days_from_civil(year, month, day);
    }
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let day_of_year = (153 * i64::from(month) + 2) / 5 + i64::from(day) - 1;
    year * 365 + year.div_euclid(4) + day_of_year - 719_470
}

/// The inverse of [`days_from_hybrid`].
pub fn hybrid_from_days(days: i64) -> (i64, u32, u32) {
    if days >= CUTOVER {
        return civil_from_days(days);
    }
    let days = days + 719_470;
    let cycle = days.div_euclid(1461);
    let day_of_cycle = days.rem_euclid(1461);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1460) / 365;
    let day_of_year = day_of_cycle - 365 * year_of_cycle;
    let month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = if month < 10 { month + 3 } else { month - 9 } as u32;
    (cycle * 4 + year_of_cycle + i64::from(month <= 2), month, day)
}

/// Of the Gregorian calendar.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-1_000_000..1_000_000).step_by(997) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(civil_from_days(-719_529), (-1, 12, 31));
    }

    #[test]
    fn the_hybrid_calendar_leaves_ten_days_out() {
        for days in (-1_000_000..100_000).step_by(97) {
            let (year, month, day) = hybrid_from_days(days);
            assert_eq!(days_from_hybrid(year, month, day), days);
        }
        assert_eq!(hybrid_from_days(CUTOVER - 1), (1582, 10, 4));
        assert_eq!(days_from_hybrid(1582, 10, 14), -141_418, "Java counts on");
        assert_eq!(days_from_hybrid(1, 1, 1), -719_164);
    }
}
