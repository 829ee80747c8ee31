//! What a value of SQL is in the bytes that are hashed and archived.

use std::borrow::Cow;

use packify::{Pack, PackError, Sink};
use sqloquent_core::{Value, ValueRef, text_form};

use super::json;
use crate::{
    schema::ColumnType,
    types::{ValueError, read_as},
};

/// A value in the one form that all engines agree on.
#[derive(Debug)]
pub(crate) enum Piece<'v> {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'v, str>),
    Bytes(Cow<'v, [u8]>),
    Decimal(packify::Decimal),
}

impl Pack for Piece<'_> {
    fn pack_to(&self, sink: &mut Sink<'_>) -> Result<(), PackError> {
        match self {
            Self::None => sink.none(),
            Self::Bool(v) => sink.bool(*v),
            Self::Int(v) => sink.int(*v),
            Self::Float(v) => sink.float(*v),
            Self::Text(v) => sink.str(v),
            Self::Bytes(v) => sink.bytes(v),
            Self::Decimal(v) => sink.decimal(v),
        }
    }
}

impl<'v> Piece<'v> {
    /// The value of a column, brought to the column's type: what was written and what is read back are the same.
    pub(crate) fn of(value: ValueRef<'v>, ty: ColumnType) -> Result<Self, ValueError> {
        match (value, ty) {
            (ValueRef::Null, _) => Ok(Self::None),
            (_, ColumnType::Any) => Self::stored(value),
            // Most values have their form already and are not copied.
            (ValueRef::Text(text), ColumnType::Text) => Ok(Self::Text(text.into())),
            (ValueRef::Int(v), ColumnType::Int64) => Ok(Self::Int(v)),
            (ValueRef::Bytes(v), ColumnType::Bytes) => Ok(Self::Bytes(v.into())),
            (ValueRef::Bool(v), ColumnType::Bool) => Ok(Self::Bool(v)),
            _ => Self::typed(read_as(value, ty)?),
        }
    }

    /// A value of a declared type.
    fn typed(value: Value) -> Result<Self, ValueError> {
        Ok(match value {
            Value::Null => Self::None,
            Value::Bool(v) => Self::Bool(v),
            Value::Int(v) => Self::Int(v),
            Value::Float(v) => Self::Float(number(v)?),
            Value::Text(v) => Self::Text(v.into()),
            Value::Bytes(v) => Self::Bytes(v.into()),
            Value::Uuid(v) => Self::Text(text_form::uuid_text(v).into()),
            Value::Decimal(v) => Self::Decimal(decimal(&v)?),
            Value::Json(v) => Self::Text(json::canonical(&v)?.into()),
            Value::Timestamp(v) | Value::DateTime(v) => Self::Text(text_form::datetime_text(v).into()),
            Value::Date(v) => Self::Text(text_form::date_text(v).into()),
            Value::Time(v) => Self::Text(text_form::time_text(v).into()),
            _ => return Err(ValueError::new("a value of this type cannot be hashed")),
        })
    }

    /// A value of a column without a type: in the form that SQLite stores, which is what comes back.
    fn stored(value: ValueRef<'v>) -> Result<Self, ValueError> {
        Ok(match value {
            ValueRef::Text(v) | ValueRef::Decimal(v) | ValueRef::Json(v) => Self::Text(v.into()),
            ValueRef::Bytes(v) => Self::Bytes(v.into()),
            ValueRef::Bool(v) => Self::Int(v.into()),
            ValueRef::Float(v) => Self::Float(number(v)?),
            other => return Self::typed(other.to_owned()),
        })
    }
}

/// Engines keep neither the sign of zero nor what is no number.
fn number(value: f64) -> Result<f64, ValueError> {
    if value.is_nan() {
        return Err(ValueError::new("NaN cannot be hashed: it is not stored as such"));
    }
    Ok(value + 0.0)
}

fn decimal(text: &str) -> Result<packify::Decimal, ValueError> {
    packify::Decimal::new(text).map_err(|_| ValueError::new("expected decimal, found other text"))
}
