//! What each logical type is read from; shared by the Rust types and the dynamic layer, so that both see the same value.

use std::{borrow::Cow, ops::RangeInclusive};

use sqloquent_core::{ValueRef, text_form};

use super::ValueError;

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

pub(super) fn boolean(value: ValueRef<'_>) -> Result<bool, ValueError> {
    match value {
        ValueRef::Bool(v) => Ok(v),
        ValueRef::Int(0) => Ok(false),
        ValueRef::Int(1) => Ok(true),
        ValueRef::Int(_) => Err(ValueError::new(
            "expected boolean (0 or 1), found another integer",
        )),
        other => Err(ValueError::mismatch("boolean", other)),
    }
}

pub(super) fn uuid(value: ValueRef<'_>) -> Result<[u8; 16], ValueError> {
    match value {
        ValueRef::Uuid(v) => Ok(v),
        ValueRef::Text(v) => text_form::read_uuid(v)
            .ok_or_else(|| ValueError::new("expected uuid, found text that is not 32 hexadecimal digits")),
        ValueRef::Bytes(v) => v
            .try_into()
            .map_err(|_| ValueError::new(format!("expected uuid of 16 bytes, found {}", v.len()))),
        other => Err(ValueError::mismatch("uuid", other)),
    }
}

/// The canonical text.
pub(super) fn decimal(value: ValueRef<'_>) -> Result<Cow<'_, str>, ValueError> {
    match value {
        ValueRef::Decimal(v) | ValueRef::Text(v) => text_form::canonical_decimal(v)
            .ok_or_else(|| ValueError::new("expected decimal, found text that is not a decimal number")),
        ValueRef::Int(v) => Ok(Cow::Owned(v.to_string())),
        // The shortest text that is this float: what people meant when they stored 0.99.
        ValueRef::Float(v) if v.is_finite() => text_form::canonical_decimal(&v.to_string())
            .map(|text| Cow::Owned(text.into_owned()))
            .ok_or_else(|| ValueError::out_of_range("decimal")),
        ValueRef::Float(_) => Err(ValueError::new(
            "expected decimal, found a float that is not finite",
        )),
        other => Err(ValueError::mismatch("decimal", other)),
    }
}

fn within<T: PartialOrd>(value: T, range: &RangeInclusive<T>, name: &str) -> Result<T, ValueError> {
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(ValueError::new(format!("the {name} is out of range")))
    }
}

pub(super) fn check_instant(micros: i64, name: &str) -> Result<i64, ValueError> {
    within(micros, &text_form::MICROSECONDS, name)
}

/// Microseconds since 1970. A date-time without zone is in UTC, as all text without zone is.
pub(super) fn timestamp(value: ValueRef<'_>) -> Result<i64, ValueError> {
    match value {
        ValueRef::Timestamp(v) | ValueRef::DateTime(v) => check_instant(v, "timestamp"),
        ValueRef::Date(v) => Ok(i64::from(date(ValueRef::Date(v))?) * DAY),
        ValueRef::Text(v) => text_form::read_timestamp(v).ok_or_else(|| {
            ValueError::new(
                "expected timestamp, found text of another form than `YYYY-MM-DD HH:MM:SS` with an optional zone",
            )
        }),
        ValueRef::Int(_) => Err(ValueError::new(
            "expected timestamp, found integer, which may count seconds or milliseconds; say which with \
             `UnixSeconds` or `UnixMillis`",
        )),
        other => Err(ValueError::mismatch("timestamp", other)),
    }
}

pub(super) fn datetime(value: ValueRef<'_>) -> Result<i64, ValueError> {
    match value {
        ValueRef::DateTime(v) => check_instant(v, "date-time"),
        ValueRef::Date(v) => Ok(i64::from(date(ValueRef::Date(v))?) * DAY),
        ValueRef::Text(v) => text_form::read_datetime(v).ok_or_else(|| {
            ValueError::new(if text_form::read_timestamp(v).is_some() {
                "expected date-time without zone, found text with a zone; a timestamp column holds instants"
            } else {
                "expected date-time, found text of another form than `YYYY-MM-DD HH:MM:SS`"
            })
        }),
        other => Err(ValueError::mismatch("date-time", other)),
    }
}

pub(super) fn date(value: ValueRef<'_>) -> Result<i32, ValueError> {
    match value {
        ValueRef::Date(v) => within(v, &text_form::DATES, "date"),
        ValueRef::DateTime(v) if v.rem_euclid(DAY) == 0 => i32::try_from(v.div_euclid(DAY))
            .map_err(|_| ValueError::new("the date is out of range"))
            .and_then(|v| within(v, &text_form::DATES, "date")),
        ValueRef::DateTime(_) => Err(ValueError::new(
            "expected date, found a date-time that is not midnight",
        )),
        ValueRef::Text(v) => text_form::read_date(v).ok_or_else(|| {
            ValueError::new(if text_form::read_datetime(v).is_some() {
                "expected date, found a date-time that is not midnight"
            } else {
                "expected date, found text of another form than `YYYY-MM-DD`"
            })
        }),
        other => Err(ValueError::mismatch("date", other)),
    }
}

pub(super) fn time(value: ValueRef<'_>) -> Result<i64, ValueError> {
    match value {
        ValueRef::Time(v) => within(v, &text_form::TIMES, "time"),
        ValueRef::Text(v) => text_form::read_time(v)
            .ok_or_else(|| ValueError::new("expected time, found text of another form than `HH:MM:SS`")),
        other => Err(ValueError::mismatch("time", other)),
    }
}

/// The text of a document, which is not yet known to be valid.
pub(super) fn json(value: ValueRef<'_>) -> Result<&str, ValueError> {
    match value {
        ValueRef::Json(v) | ValueRef::Text(v) => Ok(v),
        other => Err(ValueError::mismatch("json", other)),
    }
}
