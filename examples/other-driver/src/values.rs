//! Step 6: values.

use sqloquent_core::{Error, ErrorKind, Result, Value, ValueRef, text_form};
use tokio_rusqlite::rusqlite;

/// Logical types take the storage forms that sqloquent gives them on SQLite.
pub(crate) fn bind(params: &[Value]) -> Result<Vec<rusqlite::types::Value>> {
    use rusqlite::types::Value as Stored;
    let stored = |value: &Value| {
        Ok(match value.as_ref() {
            ValueRef::Null => Stored::Null,
            ValueRef::Bool(v) => Stored::Integer(v.into()),
            ValueRef::Int(v) => Stored::Integer(v),
            ValueRef::Float(v) => Stored::Real(v),
            ValueRef::Text(v) | ValueRef::Decimal(v) | ValueRef::Json(v) => Stored::Text(v.to_owned()),
            ValueRef::Bytes(v) => Stored::Blob(v.to_owned()),
            ValueRef::Uuid(v) => Stored::Text(text_form::uuid_text(v)),
            ValueRef::Timestamp(v) | ValueRef::DateTime(v) => Stored::Text(text_form::datetime_text(v)),
            ValueRef::Date(v) => Stored::Text(text_form::date_text(v)),
            ValueRef::Time(v) => Stored::Text(text_form::time_text(v)),
            other => {
                let message = format!("this driver cannot store a value of type {}", other.type_name());
                return Err(Error::new(ErrorKind::InvalidValue, message));
            }
        })
    };
    params.iter().map(stored).collect()
}

/// What SQLite gives.
pub(crate) fn owned(value: rusqlite::types::ValueRef<'_>) -> rusqlite::Result<Value> {
    use rusqlite::types::ValueRef as Stored;
    Ok(match value {
        Stored::Null => Value::Null,
        Stored::Integer(v) => Value::Int(v),
        Stored::Real(v) => Value::Float(v),
        Stored::Text(v) => Value::Text(std::str::from_utf8(v)?.to_owned()),
        Stored::Blob(v) => Value::Bytes(v.to_owned()),
    })
}
