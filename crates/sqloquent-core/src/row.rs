//! Rows: how a driver lends them and how they are kept.

use std::sync::Arc;

use crate::{Error, ErrorKind, Flow, Result, Value, ValueRef};

/// The row that the engine stands on.
pub trait RowAccess {
    /// How many columns the row has.
    fn column_count(&self) -> usize;

    /// The name of a column by position, as the engine reports it; empty when out of range.
    fn column_name(&self, index: usize) -> &str;

    /// The value of a column by position.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] when there is no such column or its text is not valid UTF-8.
    fn get(&self, index: usize) -> Result<ValueRef<'_>>;
}

/// What rows are poured into while the engine steps.
pub trait RowSink: Send {
    /// Takes one row.
    ///
    /// # Errors
    /// Whatever decoding found; the driver stops the statement and returns the error.
    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow>;
}

impl<F: FnMut(&dyn RowAccess) -> Result<Flow> + Send> RowSink for F {
    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        self(row)
    }
}

/// A row that was copied out: names, shared by all rows of a result, and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedRow {
    names: Arc<[Box<str>]>,
    values: Vec<Value>,
}

impl OwnedRow {
    /// A row of names and values.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] when there are more or fewer values than names.
    pub fn new(names: Arc<[Box<str>]>, values: Vec<Value>) -> Result<Self> {
        if names.len() == values.len() {
            Ok(Self { names, values })
        } else {
            Err(Error::new(
                ErrorKind::Decode,
                format!("a row of {} values was given {} names", values.len(), names.len()),
            ))
        }
    }

    /// Copies a row; `names` is filled at the first row and shared by the others.
    ///
    /// # Errors
    /// As [`RowAccess::get`].
    pub fn copy(row: &dyn RowAccess, names: &mut Option<Arc<[Box<str>]>>) -> Result<Self> {
        let n = row.column_count();
        let names = names.get_or_insert_with(|| (0..n).map(|i| row.column_name(i).into()).collect());
        let values = (0..n)
            .map(|i| row.get(i).map(|v| v.to_owned()))
            .collect::<Result<Vec<_>>>()?;
        Self::new(Arc::clone(names), values)
    }

    /// The names of the columns.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|n| &**n)
    }

    /// The values in the order of the columns.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values by themselves.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The value of a column by name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.names
            .iter()
            .position(|n| &**n == name)
            .and_then(|i| self.values.get(i))
    }
}

impl RowAccess for OwnedRow {
    fn column_count(&self) -> usize {
        self.values.len()
    }

    fn column_name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", |n| n)
    }

    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        self.values.get(index).map(Value::as_ref).ok_or_else(|| {
            Error::new(
                ErrorKind::Decode,
                format!("the row has {} columns, none at {index}", self.values.len()),
            )
        })
    }
}
