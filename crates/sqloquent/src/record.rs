//! Records: rows whose columns are known at run time.

use std::sync::Arc;

use sqloquent_core::{Error, ErrorKind, Result, RowAccess, Value};

use crate::{
    query::{Decode, Select},
    types::SqlType,
};

/// A row by names: what dynamic models and free selections give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    names: Arc<[Box<str>]>,
    values: Vec<Value>,
}

impl Record {
    /// A record of names and values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a column.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.names
            .iter()
            .position(|n| &**n == column)
            .and_then(|i| self.values.get(i))
    }

    /// The value of a column as a Rust type.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] when there is none of that name, [`ErrorKind::Decode`] when it is of another type.
    pub fn read<T: SqlType>(&self, column: &str) -> Result<T> {
        let value = self.get(column).ok_or_else(|| {
            let there: Vec<_> = self.names.iter().map(|n| format!("`{n}`")).collect();
            Error::new(
                ErrorKind::UnknownColumn,
                format!("the record has no column `{column}`; it has {}", there.join(", ")),
            )
            .with_column(column.to_owned())
        })?;
        T::from_value(value.as_ref()).map_err(|e| {
            Error::new(ErrorKind::Decode, format!("cannot read `{column}`: {e}"))
                .with_column(column.to_owned())
        })
    }

    pub(crate) fn decoder(_select: &Select) -> Decode<Self> {
        Self::any()
    }

    /// Whatever a row holds.
    pub(crate) fn any() -> Decode<Self> {
        Decode::Function(|row: &dyn RowAccess| {
            let n = row.column_count();
            let names = (0..n).map(|i| row.column_name(i).into()).collect();
            let values = (0..n)
                .map(|i| row.get(i).map(|v| v.to_owned()))
                .collect::<Result<_>>()?;
            Ok(Self { names, values })
        })
    }
}
