//! Owned values: parameters of statements and cells of dynamic rows.

#[cfg(feature = "serde")]
mod serialize;

use std::fmt;

use crate::{ValueRef, text_form};

/// A value that a statement carries or a row holds.
///
/// The variants are logical types. What an engine stores for each is the driver's business: SQLite keeps booleans as 0
/// and 1, UUIDs as hyphenated text, date-times as UTC text and decimals as their canonical text.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed 64-bit integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A UUID, big-endian.
    Uuid([u8; 16]),
    /// A decimal number as canonical text, such as `-12.50`.
    Decimal(String),
    /// A JSON document as text.
    Json(String),
    /// An instant: microseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// A date-time without zone: microseconds since 1970-01-01T00:00:00 of the same calendar.
    DateTime(i64),
    /// A date: days since 1970-01-01.
    Date(i32),
    /// A time of day: microseconds since midnight.
    Time(i64),
}

impl Value {
    /// Whether this is NULL.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Borrows the value.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(v) => ValueRef::Bool(*v),
            Self::Int(v) => ValueRef::Int(*v),
            Self::Float(v) => ValueRef::Float(*v),
            Self::Text(v) => ValueRef::Text(v),
            Self::Bytes(v) => ValueRef::Bytes(v),
            Self::Uuid(v) => ValueRef::Uuid(*v),
            Self::Decimal(v) => ValueRef::Decimal(v),
            Self::Json(v) => ValueRef::Json(v),
            Self::Timestamp(v) => ValueRef::Timestamp(*v),
            Self::DateTime(v) => ValueRef::DateTime(*v),
            Self::Date(v) => ValueRef::Date(*v),
            Self::Time(v) => ValueRef::Time(*v),
        }
    }

    /// The name of the variant, for messages: `integer`, `text`, ….
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.as_ref().type_name()
    }
}

/// Equal when of the same variant and content; floats are equal when their bits are, so that values can be compared
/// before and after a change.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Value {}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

/// Shows the value as people would write it; text is shown as it is.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bool(v) => v.fmt(f),
            Self::Int(v) => v.fmt(f),
            Self::Float(v) => v.fmt(f),
            Self::Text(v) | Self::Decimal(v) | Self::Json(v) => v.fmt(f),
            Self::Bytes(v) => {
                f.write_str("x'")?;
                for b in v {
                    write!(f, "{b:02x}")?;
                }
                f.write_str("'")
            }
            Self::Uuid(v) => f.write_str(&text_form::uuid_text(*v)),
            Self::Timestamp(v) | Self::DateTime(v) => f.write_str(&text_form::datetime_text(*v)),
            Self::Date(v) => f.write_str(&text_form::date_text(*v)),
            Self::Time(v) => f.write_str(&text_form::time_text(*v)),
        }
    }
}

/// SQL NULL as a unit, for calls such as `query.equal("bio", Null)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Null;

impl From<Null> for Value {
    fn from(_: Null) -> Self {
        Self::Null
    }
}

macro_rules! from {
    ($($from:ty => $variant:ident($conv:expr)),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(v: $from) -> Self {
                let conv: fn($from) -> _ = $conv;
                Self::$variant(conv(v))
            }
        }
    )*};
}

from! {
    bool => Bool(|v| v),
    i8 => Int(i64::from),
    i16 => Int(i64::from),
    i32 => Int(i64::from),
    i64 => Int(|v| v),
    u8 => Int(i64::from),
    u16 => Int(i64::from),
    u32 => Int(i64::from),
    f32 => Float(f64::from),
    f64 => Float(|v| v),
    String => Text(|v| v),
    &str => Text(str::to_owned),
    &String => Text(String::clone),
    std::borrow::Cow<'_, str> => Text(|v| v.into_owned()),
    Vec<u8> => Bytes(|v| v),
    &[u8] => Bytes(<[u8]>::to_vec),
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(v: [u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(v: &[u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

impl From<&Value> for Value {
    fn from(v: &Value) -> Self {
        v.clone()
    }
}
