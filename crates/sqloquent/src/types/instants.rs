//! The dates and times of the crate `jiff`.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
};
use sqloquent_core::{Value, ValueRef, text_form};

use super::{Instant, SqlType, ValueError, comparable::*, into_value::by_reference, read};
use crate::schema::ColumnType;

impl Instant for Timestamp {
    fn to_micros(&self) -> Result<i64, ValueError> {
        let micros = i64::try_from(self.as_nanosecond().div_euclid(1_000))
            .map_err(|_| ValueError::out_of_range("timestamp"))?;
        read::check_instant(micros, "timestamp")
    }

    fn from_micros(micros: i64) -> Result<Self, ValueError> {
        Self::from_microsecond(micros).map_err(|_| ValueError::out_of_range("Timestamp"))
    }
}

/// An instant, to the microsecond; what is finer is cut off towards the past. Years before 1 cannot be stored.
///
/// Read from text too: date and time with `T` or a space between, with or without seconds and fraction, with `Z`, an
/// offset or nothing (UTC); a date alone is its midnight in UTC. Integers are refused: `UnixSeconds` and `UnixMillis` say
/// what they count.
#[diagnostic::do_not_recommend]
impl SqlType for Timestamp {
    const TYPE: ColumnType = ColumnType::Timestamp;

    fn to_value(&self) -> Result<Value, ValueError> {
        self.to_micros().map(Value::Timestamp)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        Self::from_micros(read::timestamp(value)?)
    }
}

/// A date-time without zone, to the microsecond; what is finer is cut off towards the past. Years before 1 cannot be
/// stored.
///
/// Read from text as a timestamp is, but a zone is refused: leaving it out would make another instant of it.
#[diagnostic::do_not_recommend]
impl SqlType for DateTime {
    const TYPE: ColumnType = ColumnType::DateTime;

    fn to_value(&self) -> Result<Value, ValueError> {
        let days = i64::from(days(self.date())?);
        Ok(Value::DateTime(days * read::DAY + micros_of_day(self.time())))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        let micros = read::datetime(value)?;
        Ok(Self::from_parts(
            date(micros.div_euclid(read::DAY))?,
            time(micros.rem_euclid(read::DAY))?,
        ))
    }
}

/// A date. Years before 1 cannot be stored. Date-times are read when they are midnights.
#[diagnostic::do_not_recommend]
impl SqlType for Date {
    const TYPE: ColumnType = ColumnType::Date;

    fn to_value(&self) -> Result<Value, ValueError> {
        days(*self).map(Value::Date)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        date(read::date(value)?.into())
    }
}

/// A time of day, to the microsecond; what is finer is cut off towards midnight.
#[diagnostic::do_not_recommend]
impl SqlType for Time {
    const TYPE: ColumnType = ColumnType::Time;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Time(micros_of_day(*self)))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        time(read::time(value)?)
    }
}

fn days(date: Date) -> Result<i32, ValueError> {
    text_form::days(
        date.year().into(),
        date.month().unsigned_abs().into(),
        date.day().unsigned_abs().into(),
    )
    .ok_or_else(|| ValueError::new("the date is out of range; years 1 to 9999 can be stored"))
}

fn date(days: i64) -> Result<Date, ValueError> {
    let out_of_range = || ValueError::out_of_range("Date");
    let (year, month, day) = text_form::civil(days);
    let year = i16::try_from(year).map_err(|_| out_of_range())?;
    Date::new(year, month as i8, day as i8).map_err(|_| out_of_range())
}

fn micros_of_day(time: Time) -> i64 {
    let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
    let seconds = minutes * 60 + i64::from(time.second());
    seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1_000
}

/// From microseconds since midnight.
fn time(micros: i64) -> Result<Time, ValueError> {
    let seconds = micros / 1_000_000;
    let nanos = (micros % 1_000_000 * 1_000) as i32;
    Time::new(
        (seconds / 3_600) as i8,
        (seconds / 60 % 60) as i8,
        (seconds % 60) as i8,
        nanos,
    )
    .map_err(|_| ValueError::out_of_range("Time"))
}

macro_rules! own {
    ($($t:ident),+) => {$(
        impl OrderedType for $t {
            type Nullable = Option<Self>;
        }
        comparable!($t: $t, #['a] &'a $t);
        comparable_with_columns!($t: $t);
        by_reference!($t);
    )+};
}

own!(Timestamp, DateTime, Date, Time);

// Both are instants.
comparable!(Timestamp: std::time::SystemTime);
comparable!(std::time::SystemTime: Timestamp);
comparable_with_columns!(Timestamp: std::time::SystemTime);
comparable_with_columns!(std::time::SystemTime: Timestamp);
