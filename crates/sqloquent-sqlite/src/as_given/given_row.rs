//! A row that was inserted, made of what was bound.

use sqloquent_core::{AsGiven, Error, ErrorKind, Result, RowAccess, Value, ValueRef, text_form};

use super::Held;

/// The values of a row in the form in which SQLite holds them.
pub(super) struct GivenRow<'v> {
    given: &'v AsGiven,
    params: &'v [Value],
    /// The texts that were made for values that are no text by themselves, by column.
    texts: Vec<(usize, String)>,
    /// The number that SQLite gave the row, once it is there.
    pub(super) number: i64,
}

impl<'v> GivenRow<'v> {
    /// The row that a table holds once these are inserted. None where that is not known.
    pub(super) fn new(given: &'v AsGiven, held: &[Held], params: &'v [Value]) -> Option<Self> {
        let mut texts = Vec::new();
        for (i, (column, held)) in given.columns.iter().zip(held).enumerate() {
            let Some(at) = column.parameter else { continue };
            let value = params.get(at)?;
            if !held.as_bound(value) {
                return None;
            }
            if value.is_null() && held.numbers_rows {
                // It is given a number, which the models do not expect of it.
                return None;
            }
            texts.extend(text_of(value).map(|text| (i, text)));
        }
        Some(Self {
            given,
            params,
            texts,
            number: 0,
        })
    }
}

/// The text that is bound for a value that is stored as one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Uuid(v) => Some(text_form::uuid_text(*v)),
        Value::Timestamp(v) | Value::DateTime(v) => Some(text_form::datetime_text(*v)),
        Value::Date(v) => Some(text_form::date_text(*v)),
        Value::Time(v) => Some(text_form::time_text(*v)),
        _ => None,
    }
}

impl RowAccess for GivenRow<'_> {
    fn column_count(&self) -> usize {
        self.given.columns.len()
    }

    fn column_name(&self, index: usize) -> &str {
        self.given.columns.get(index).map_or("", |column| &column.name)
    }

    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        let Some(column) = self.given.columns.get(index) else {
            return Err(Error::new(
                ErrorKind::Decode,
                format!(
                    "the row has {} columns, none at {index}",
                    self.given.columns.len()
                ),
            ));
        };
        let Some(value) = column.parameter.and_then(|at| self.params.get(at)) else {
            return Ok(ValueRef::Int(self.number));
        };
        Ok(match value {
            Value::Null => ValueRef::Null,
            Value::Bool(v) => ValueRef::Int(i64::from(*v)),
            Value::Int(v) => ValueRef::Int(*v),
            Value::Float(v) => ValueRef::Float(*v),
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => ValueRef::Text(v),
            Value::Bytes(v) => ValueRef::Bytes(v),
            _ => {
                let text = self.texts.iter().find(|(at, _)| *at == index);
                ValueRef::Text(text.map_or("", |(_, text)| text))
            }
        })
    }
}
