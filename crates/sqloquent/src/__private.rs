//! What the derive macros call. No part of the interface: it changes without notice.
//!
//! Whatever can be a function here is one, so that a model adds little code of its own.

mod definitions;
mod enumeration;
mod newtype;
pub mod relation;
mod stamp;

pub use crate::{content::HashedId, record::pairs};
pub use definitions::{ColumnSpec, ModelNames, TableSpec, foreign_key, index};
pub use enumeration::{as_text, text, unknown_name, unknown_number};
pub use stamp::Stamp;

use sqloquent_core::{Error, Result, RowAccess, Value, ValueRef};

use crate::{content::HashedModel, schema::TableDef, types::ValueError};

/// The state of a builder's column that was given.
#[derive(Debug)]
pub struct Given;

/// The state of a builder's column that was not given.
#[derive(Debug)]
pub struct Missing;

/// The value of a required column of a builder.
///
/// # Panics
/// Never: the type of the builder says that it was given.
#[must_use]
pub fn given<T>(value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => unreachable!("the type of the builder says that the column was given"),
    }
}

/// Gives a new instance the id of its content. Where that cannot be hashed the id stays unset; storing it says why.
#[must_use]
pub fn with_content_id<M: HashedModel>(mut model: M) -> M {
    if let Ok(id) = model.content_id() {
        model.take_content_id(id);
    }
    model
}

/// Reads the `index`th column of a model by its type's conversion, or one of its own.
///
/// # Errors
/// A value that does not fit, with table and column.
#[inline]
pub fn read<T>(
    from_value: impl FnOnce(ValueRef<'_>) -> Result<T, ValueError>,
    row: &dyn RowAccess,
    offset: usize,
    index: usize,
    table: &TableDef,
) -> Result<T> {
    match from_value(row.get(offset + index)?) {
        Ok(value) => Ok(value),
        Err(error) => Err(reading(error, index, table)),
    }
}

/// Adds the next column's value to those of a model.
///
/// # Errors
/// A value that cannot be stored, with table and column.
#[inline]
pub fn push<T>(
    to_value: impl FnOnce(&T) -> Result<Value, ValueError>,
    value: &T,
    values: &mut Vec<Value>,
    table: &TableDef,
) -> Result<()> {
    match to_value(value) {
        Ok(value) => {
            values.push(value);
            Ok(())
        }
        Err(error) => Err(writing(error, values.len(), table)),
    }
}

/// Adds the value of a column, by its place in the model, of an instance that is thrown away.
///
/// # Errors
/// A value that cannot be stored, with table and column.
#[inline]
pub fn push_taken<T>(
    take_value: impl FnOnce(&mut T) -> Result<Value, ValueError>,
    value: &mut T,
    values: &mut Vec<Value>,
    table: &TableDef,
    index: usize,
) -> Result<()> {
    match take_value(value) {
        Ok(value) => {
            values.push(value);
            Ok(())
        }
        Err(error) => Err(writing(error, index, table)),
    }
}

/// The value of a column that nobody gave.
///
/// # Errors
/// A value that cannot be stored, with table and column.
pub fn default_value<T>(
    to_value: impl FnOnce(&T) -> Result<Value, ValueError>,
    value: &T,
    table: &TableDef,
    index: usize,
) -> Result<Option<Value>> {
    to_value(value).map(Some).map_err(|e| writing(e, index, table))
}

/// Adds the value of a column that takes part in a relation.
///
/// # Errors
/// A value that cannot be stored, with table and column.
pub fn push_key<T>(
    to_value: impl FnOnce(&T) -> Result<Value, ValueError>,
    value: &T,
    values: &mut Vec<Value>,
    table: &TableDef,
    index: usize,
) -> Result<()> {
    values.push(to_value(value).map_err(|e| writing(e, index, table))?);
    Ok(())
}

#[cold]
fn reading(error: ValueError, index: usize, table: &TableDef) -> Error {
    error.reading(&table.name, &table.columns[index].name)
}

#[cold]
fn writing(error: ValueError, index: usize, table: &TableDef) -> Error {
    error.writing(&table.name, &table.columns[index].name)
}
