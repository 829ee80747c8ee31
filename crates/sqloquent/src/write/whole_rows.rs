//! Rows to be inserted, with a value for every column of their table.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::now::{now_micros, stamp, unset};
use crate::schema::{Generated, TableDef};

/// The values of rows, one after the other.
pub(super) struct WholeRows {
    values: Vec<Value>,
    width: usize,
    count: usize,
    now: i64,
}

impl WholeRows {
    /// None yet, with room for so many.
    pub(super) fn with_capacity(table: &TableDef, rows: usize) -> Self {
        let width = table.columns.len();
        Self {
            values: Vec::with_capacity(rows.saturating_mul(width)),
            width,
            count: 0,
            now: now_micros(),
        }
    }

    /// Those given as the values of all mapped columns. They may overwrite others.
    pub(super) fn of(table: &TableDef, mut rows: Vec<Vec<Value>>, overwrite: bool) -> Result<Self> {
        if let [only] = &mut *rows {
            let mut whole = Self::with_capacity(table, 0);
            complete(table, only, whole.now, overwrite)?;
            whole.values = std::mem::take(only);
            whole.count = 1;
            return Ok(whole);
        }
        let mut whole = Self::with_capacity(table, rows.len());
        for mut row in rows {
            whole.add(table, overwrite, |values| {
                values.append(&mut row);
                Ok(())
            })?;
        }
        Ok(whole)
    }

    /// Adds a row, of which the values of all mapped columns are pushed.
    #[inline]
    pub(super) fn add(
        &mut self,
        table: &TableDef,
        overwrites: bool,
        push: impl FnOnce(&mut Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let begin = self.values.len();
        push(&mut self.values)?;
        self.count += 1;
        complete_from(table, &mut self.values, begin, self.now, overwrites)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether any has a value in a column.
    pub(super) fn any_has(&self, column: usize) -> bool {
        let mut cells = self.values.iter().skip(column).step_by(self.width.max(1));
        cells.any(|value| !value.is_null())
    }

    /// The values of some columns, in the order of the table.
    pub(super) fn into_values(self, columns: &[usize]) -> Vec<Value> {
        if columns.len() == self.width {
            return self.values;
        }
        let mut wanted = vec![false; self.width];
        columns.iter().for_each(|&at| wanted[at] = true);
        let cells = self.values.into_iter().zip(wanted.iter().cycle());
        cells
            .filter(|(_, wanted)| **wanted)
            .map(|(value, _)| value)
            .collect()
    }
}

/// Brings a row to the length of the table, with timestamps, and NULL for keys that the database counts. A row that may
/// overwrite another is changed now, whatever it says.
pub(crate) fn complete(table: &TableDef, row: &mut Vec<Value>, now: i64, overwrites: bool) -> Result<()> {
    complete_from(table, row, 0, now, overwrites)
}

/// The same of the row that begins there.
fn complete_from(
    table: &TableDef,
    values: &mut Vec<Value>,
    begin: usize,
    now: i64,
    overwrites: bool,
) -> Result<()> {
    let mapped = table.mapped().count();
    let given = values.len() - begin;
    if given != mapped {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!("a row of `{}` has {mapped} values, not {given}", table.name),
        ));
    }
    values.resize(begin + table.columns.len(), Value::Null);
    let row = &mut values[begin..];
    for at in [table.created_at, table.updated_at].into_iter().flatten() {
        if unset(&row[at]) || overwrites && table.updated_at == Some(at) {
            row[at] = stamp(table.columns[at].ty, now);
        }
    }
    for (def, value) in table.columns.iter().zip(row) {
        if def.generated == Generated::Increment && matches!(value, Value::Int(0)) {
            *value = Value::Null;
        }
    }
    Ok(())
}
