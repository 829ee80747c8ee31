//! The time that timestamp columns are given.

use std::time::{SystemTime, UNIX_EPOCH};

use sqloquent_core::{Value, text_form};

use crate::schema::ColumnType;

/// Microseconds since 1970-01-01T00:00:00Z.
pub(crate) fn now_micros() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |v| -v),
    }
}

/// The time as a value for a column of that type: text columns get the stored form of date-times, integers seconds.
pub(crate) fn stamp(ty: ColumnType, micros: i64) -> Value {
    match ty {
        ColumnType::Text => Value::Text(text_form::datetime_text(micros)),
        ColumnType::DateTime => Value::DateTime(micros),
        ColumnType::Date => Value::Date(i32::try_from(micros.div_euclid(86_400_000_000)).unwrap_or(i32::MAX)),
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => Value::Int(micros.div_euclid(1_000_000)),
        ColumnType::Float32 | ColumnType::Float64 => Value::Float(micros as f64 / 1e6),
        _ => Value::Timestamp(micros),
    }
}

/// Whether a timestamp was left for the library to set.
pub(crate) fn unset(value: &Value) -> bool {
    match value {
        Value::Null | Value::Timestamp(0) | Value::DateTime(0) | Value::Int(0) | Value::Date(0) => true,
        Value::Text(t) => t.is_empty(),
        _ => false,
    }
}
