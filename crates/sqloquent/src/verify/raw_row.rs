//! Rows as the engine gives them, so that a row that cannot be read is a finding and not the end.

use std::sync::Arc;

use sqloquent_core::{Dialect, Family, Result, RowAccess, Value, text_form};

use crate::{
    query::Decode,
    schema::{ColumnType, Table, TableDef},
    types::read_as,
};

/// A row of all mapped columns.
pub(super) struct RawRow {
    /// What the engine gave; NULL where it gave an error.
    pub(super) stored: Vec<Value>,
    /// The first column that could not even be fetched, such as text that is not UTF-8.
    broken: Option<usize>,
}

impl RawRow {
    pub(super) fn decoder(table: &Table) -> Decode<Self> {
        let width = table.mapped().count();
        Decode::Closure(Arc::new(move |row: &dyn RowAccess| {
            let mut broken = None;
            let stored = (0..width).map(|i| match row.get(i) {
                Ok(value) => value.to_owned(),
                Err(_) => {
                    broken.get_or_insert(i);
                    Value::Null
                }
            });
            let stored = stored.collect();
            Ok(Self { stored, broken })
        }))
    }

    /// The values by the types of their columns, or the column that cannot be read.
    pub(super) fn typed(&self, table: &TableDef) -> Result<Vec<Value>, usize> {
        if let Some(at) = self.broken {
            return Err(at);
        }
        let columns = table.mapped().zip(&self.stored).enumerate();
        columns
            .map(|(i, (def, value))| read_as(value.as_ref(), def.ty).map_err(|_| i))
            .collect()
    }
}

/// The first column whose value is not stored as this library would store it. Only SQLite leaves that open: other
/// engines have types of their own.
pub(super) fn other_form(
    dialect: Dialect,
    table: &TableDef,
    stored: &[Value],
    typed: &[Value],
) -> Option<usize> {
    if dialect.family != Family::Sqlite {
        return None;
    }
    table
        .mapped()
        .zip(stored.iter().zip(typed))
        .position(|(def, (stored, typed))| def.ty != ColumnType::Any && !is_own_form(stored, typed))
}

pub(super) fn is_own_form(stored: &Value, typed: &Value) -> bool {
    let text = |text: String| matches!(stored, Value::Text(s) if *s == text);
    match typed {
        Value::Bool(v) => matches!(stored, Value::Int(i) if *i == i64::from(*v)),
        Value::Uuid(v) => text(text_form::uuid_text(*v)),
        Value::Decimal(v) => matches!(stored, Value::Text(s) if s == v),
        Value::Json(v) => matches!(stored, Value::Text(s) if s == v),
        Value::Timestamp(v) | Value::DateTime(v) => text(text_form::datetime_text(*v)),
        Value::Date(v) => text(text_form::date_text(*v)),
        Value::Time(v) => text(text_form::time_text(*v)),
        // A whole number in a column of floats may be kept as an integer.
        Value::Float(v) => match stored {
            Value::Float(_) => true,
            Value::Int(i) => *i as f64 == *v,
            _ => false,
        },
        other => stored == other,
    }
}
