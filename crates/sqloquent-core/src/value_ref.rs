//! Borrowed values: what a row lends out while the engine stands on it.

use std::hash::{Hash, Hasher};

use crate::Value;

/// A borrowed [`Value`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL NULL.
    Null,
    /// A truth value, where the engine has such a type.
    Bool(bool),
    /// A signed 64-bit integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A UUID, big-endian, where the engine has such a type.
    Uuid([u8; 16]),
    /// A decimal number as text, where the engine has such a type.
    Decimal(&'a str),
    /// A JSON document as text, where the engine has such a type.
    Json(&'a str),
    /// An instant: microseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// A date-time without zone: microseconds since 1970-01-01T00:00:00 of the same calendar.
    DateTime(i64),
    /// A date: days since 1970-01-01.
    Date(i32),
    /// A time of day: microseconds since midnight.
    Time(i64),
}

impl ValueRef<'_> {
    /// Whether this is NULL.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Copies the value.
    #[must_use]
    pub fn to_owned(&self) -> Value {
        match *self {
            Self::Null => Value::Null,
            Self::Bool(v) => Value::Bool(v),
            Self::Int(v) => Value::Int(v),
            Self::Float(v) => Value::Float(v),
            Self::Text(v) => Value::Text(v.to_owned()),
            Self::Bytes(v) => Value::Bytes(v.to_vec()),
            Self::Uuid(v) => Value::Uuid(v),
            Self::Decimal(v) => Value::Decimal(v.to_owned()),
            Self::Json(v) => Value::Json(v.to_owned()),
            Self::Timestamp(v) => Value::Timestamp(v),
            Self::DateTime(v) => Value::DateTime(v),
            Self::Date(v) => Value::Date(v),
            Self::Time(v) => Value::Time(v),
        }
    }

    /// The name of the type, for messages: `integer`, `text`, ….
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Uuid(_) => "uuid",
            Self::Decimal(_) => "decimal",
            Self::Json(_) => "json",
            Self::Timestamp(_) => "timestamp",
            Self::DateTime(_) => "date-time",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
        }
    }
}

impl PartialEq for ValueRef<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b))
            | (Self::Decimal(a), Self::Decimal(b))
            | (Self::Json(a), Self::Json(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Uuid(a), Self::Uuid(b)) => a == b,
            (Self::Int(a), Self::Int(b))
            | (Self::Timestamp(a), Self::Timestamp(b))
            | (Self::DateTime(a), Self::DateTime(b))
            | (Self::Time(a), Self::Time(b)) => a == b,
            (Self::Date(a), Self::Date(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for ValueRef<'_> {}

impl Hash for ValueRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Null => {}
            Self::Bool(v) => v.hash(state),
            Self::Float(v) => v.to_bits().hash(state),
            Self::Text(v) | Self::Decimal(v) | Self::Json(v) => v.hash(state),
            Self::Bytes(v) => v.hash(state),
            Self::Uuid(v) => v.hash(state),
            Self::Int(v) | Self::Timestamp(v) | Self::DateTime(v) | Self::Time(v) => v.hash(state),
            Self::Date(v) => v.hash(state),
        }
    }
}
