//! Inserts of dynamic models.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::DynamicModel;
use crate::{
    call::Call,
    compile::Conflict,
    content,
    executor::Executor,
    model::{IdType as _, random},
    record::{IntoRecord, Record},
    schema::{ColumnDef, ColumnType, Generated},
    types::coerce,
    write::{self, Mapping, Origin},
};

/// The values of all columns for data given by name, and which columns were given.
pub(crate) fn row_values(model: &DynamicModel, data: impl IntoRecord) -> Result<(Vec<Value>, Vec<bool>)> {
    model.check()?;
    let table = model.table();
    let name = || table.name.clone().into_owned();
    let data = data.into_record().map_err(|e| e.with_table(name()))?;
    let own = data.model() == Some(model);
    let mut values = vec![Value::Null; table.columns.len()];
    let mut given = vec![false; table.columns.len()];
    for (i, (column, value)) in data.into_iter().enumerate() {
        let at = if own { Some(i) } else { table.position(&column) };
        let at = at.ok_or_else(|| table.unknown_column(&column))?;
        if table.columns[at].generated == Generated::Always {
            if own {
                continue;
            }
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!("`{column}` is computed by the database and cannot be given"),
            )
            .with_table(name())
            .with_column(column));
        }
        values[at] = value;
        given[at] = true;
    }
    for (at, def) in table.columns.iter().enumerate() {
        if !given[at]
            && let Some(default) = model.default_of(at)
        {
            values[at] = default.clone();
        }
        if table.hashed.is_some() && table.key.contains(&at) {
            continue;
        }
        if values[at].is_null() && table.key.contains(&at) && model.makes_ids() {
            values[at] = match def.ty {
                ColumnType::Uuid => Value::Uuid(random()),
                _ => Value::Text(String::unset()),
            };
        }
        if values[at].is_null() {
            let filled = def.generated != Generated::No
                || def.default_sql.is_some()
                || [table.created_at, table.updated_at].contains(&Some(at));
            if def.nullable || filled {
                continue;
            }
            return Err(Error::new(
                ErrorKind::NotNull,
                format!("`{}` needs a value; it does not allow NULL", def.name),
            )
            .with_table(name())
            .with_column(def.name.clone().into_owned()));
        }
        values[at] = coerce(std::mem::take(&mut values[at]), def.ty, true)
            .map_err(|e| e.writing(&table.name, &def.name))?;
    }
    if table.hashed.is_some() {
        let at = content::id_at(table)?;
        let def = &table.columns[at];
        if values[at].is_null() {
            content::seal(table, [&mut values])?;
        } else {
            values[at] = coerce(std::mem::take(&mut values[at]), def.ty, false)
                .map_err(|e| e.writing(&table.name, &def.name))?;
        }
    }
    Ok((values, given))
}

impl DynamicModel {
    /// What a new row stores in each column that has a value of its own.
    pub(crate) fn new_values(&self) -> Vec<Option<Value>> {
        let table = self.table();
        let value = |(at, def): (usize, &ColumnDef)| {
            if let Some(default) = self.default_of(at) {
                return Some(default.clone());
            }
            if table.key.contains(&at) && self.makes_ids() {
                return Some(match def.ty {
                    ColumnType::Uuid => Value::Uuid(random()),
                    _ => Value::Text(String::unset()),
                });
            }
            let filled = def.generated != Generated::No
                || def.default_sql.is_some()
                || [table.created_at, table.updated_at].contains(&Some(at));
            (def.nullable || filled).then_some(Value::Null)
        };
        table.columns.iter().enumerate().map(value).collect()
    }

    /// A record of the model that is not stored yet: with the given values, defaults, and an id where ids are made.
    ///
    /// ```
    /// let users = sqloquent::DynamicModel::new("users", ["id", "email"]);
    /// let ada = users.record([("email", "ada@example.org")])?;
    /// assert_eq!(ada.read::<String>("id")?.len(), 32);
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] for a name that is no column; a value that does not fit its column.
    pub fn record(&self, data: impl IntoRecord) -> Result<Record> {
        let (values, _) = row_values(self, data)?;
        Ok(Record::of_model(self.clone(), values))
    }

    /// Inserts a row of the given values and gives back what the database stored. Columns that are not mentioned get
    /// their default, or NULL; an id of text that is not mentioned is made.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] for a name that is no column; a value that does not fit its column;
    /// [`ErrorKind::Unique`] when there is such a row already; the engine's refusal.
    #[track_caller]
    pub fn insert<'a>(&self, db: &'a dyn Executor, data: impl IntoRecord) -> Call<'a, Record> {
        write::insert_call(
            Origin::here(db),
            Mapping::dynamic(self),
            row_values(self, data).map(|(row, _)| row),
        )
    }

    fn many(&self, rows: impl IntoIterator<Item: IntoRecord>) -> Result<Vec<Vec<Value>>> {
        self.check()?;
        rows.into_iter()
            .map(|row| row_values(self, row).map(|(row, _)| row))
            .collect()
    }

    /// Inserts any number of rows in one transaction and tells how many.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); no row is stored then.
    #[track_caller]
    pub fn insert_many<'a>(
        &self,
        db: &'a dyn Executor,
        rows: impl IntoIterator<Item: IntoRecord>,
    ) -> Call<'a, u64> {
        write::insert_many(Origin::here(db), Mapping::dynamic(self), self.many(rows))
    }

    /// Inserts any number of rows in one transaction and gives back what the database stored.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); no row is stored then.
    #[track_caller]
    pub fn insert_many_returning<'a>(
        &self,
        db: &'a dyn Executor,
        rows: impl IntoIterator<Item: IntoRecord>,
    ) -> Call<'a, Vec<Record>> {
        write::insert_many_returning(Origin::here(db), Mapping::dynamic(self), self.many(rows))
    }

    /// Inserts a row unless it conflicts with one that is there; none then.
    ///
    /// # Errors
    /// As [`insert`](Self::insert), but for the conflict.
    #[track_caller]
    pub fn insert_or_ignore<'a>(
        &self,
        db: &'a dyn Executor,
        data: impl IntoRecord,
    ) -> Call<'a, Option<Record>> {
        write::insert_or_ignore(
            Origin::here(db),
            Mapping::dynamic(self),
            row_values(self, data).map(|(row, _)| row),
        )
    }

    /// Inserts a row, or changes the one that it conflicts with on the given columns: that row takes over the values
    /// that are mentioned, but for its id and the conflicting columns. Gives back what the database stored.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); the engine's refusal, such as columns without a unique index.
    #[track_caller]
    pub fn upsert<'a, N: AsRef<str>>(
        &self,
        db: &'a dyn Executor,
        data: impl IntoRecord,
        on: impl IntoIterator<Item = N>,
    ) -> Call<'a, Record> {
        let table = self.table();
        let on: Result<Vec<usize>> = on
            .into_iter()
            .map(|n| {
                table
                    .position(n.as_ref())
                    .ok_or_else(|| table.unknown_column(n.as_ref()))
            })
            .collect();
        let row = row_values(self, data).and_then(|(row, given)| {
            let on = on?;
            if on.is_empty() {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    "an upsert needs the columns that tell whether the row is there",
                )
                .with_table(table.name.clone().into_owned()));
            }
            let mut conflict = write::take_over(table, on);
            if let Conflict::Update { set, .. } = &mut conflict {
                set.retain(|&i| given[i] || [table.updated_at, table.version].contains(&Some(i)));
            }
            Ok((row, conflict))
        });
        write::upsert(Origin::here(db), Mapping::dynamic(self), row)
    }
}
