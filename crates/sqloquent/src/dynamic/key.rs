//! Keys of dynamic models: one value, or a tuple of several.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use crate::{
    schema::TableDef,
    types::{IntoValue, ValueError, coerce_operand},
};

/// The id of a record: a value, or a tuple, array or vector of values where the id is of several columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no id of a record",
    note = "use a value, or a tuple of values for an id of several columns"
)]
pub trait IntoKey {
    /// The values of the key's columns, in order.
    ///
    /// # Errors
    /// A value that no engine can hold.
    fn into_key(self) -> Result<Vec<Value>, ValueError>;
}

impl<T: IntoValue> IntoKey for T {
    fn into_key(self) -> Result<Vec<Value>, ValueError> {
        Ok(vec![self.into_value()?])
    }
}

macro_rules! tuples {
    ($($name:ident $i:tt),+) => {
        impl<$($name: IntoValue),+> IntoKey for ($($name,)+) {
            fn into_key(self) -> Result<Vec<Value>, ValueError> {
                Ok(vec![$(self.$i.into_value()?),+])
            }
        }
    };
}

tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);

/// A key of one value for each column.
impl IntoKey for Vec<Value> {
    fn into_key(self) -> Result<Self, ValueError> {
        Ok(self)
    }
}

/// Brings a key to the types of its columns.
pub(crate) fn fitting(table: &TableDef, key: impl IntoKey) -> Result<Vec<Value>> {
    let values = key.into_key().map_err(|e| match table.key_columns().next() {
        Some(def) => e.comparing(&table.name, &def.name),
        None => e.into(),
    })?;
    if values.len() != table.key.len() {
        // The compiler says what is wrong: no key, or one of another length.
        return Ok(values);
    }
    table
        .key_columns()
        .zip(values)
        .map(|(def, value)| {
            if value.is_null() {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "NULL is no id; find rows without one by `is_null`",
                )
                .with_table(table.name.clone().into_owned())
                .with_column(def.name.clone().into_owned()));
            }
            coerce_operand(value, def.ty).map_err(|e| e.comparing(&table.name, &def.name))
        })
        .collect()
}
