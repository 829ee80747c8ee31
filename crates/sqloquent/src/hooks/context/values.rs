//! Reading and changing what is written.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::HookCx;
use crate::{
    expr::{Assignment, Expr},
    model::{Model, ValuesRow},
    record::Record,
    schema::{ColumnDef, Generated, Table, same_table},
    types::{IntoValue, SqlType, coerce},
    write::Data,
};

impl HookCx<'_> {
    /// How many rows are written one by one: those of an insert. None for the rows of a query, whose number is not
    /// known beforehand.
    #[must_use]
    pub fn row_count(&self) -> Option<usize> {
        self.state.now().data.rows().map(<[_]>::len)
    }

    /// The value that a column is to get, or was stored with. None for a column that there is not, that is not written,
    /// or whose value the database computes; and where there are several rows.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<Value> {
        if self.row_count().is_some_and(|n| n != 1) {
            return None;
        }
        self.get_at(0, column)
    }

    /// The value of a column in one of several rows.
    #[must_use]
    pub fn get_at(&self, row: usize, column: &str) -> Option<Value> {
        let at = self.table().position(column);
        let now = self.state.now();
        if let Some(rows) = now.data.rows() {
            return rows.get(row)?.get(at?).cloned();
        }
        let Data::Update { set, .. } = &now.data else {
            return None;
        };
        let name = at.map_or(column, |at| &*self.table().columns[at].name);
        match set.iter().rfind(|a| a.column() == name)?.value() {
            Expr::Value(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// The value of a column as a Rust type.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] for a column that is not there or not written; [`ErrorKind::Decode`] when it is of
    /// another type.
    pub fn read<T: SqlType>(&self, column: &str) -> Result<T> {
        let table = self.table();
        let value = match self.get(column) {
            Some(value) => value,
            None if table.position(column).is_none() && !table.columns.is_empty() => {
                return Err(table.unknown_column(column));
            }
            None => {
                return Err(Error::new(
                    ErrorKind::UnknownColumn,
                    format!(
                        "this {} has no one value for `{column}`",
                        self.operation().before()
                    ),
                )
                .with_table(table.name.clone().into_owned())
                .with_column(column.to_owned()));
            }
        };
        T::from_value(value.as_ref()).map_err(|e| e.reading(&table.name, column))
    }

    /// The value of a column before an update of one row.
    #[must_use]
    pub fn old(&self, column: &str) -> Option<Value> {
        let at = self.table().position(column)?;
        match &self.state.now().data {
            Data::Change { before, .. } => before.get(at).cloned(),
            _ => None,
        }
    }

    /// The columns that an update changes, by their names in the database.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let table = self.table();
        match &self.state.now().data {
            Data::Change { before, after } => crate::write::changes(table, before, &after[0])
                .into_iter()
                .map(|at| table.columns[at].name.clone().into_owned())
                .collect(),
            Data::Update { set, .. } => set.iter().map(|a| a.column().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    /// What is written, or was stored, as an instance of the model.
    ///
    /// # Errors
    /// Where there is not one whole row, or it is of another table; a value that does not fit its field.
    pub fn instance<M: Model>(&self) -> Result<M> {
        let (own, written) = (M::table(), self.table());
        let now = self.state.now();
        let Some([row]) = now.data.rows() else {
            return Err(self.misuse("there is not one row that could be an instance here".to_owned()));
        };
        let value = |def: &ColumnDef| written.position(&def.name).and_then(|at| row.get(at)).cloned();
        let values: Option<Vec<Value>> = own.mapped().map(value).collect();
        let values = values
            .filter(|_| same_table(&own.name, &written.name))
            .ok_or_else(|| self.misuse(format!("a row of `{}` is no whole `{}`", written.name, own.model)))?;
        let row = ValuesRow {
            table: own,
            values: &values,
        };
        M::decode(&row, 0)
    }

    /// What is written, or was stored, as a record: of its dynamic model, or of names and values.
    ///
    /// # Errors
    /// Where there is not one row.
    pub fn record(&self) -> Result<Record> {
        let table = &self.state.subject().table;
        let now = self.state.now();
        let Some([row]) = now.data.rows() else {
            return Err(self.misuse("there is not one row that could be a record here".to_owned()));
        };
        match table {
            Table::Dynamic(model) => Ok(Record::of_model(model.clone(), row.clone())),
            table => {
                let names = table
                    .columns
                    .iter()
                    .take(row.len())
                    .map(|c| c.name.clone().into());
                Ok(Record::free(names.collect(), row.clone()))
            }
        }
    }

    /// Gives a column another value before it is written; in every row where there are several. An update sets the
    /// column then, whether or not it did before.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; a value that does not fit the column; the id in an update of one row; an event
    /// after which nothing is written any more.
    pub fn set(&self, column: &str, value: impl IntoValue) -> Result<()> {
        let value = value.into_value();
        let value = match self.table().position(column) {
            Some(at) => {
                let def = &self.table().columns[at];
                let value = value.and_then(|v| coerce(v, def.ty, true));
                value.map_err(|e| e.writing(&self.table().name, &def.name))?
            }
            None => value.map_err(|e| e.writing(&self.table().name, column))?,
        };
        self.put(None, column, value)
    }

    /// Gives a column of one of several rows another value before it is written.
    ///
    /// # Errors
    /// As [`set`](Self::set); a row that there is not.
    pub fn set_at(&self, row: usize, column: &str, value: impl IntoValue) -> Result<()> {
        let def = self.table().column(column)?;
        let value = value.into_value().and_then(|v| coerce(v, def.ty, true));
        let value = value.map_err(|e| e.writing(&self.table().name, &def.name))?;
        self.put(Some(row), column, value)
    }

    fn put(&self, row: Option<usize>, column: &str, value: Value) -> Result<()> {
        if !self.event().is_before() {
            return Err(self.misuse(format!("nothing can be changed any more at {}", self.event())));
        }
        let table = self.table();
        let at = table.position(column);
        if at.is_none() && !table.columns.is_empty() {
            return Err(table.unknown_column(column));
        }
        if at.is_some_and(|at| table.columns[at].generated == Generated::Always) {
            return Err(self.misuse(format!("`{column}` is computed by the database")));
        }
        let mut now = self.state.now();
        match &mut now.data {
            Data::Rows(rows) => {
                let at = at.ok_or_else(|| table.unknown_column(column))?;
                let count = rows.len();
                let chosen = match row {
                    Some(row) => rows
                        .get_mut(row..=row)
                        .ok_or_else(|| self.misuse(format!("there are {count} rows, so none at {row}")))?,
                    None => &mut rows[..],
                };
                for row in chosen {
                    *row.get_mut(at)
                        .ok_or_else(|| self.misuse(format!("`{column}` is set by the library")))? =
                        value.clone();
                }
                Ok(())
            }
            Data::Change { after, .. } if row.is_none_or(|r| r == 0) => {
                let at = at.ok_or_else(|| table.unknown_column(column))?;
                if table.key.contains(&at) {
                    return Err(self.misuse("an update cannot change the id".to_owned()));
                }
                *after[0]
                    .get_mut(at)
                    .ok_or_else(|| self.misuse(format!("`{column}` is set by the library")))? = value;
                Ok(())
            }
            Data::Update { set, .. } if row.is_none() => {
                let name = at.map_or(column, |at| &*table.columns[at].name).to_owned();
                set.retain(|a| a.column() != name);
                set.push(Assignment::named(name, Expr::Value(value)));
                Ok(())
            }
            _ => Err(self.misuse(format!("{} has no values that could be changed", self.event()))),
        }
    }
}
