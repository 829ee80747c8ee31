//! Reading UUIDs, dates and times from text.

use super::{DAY, MICROSECONDS, days};

/// Reads a UUID: 32 hexadecimal digits of either case, hyphenated (8-4-4-4-12) or not at all.
#[must_use]
pub fn read_uuid(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    let hyphenated = match text.len() {
        36 => true,
        32 => false,
        _ => return None,
    };
    let mut out = [0; 16];
    let mut at = 0;
    for (i, byte) in out.iter_mut().enumerate() {
        if hyphenated && matches!(i, 4 | 6 | 8 | 10) {
            if text[at] != b'-' {
                return None;
            }
            at += 1;
        }
        *byte = hex(text[at])? << 4 | hex(text[at + 1])?;
        at += 2;
    }
    Some(out)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

/// Reads a date as days since 1970-01-01: `YYYY-MM-DD`, or a date-time without zone whose time is midnight.
#[must_use]
pub fn read_date(text: &str) -> Option<i32> {
    let micros = read_datetime(text)?;
    (micros.rem_euclid(DAY) == 0)
        .then(|| i32::try_from(micros.div_euclid(DAY)).ok())
        .flatten()
}

/// Reads a time of day as microseconds since midnight: `HH:MM`, `HH:MM:SS`, or that with a fraction of any number of
/// digits, of which those beyond the sixth are cut off.
#[must_use]
pub fn read_time(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let time = rest.time()?;
    rest.0.is_empty().then_some(time)
}

/// Reads a date-time without zone as microseconds since 1970-01-01T00:00:00: a date and, after a space or `T`, a time as
/// [`read_time`] has it; a date alone is its midnight. Text with a zone is not of this form.
#[must_use]
pub fn read_datetime(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let (micros, _) = rest.datetime()?;
    rest.0.is_empty().then_some(micros)
}

/// Reads an instant as microseconds since 1970-01-01T00:00:00Z: a date-time as [`read_datetime`] has it, then nothing
/// (UTC), or, with or without a space before it, `Z`, `UTC`, `+HH`, `+HHMM` or `+HH:MM`.
#[must_use]
pub fn read_timestamp(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let (local, timed) = rest.datetime()?;
    if rest.0.is_empty() {
        return Some(local);
    }
    if !timed {
        return None;
    }
    let micros = local - rest.offset()? * 60_000_000;
    (rest.0.is_empty() && MICROSECONDS.contains(&micros)).then_some(micros)
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Exactly `n` digits.
    fn digits(&mut self, n: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(n)?;
        let mut value = 0;
        for d in digits {
            if !d.is_ascii_digit() {
                return None;
            }
            value = value * 10 + i64::from(d - b'0');
        }
        self.0 = rest;
        Some(value)
    }

    /// Two digits below a limit.
    fn below(&mut self, limit: i64) -> Option<i64> {
        self.digits(2).filter(|v| *v < limit)
    }

    /// One of some characters.
    fn skip(&mut self, any: &[u8]) -> bool {
        match self.0.split_first() {
            Some((c, rest)) if any.contains(c) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn date(&mut self) -> Option<i64> {
        let year = self.digits(4)?;
        let month = self.skip(b"-").then(|| self.digits(2)).flatten()?;
        let day = self.skip(b"-").then(|| self.digits(2)).flatten()?;
        days(year, month as u32, day as u32).map(i64::from)
    }

    fn time(&mut self) -> Option<i64> {
        let hours = self.below(24)?;
        let minutes = self.skip(b":").then(|| self.below(60)).flatten()?;
        let mut micros = (hours * 60 + minutes) * 60_000_000;
        if !self.skip(b":") {
            return Some(micros);
        }
        micros += self.below(60)? * 1_000_000;
        if self.skip(b".") {
            let mut unit = 100_000;
            micros += self.digits(1)? * unit;
            while let Some(d) = self.digits(1) {
                unit /= 10;
                micros += d * unit;
            }
        }
        Some(micros)
    }

    /// The microseconds, and whether there was a time.
    fn datetime(&mut self) -> Option<(i64, bool)> {
        let date = self.date()? * DAY;
        // A space may also stand before a zone, but a zone without a time means nothing.
        if self.skip(b" Tt") {
            Some((date + self.time()?, true))
        } else {
            Some((date, false))
        }
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Option<i64> {
        self.skip(b" ");
        if self.skip(b"Zz") {
            return Some(0);
        }
        if let Some(rest) = self.0.strip_prefix(b"UTC") {
            self.0 = rest;
            return Some(0);
        }
        let west = self.0.first() == Some(&b'-');
        if !self.skip(b"+-") {
            return None;
        }
        let mut minutes = self.below(24)? * 60;
        if self.skip(b":") || !self.0.is_empty() {
            minutes += self.below(60)?;
        }
        Some(if west { -minutes } else { minutes })
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;

    /// 2009-01-02 03:04:05 UTC.
    const AT: i64 = 1_230_865_445_000_000;

    #[test]
    fn what_is_written_is_read_back() {
        // A step that is prime to the units, so that all digits vary.
        let mut at = *MICROSECONDS.start();
        while MICROSECONDS.contains(&at) {
            let text = datetime_text(at);
            assert_eq!(read_datetime(&text), Some(at), "{text}");
            assert_eq!(read_timestamp(&text), Some(at), "{text}");
            at += 98_765_432_109_877;
        }
        let end = *MICROSECONDS.end();
        assert_eq!(read_timestamp(&datetime_text(end)), Some(end));
        for day in DATES.step_by(97) {
            assert_eq!(read_date(&date_text(day)), Some(day));
        }
        for at in TIMES.step_by(86_399_999) {
            assert_eq!(read_time(&time_text(at)), Some(at));
        }
        let id = std::array::from_fn(|i| (i * 37 + 1) as u8);
        assert_eq!(read_uuid(&uuid_text(id)), Some(id));
        assert_eq!(
            read_uuid(&uuid_text(id).replace('-', "").to_uppercase()),
            Some(id)
        );
    }

    #[test]
    fn common_forms_of_an_instant_are_read() {
        for text in [
            "2009-01-02 03:04:05",
            "2009-01-02T03:04:05",
            "2009-01-02T03:04:05Z",
            "2009-01-02t03:04:05z",
            "2009-01-02 03:04:05 UTC",
            "2009-01-02 03:04:05.000000Z",
            "2009-01-02 03:04:05.0",
            "2009-01-02 03:04:05+00",
            "2009-01-02 03:04:05 +0000",
            "2009-01-02T05:04:05+02:00",
            "2009-01-01T22:34:05-0430",
            "2009-01-02 03:04:05.0000009",
        ] {
            assert_eq!(read_timestamp(text), Some(AT), "{text}");
        }
        assert_eq!(read_timestamp("2009-01-02"), Some(14_246 * DAY));
        assert_eq!(read_timestamp("2009-01-02 03:04Z"), Some(AT - 5_000_000));
        assert_eq!(read_timestamp("2009-01-02 03:04:05.1234567"), Some(AT + 123_456));
        // Before 1970 too, digits are cut off towards the past.
        assert_eq!(read_timestamp("1969-12-31 23:59:59.9999999"), Some(-1));
        assert_eq!(read_date("2009-01-02 00:00:00"), Some(14_246));
        assert_eq!(read_time("23:59"), Some(DAY - 60_000_000));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "now",
            "2009",
            "2009-1-2",
            "20090102",
            "2009-02-30",
            "0000-01-01",
            "12009-01-02",
            "-009-01-02",
            "+009-01-02",
            "2009/01/02",
            " 2009-01-02",
            "2009-01-02 ",
            "2009-01-02Z",
            "2009-01-02 Z",
            "2009-01-02 3:04:05",
            "2009-01-02 03",
            "2009-01-02 24:00:00",
            "2009-01-02 03:60:00",
            "2009-01-02 03:04:60",
            "2009-01-02 03:04:05.",
            "2009-01-02 03:04:05,5",
            "2009-01-02  03:04:05",
            "2009-01-02 03:04:05  Z",
            "2009-01-02 03:04:05 ",
            "2009-01-02 03:04:05+",
            "2009-01-02 03:04:05+2",
            "2009-01-02 03:04:05+02:",
            "2009-01-02 03:04:05+24:00",
            "2009-01-02 03:04:05+02:60",
            "2009-01-02 03:04:05 CET",
            "2009-01-02 03:04:05Z!",
            "0001-01-01 00:00:00+00:01",
            "9999-12-31 23:59:59-00:01",
            "１２３４-01-02",
        ] {
            assert_eq!(read_timestamp(text), None, "{text}");
        }
        assert_eq!(read_datetime("2009-01-02 03:04:05Z"), None);
        assert_eq!(read_date("2009-01-02 00:00:01"), None);
        for text in ["", "1", "25:00", "12:00Z", "12:00:00.", "-1:00", "12:00:00 "] {
            assert_eq!(read_time(text), None, "{text}");
        }
        for text in [
            "",
            "12121212121212121212121212121212-",
            "1212121212121212121212121212121",
            "12121212-1212-1212-1212-12121212121g",
            "121212121-212-1212-1212-121212121212",
            "{2121212-1212-1212-1212-12121212121}",
            "+1212121212121212121212121212121",
            "ééééééééééééééééaa",
        ] {
            assert_eq!(read_uuid(text), None, "{text}");
        }
    }
}
