//! The text forms that engines without such types store: UUIDs, decimals, dates, times. For drivers.
//!
//! Date-times are `YYYY-MM-DD HH:MM:SS` in UTC, with a fraction of six digits where it is not zero: text order is time
//! order, whole seconds equal what `CURRENT_TIMESTAMP` and most other programs store, and SQLite's own date functions
//! read them. Years are 1 to 9999, as in standard SQL; [`DATES`] and [`MICROSECONDS`] are the limits.
//!
//! The `read_` functions take what the writers write and the other forms that are common in databases; they are strict:
//! what is not wholly of such a form is `None`, never a guess.

mod decimal;
mod read;

pub use decimal::canonical_decimal;
pub use read::{read_date, read_datetime, read_time, read_timestamp, read_uuid};

use std::ops::RangeInclusive;

/// The days since 1970-01-01 that are dates: years 1 to 9999.
pub const DATES: RangeInclusive<i32> = -719_162..=2_932_896;

/// The microseconds since 1970-01-01T00:00:00 that are date-times: years 1 to 9999.
pub const MICROSECONDS: RangeInclusive<i64> = -719_162 * DAY..=2_932_897 * DAY - 1;

/// The microseconds since midnight that are times of day.
pub const TIMES: RangeInclusive<i64> = 0..=DAY - 1;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Writes a UUID as lower-case hyphenated text.
#[must_use]
pub fn uuid_text(bytes: [u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (i, b) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push(char::from_digit(u32::from(b >> 4), 16).unwrap_or('0'));
        out.push(char::from_digit(u32::from(b & 15), 16).unwrap_or('0'));
    }
    out
}

/// Days since 1970-01-01 to year, month and day of the proleptic Gregorian calendar.
#[must_use]
pub fn civil(days: i64) -> (i64, u32, u32) {
    // Years are counted from March, so that the leap day is the last of its year; an era is 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// Year, month and day of the proleptic Gregorian calendar to days since 1970-01-01; `None` when there is no such day
/// in the years 1 to 9999.
#[must_use]
pub fn days(year: i64, month: u32, day: u32) -> Option<i32> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=9999).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let year_from_march = year - i64::from(month <= 2);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let leap_days = year_from_march / 4 - year_from_march / 100 + year_from_march / 400;
    i32::try_from(365 * year_from_march + leap_days + day_of_year - 719_468).ok()
}

/// Writes days since 1970-01-01 as `YYYY-MM-DD`.
#[must_use]
pub fn date_text(days: i32) -> String {
    let (y, m, d) = civil(i64::from(days));
    format!("{y:04}-{m:02}-{d:02}")
}

/// Writes microseconds since midnight as `HH:MM:SS`, with `.ffffff` behind it where the fraction is not zero.
#[must_use]
pub fn time_text(micros: i64) -> String {
    let (s, f) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let whole = format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    if f == 0 { whole } else { format!("{whole}.{f:06}") }
}

/// Writes microseconds since 1970-01-01 00:00:00 as `YYYY-MM-DD HH:MM:SS`, with `.ffffff` behind it where the fraction
/// is not zero.
#[must_use]
pub fn datetime_text(micros: i64) -> String {
    let (y, m, d) = civil(micros.div_euclid(DAY));
    format!("{y:04}-{m:02}-{d:02} {}", time_text(micros.rem_euclid(DAY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_is_found_again() {
        for day in DATES {
            let (y, m, d) = civil(i64::from(day));
            assert_eq!(days(y, m, d), Some(day));
        }
        assert_eq!(date_text(*DATES.start()), "0001-01-01");
        assert_eq!(datetime_text(*MICROSECONDS.end()), "9999-12-31 23:59:59.999999");
        assert_eq!(time_text(*TIMES.end()), "23:59:59.999999");
        assert_eq!(days(2023, 2, 29), None);
        assert_eq!(days(1900, 2, 29), None);
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(2000, 13, 1), None);
        assert_eq!(days(2000, 0, 1), None);
        assert_eq!(days(2000, 1, 0), None);
        assert_eq!(days(0, 1, 1), None);
        assert_eq!(days(10_000, 1, 1), None);
    }

    #[test]
    fn known_dates_are_written_as_calendars_write_them() {
        assert_eq!(date_text(0), "1970-01-01");
        assert_eq!(date_text(-1), "1969-12-31");
        assert_eq!(date_text(19_782), "2024-02-29");
        assert_eq!(datetime_text(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(datetime_text(1_700_000_000_123_456), "2023-11-14 22:13:20.123456");
        assert_eq!(uuid_text([0x12; 16]), "12121212-1212-1212-1212-121212121212");
    }
}
