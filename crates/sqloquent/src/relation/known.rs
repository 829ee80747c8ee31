//! Rows of which some values are known already.

use sqloquent_core::{Result, RowAccess, ValueRef};

/// How many columns a key of a relation has at most, and how many values of a row are kept.
pub(crate) const KEY_COLUMNS: usize = 4;

/// Columns of a row that are read by more than one: by who sorts the row in, and by who makes an instance of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownColumns {
    /// Filled up with numbers that no column has.
    at: [usize; KEY_COLUMNS],
    len: usize,
}

impl Default for KnownColumns {
    fn default() -> Self {
        Self {
            at: [usize::MAX; KEY_COLUMNS],
            len: 0,
        }
    }
}

impl KnownColumns {
    /// The columns of a key.
    pub(crate) fn of_key(key: &[usize]) -> Self {
        let mut columns = Self::default();
        for (place, &column) in columns.at.iter_mut().zip(key) {
            *place = column;
            columns.len += 1;
        }
        columns
    }

    /// Adds columns that are not there yet, as far as there is room: what is not kept is read once more.
    pub(crate) fn add(&mut self, columns: &[usize]) {
        for &column in columns {
            if self.len < KEY_COLUMNS && !self.columns().contains(&column) {
                self.at[self.len] = column;
                self.len += 1;
            }
        }
    }

    #[inline]
    fn columns(&self) -> &[usize] {
        &self.at[..self.len]
    }

    /// A row of which nothing is known yet.
    #[inline]
    pub(crate) fn of<'r>(&'r self, row: &'r dyn RowAccess) -> KnownRow<'r> {
        KnownRow {
            row,
            columns: self,
            values: [ValueRef::Null; KEY_COLUMNS],
        }
    }
}

/// A row that answers from what was read of it before where it can: reading a value costs the engine and the check of
/// its text each time.
pub(crate) struct KnownRow<'r> {
    row: &'r dyn RowAccess,
    columns: &'r KnownColumns,
    values: [ValueRef<'r>; KEY_COLUMNS],
}

impl<'r> KnownRow<'r> {
    /// Reads the columns.
    ///
    /// # Errors
    /// As [`RowAccess::get`].
    #[inline]
    pub(crate) fn read(&mut self) -> Result<()> {
        for (value, &at) in self.values.iter_mut().zip(self.columns.columns()) {
            *value = self.row.get(at)?;
        }
        Ok(())
    }

    /// The values that are known: those of the key come first.
    #[inline]
    pub(crate) fn values(&self) -> &[ValueRef<'r>] {
        &self.values[..self.columns.len]
    }
}

impl RowAccess for KnownRow<'_> {
    fn column_count(&self) -> usize {
        self.row.column_count()
    }

    fn column_name(&self, index: usize) -> &str {
        self.row.column_name(index)
    }

    #[inline]
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        if index == self.columns.at[0] {
            return Ok(self.values[0]);
        }
        if self.columns.len > 1
            && let Some(known) = self.columns.at[1..].iter().position(|&at| at == index)
        {
            return Ok(self.values[known + 1]);
        }
        self.row.get(index)
    }
}

#[cfg(test)]
mod tests {
    use sqloquent_core::{OwnedRow, Value};
    use std::{cell::Cell, sync::Arc};

    use super::*;

    /// A row that counts how often it was asked.
    struct Counted {
        row: OwnedRow,
        asked: Cell<usize>,
    }

    impl RowAccess for Counted {
        fn column_count(&self) -> usize {
            self.row.column_count()
        }

        fn column_name(&self, index: usize) -> &str {
            self.row.column_name(index)
        }

        fn get(&self, index: usize) -> Result<ValueRef<'_>> {
            self.asked.set(self.asked.get() + 1);
            self.row.get(index)
        }
    }

    fn row(values: impl IntoIterator<Item = i64>) -> Counted {
        let values: Vec<Value> = values.into_iter().map(Value::Int).collect();
        let names: Arc<[Box<str>]> = (0..values.len()).map(|i| format!("c{i}").into()).collect();
        Counted {
            row: OwnedRow::new(names, values).unwrap(),
            asked: Cell::new(0),
        }
    }

    #[test]
    fn what_is_known_is_read_once_and_the_rest_from_the_row() {
        let row = row(10..16);
        let mut columns = KnownColumns::of_key(&[4]);
        columns.add(&[1, 1, 4]);
        let mut known = columns.of(&row);
        known.read().unwrap();
        assert_eq!(known.values(), [ValueRef::Int(14), ValueRef::Int(11)]);
        for i in 0..6 {
            assert_eq!(known.get(i).unwrap(), ValueRef::Int(10 + i as i64));
            assert_eq!(known.column_name(i), format!("c{i}"));
        }
        assert_eq!(known.column_count(), 6);
        assert!(known.get(6).is_err());
        assert_eq!(row.asked.get(), 2 + 4 + 1);
    }

    #[test]
    fn columns_for_which_there_is_no_room_are_read_from_the_row() {
        let row = row(0..6);
        let mut columns = KnownColumns::of_key(&[0, 0]);
        columns.add(&[0, 1, 2, 3, 4, 5]);
        let mut known = columns.of(&row);
        known.read().unwrap();
        assert_eq!(known.values().len(), KEY_COLUMNS);
        for i in 0..6 {
            assert_eq!(known.get(i).unwrap(), ValueRef::Int(i as i64));
        }
    }

    #[test]
    fn a_column_that_is_not_there_is_an_error() {
        let columns = KnownColumns::of_key(&[7]);
        let row = row(0..2);
        assert!(columns.of(&row).read().is_err());
    }
}
