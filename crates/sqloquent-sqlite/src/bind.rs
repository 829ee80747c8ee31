//! Values on their way into SQLite.

use rusqlite::types::{ToSql, ToSqlOutput, Value as Owned, ValueRef as Stored};
use sqloquent_core::{Error, ErrorKind, Result, Value, text_form};

use crate::error_map;

struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = |text: String| Ok(ToSqlOutput::Owned(Owned::Text(text)));
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => Stored::Null,
            Value::Bool(v) => Stored::Integer(i64::from(*v)),
            Value::Int(v) => Stored::Integer(*v),
            Value::Float(v) => Stored::Real(*v),
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => Stored::Text(v.as_bytes()),
            Value::Bytes(v) => Stored::Blob(v),
            Value::Uuid(v) => return text(text_form::uuid_text(*v)),
            Value::Timestamp(v) | Value::DateTime(v) => return text(text_form::datetime_text(*v)),
            Value::Date(v) => return text(text_form::date_text(*v)),
            Value::Time(v) => return text(text_form::time_text(*v)),
            other => return Err(rusqlite::Error::ToSqlConversionFailure(other.type_name().into())),
        }))
    }
}

/// Binds one set of parameters.
pub(crate) fn bind(statement: &mut rusqlite::Statement<'_>, set: &[Value]) -> Result<()> {
    let wanted = statement.parameter_count();
    if wanted != set.len() {
        return Err(wrong_count(wanted, set.len()));
    }
    for (i, value) in set.iter().enumerate() {
        if matches!(value, Value::Float(f) if f.is_nan()) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "parameter {} is not a number (NaN), which SQLite would store as NULL; use None or a number",
                    i + 1
                ),
            ));
        }
        statement
            .raw_bind_parameter(i + 1, Parameter(value))
            .map_err(error_map::from_engine)?;
    }
    Ok(())
}

#[cold]
pub(crate) fn wrong_count(wanted: usize, given: usize) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("the statement has {wanted} placeholders but was given {given} parameters"),
    )
}
