//! Values whose column is known at run time only.

use std::borrow::Cow;

use sqloquent_core::{Value, ValueRef, text_form};

use super::{SqlType, ValueError, normalized, read};
use crate::schema::ColumnType;

/// Brings a value to the logical type of the column it is to be written to, in the one form that reading gives back:
/// what [`read_as`] makes of the stored value equals what this returned.
///
/// Only what loses nothing is converted:
///
/// | column | takes | and refuses |
/// |---|---|---|
/// | boolean | the integers 0 and 1 | all other numbers, text |
/// | integers | integers in range | booleans, floats, text |
/// | floats | integers and decimals that are floats exactly or by their shortest text; `-0.0` becomes `0.0`, 32-bit columns round to their precision | numbers out of range, text |
/// | text | JSON and decimals as their text | all else |
/// | bytes | a UUID as its 16 bytes | text |
/// | uuid | text of 32 digits, with hyphens or without; 16 bytes | all else |
/// | decimal | integers, finite floats as their shortest text, text; made canonical | all else |
/// | json | text that is valid JSON (looked at with the feature `serde`) | all else |
/// | timestamp | date-times and dates as UTC, text with zone or without (UTC) | integers, text of other forms |
/// | date-time | dates as midnight, text without zone | timestamps, text with zone |
/// | date | midnights | other date-times |
/// | time | text | all else |
/// | list of ids | text of ids joined by commas; sorted, each once | all else |
/// | any | everything, as it is | |
///
/// # Errors
/// A value that does not fit, or NULL where it is not allowed. The message does not show the value.
///
/// ```
/// use sqloquent::{ColumnType, Value, types::coerce};
///
/// let price = coerce(Value::Text("2.50".into()), ColumnType::Decimal, false).unwrap();
/// assert_eq!(price, Value::Decimal("2.5".into()));
/// assert!(coerce(Value::Int(5), ColumnType::Text, false).is_err());
/// ```
pub fn coerce(value: Value, ty: ColumnType, nullable: bool) -> Result<Value, ValueError> {
    if value.is_null() {
        return if nullable || ty == ColumnType::Any {
            Ok(value)
        } else {
            Err(ValueError::null(ty.name()))
        };
    }
    match (&value, ty) {
        // Most values have their form already; text and bytes are not copied.
        (_, ColumnType::Any)
        | (Value::Text(_), ColumnType::Text)
        | (Value::Bytes(_), ColumnType::Bytes)
        | (Value::Uuid(_), ColumnType::Uuid)
        | (Value::Bool(_), ColumnType::Bool)
        | (Value::Int(_), ColumnType::Int64) => Ok(value),
        _ => read_as(value.as_ref(), ty),
    }
}

/// Reads what an engine gave for a column of a declared type, by the rules of [`coerce`]. NULL is NULL.
///
/// # Errors
/// A value of another type, out of range, or of a form that the type has not. The message does not show the value.
pub fn read_as(value: ValueRef<'_>, ty: ColumnType) -> Result<Value, ValueError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    Ok(match ty {
        ColumnType::Bool => Value::Bool(read::boolean(value)?),
        ColumnType::Int16 => Value::Int(i16::from_value(value)?.into()),
        ColumnType::Int32 => Value::Int(i32::from_value(value)?.into()),
        ColumnType::Int64 => Value::Int(i64::from_value(value)?),
        ColumnType::Float32 => f32::from_value(exact_float(value)?)?.to_value()?,
        ColumnType::Float64 => f64::from_value(exact_float(value)?)?.to_value()?,
        ColumnType::Text => Value::Text(String::from_value(value)?),
        ColumnType::Bytes => match value {
            ValueRef::Uuid(v) => Value::Bytes(v.to_vec()),
            _ => Value::Bytes(Vec::from_value(value)?),
        },
        ColumnType::Uuid => Value::Uuid(read::uuid(value)?),
        ColumnType::Decimal => Value::Decimal(read::decimal(value)?.into_owned()),
        ColumnType::Json => Value::Json(valid_json(value)?.to_owned()),
        ColumnType::Timestamp => Value::Timestamp(read::timestamp(value)?),
        ColumnType::DateTime => Value::DateTime(read::datetime(value)?),
        ColumnType::Date => Value::Date(read::date(value)?),
        ColumnType::Time => Value::Time(read::time(value)?),
        ColumnType::IdList => match value {
            ValueRef::Text(list) => Value::Text(normalized(list).into_owned()),
            other => return Err(ValueError::mismatch("a list of ids", other)),
        },
        ColumnType::Any => value.to_owned(),
    })
}

/// Brings a value to the form in which a column of the type holds it, so that the two compare: the text
/// `2024-01-31T10:00:00Z` to a timestamp, 5 to a decimal. Numbers stay what they are beside columns of integers and
/// floats, which engines compare across types.
///
/// # Errors
/// A value that no value of the column can be compared with.
pub fn coerce_operand(value: Value, ty: ColumnType) -> Result<Value, ValueError> {
    let numbers = matches!(
        ty,
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 | ColumnType::Float32 | ColumnType::Float64
    );
    match value {
        Value::Int(_) | Value::Float(_) if numbers => Ok(value),
        // As text, a decimal would be greater than any number on some engines.
        Value::Decimal(ref text) if numbers => {
            let exact = text_form::canonical_decimal(text).and_then(|text| text.parse().ok());
            exact.map_or_else(
                || read_as(value.as_ref(), ColumnType::Float64),
                |v| Ok(Value::Int(v)),
            )
        }
        value => coerce(value, ty, true),
    }
}

/// A decimal for a float column must be the float's shortest text, so that nothing is rounded.
fn exact_float(value: ValueRef<'_>) -> Result<ValueRef<'_>, ValueError> {
    let ValueRef::Decimal(text) = value else {
        return Ok(value);
    };
    let canonical = text_form::canonical_decimal(text);
    let float = text.parse::<f64>().ok();
    match (canonical, float) {
        (Some(text), Some(float)) => match read::decimal(ValueRef::Float(float)) {
            Ok(Cow::Owned(shortest)) if *shortest == *text => Ok(ValueRef::Float(float)),
            _ => Err(ValueError::new(
                "expected float, found a decimal of more digits than a float has",
            )),
        },
        _ => Err(ValueError::mismatch("float", value)),
    }
}

#[cfg(feature = "serde")]
fn valid_json(value: ValueRef<'_>) -> Result<&str, ValueError> {
    let text = read::json(value)?;
    super::json::check(text).map(|()| text)
}

#[cfg(not(feature = "serde"))]
fn valid_json(value: ValueRef<'_>) -> Result<&str, ValueError> {
    read::json(value)
}
