//! The text forms that engines without such types store: UUIDs, dates, times. For drivers.
//!
//! Date-times are `YYYY-MM-DD HH:MM:SS.ffffff` in UTC: fixed width, so that text order is time order, and readable by
//! SQLite's own date functions.

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

/// Days since 1970-01-01 to year, month, day of the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, u32, u32) {
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

/// Writes days since 1970-01-01 as `YYYY-MM-DD`.
#[must_use]
pub fn date_text(days: i32) -> String {
    let (y, m, d) = civil(i64::from(days));
    format!("{y:04}-{m:02}-{d:02}")
}

/// Writes microseconds since midnight as `HH:MM:SS.ffffff`.
#[must_use]
pub fn time_text(micros: i64) -> String {
    let (s, f) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    format!("{:02}:{:02}:{:02}.{f:06}", s / 3600, s / 60 % 60, s % 60)
}

/// Writes microseconds since 1970-01-01 00:00:00 as `YYYY-MM-DD HH:MM:SS.ffffff`.
#[must_use]
pub fn datetime_text(micros: i64) -> String {
    let (y, m, d) = civil(micros.div_euclid(DAY));
    format!("{y:04}-{m:02}-{d:02} {}", time_text(micros.rem_euclid(DAY)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
