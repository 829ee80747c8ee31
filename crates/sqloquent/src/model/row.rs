//! A row made of values that are at hand, so that an instance can be read back from what it would store.

use sqloquent_core::{Error, ErrorKind, Result, RowAccess, Value, ValueRef};

use crate::schema::TableDef;

/// Values in the order of a table's columns, as a row.
pub(crate) struct ValuesRow<'v> {
    pub(crate) table: &'v TableDef,
    pub(crate) values: &'v [Value],
}

impl RowAccess for ValuesRow<'_> {
    fn column_count(&self) -> usize {
        self.values.len()
    }

    fn column_name(&self, index: usize) -> &str {
        self.table.columns.get(index).map_or("", |c| &c.name)
    }

    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        self.values
            .get(index)
            .map(Value::as_ref)
            .ok_or_else(|| Error::new(ErrorKind::Decode, format!("the row has no column {index}")))
    }
}
