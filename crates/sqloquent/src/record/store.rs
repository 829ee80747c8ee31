//! Storing records of models.

use std::panic::Location;

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{IntoRecord, Record};
use crate::{
    call::{Call, Task as _, run},
    compile::Conflict,
    dynamic::{DynamicModel, row_values, stored_row},
    executor::{Executor, Handle},
    job::{First, Insert, Store, Stored},
    model::{check_has_id, nothing_stored, take_over},
    schema::{Generated, TableDef},
    types::coerce,
    write::{self, Wanted},
};

impl Record {
    /// The model, without which nothing can be stored.
    fn owner(&self) -> Result<DynamicModel> {
        let model = self.model().ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "the record belongs to no model; make it with `model.record(…)`, or store it with `model.insert(…)`",
            )
        })?;
        model.check()?;
        Ok(model.clone())
    }

    /// Inserts the record and gives back what the database stored.
    ///
    /// # Errors
    /// [`ErrorKind::Unique`] when there is such a row already; the engine's refusal; a record of no model.
    #[track_caller]
    pub fn insert(self, db: &dyn Executor) -> Call<'_, Self> {
        match self.owner() {
            Ok(model) => model.insert(db, self),
            Err(e) => Call::failed(e),
        }
    }

    /// Changes the record and stores the columns that differ. Nothing changed: nothing is sent. The record shows what
    /// the database stored once that is done; on failure it is as before.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the row is gone, [`ErrorKind::StaleVersion`] when somebody else changed it;
    /// [`ErrorKind::UnknownColumn`] for a name that is no column; a value that does not fit; a changed id; the engine's
    /// refusal; a record of no model.
    #[track_caller]
    pub fn update<'a>(&'a mut self, db: &'a dyn Executor, updates: impl IntoRecord) -> Call<'a, ()> {
        let caller = Location::caller();
        match self.update_job(db, updates) {
            Err(e) => Call::failed(e),
            Ok(None) => Call::steps(std::future::ready(Ok(()))),
            Ok(Some((model, job))) => Call::steps(self.take_stored(db.handle(), caller, model, job)),
        }
    }

    fn update_job(
        &self,
        db: &dyn Executor,
        updates: impl IntoRecord,
    ) -> Result<Option<(DynamicModel, Store<Self>)>> {
        let model = self.owner()?;
        let table = model.table();
        check_has_id(&model.as_table(), &self.values)?;
        let updates = updates
            .into_record()
            .map_err(|e| e.with_table(table.name.clone().into_owned()))?;
        let mut after = self.values.clone();
        for (column, value) in updates {
            let at = table
                .position(&column)
                .ok_or_else(|| table.unknown_column(&column))?;
            after[at] = changed(table, at, value)?;
            if table.key.contains(&at) && after[at] != self.values[at] {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!(
                        "an update cannot change the id of a `{}`; insert another one and delete this",
                        table.model
                    ),
                )
                .with_table(table.name.clone().into_owned())
                .with_column(column));
            }
        }
        let columns = write::changes(&model.as_table(), &self.values, &after);
        if columns.is_empty() {
            return Ok(None);
        }
        let job = Store::new(write::change(
            db.handle().dialect(),
            &model.as_table(),
            &self.values,
            &after,
            &columns,
            None,
            Self::whole(model.clone()),
        )?);
        Ok(Some((model, job)))
    }

    /// Runs the job of storing the record, then shows what was stored.
    async fn take_stored(
        &mut self,
        handle: Handle<'_>,
        caller: &'static Location<'static>,
        model: DynamicModel,
        job: Store<Self>,
    ) -> Result<()> {
        match run(handle, caller, job).await?.output()? {
            Stored::Row(row) => {
                *self = row;
                Ok(())
            }
            Stored::Missing => Err(model.not_found()),
            Stored::Stale => Err(stale(&model)),
        }
    }

    /// Stores every column: inserts the row, or overwrites it. The record shows what the database stored then.
    ///
    /// # Errors
    /// [`ErrorKind::StaleVersion`] when the model has a version and somebody else changed the row; the engine's
    /// refusal; a record of no model.
    #[track_caller]
    pub fn save<'a>(&'a mut self, db: &'a dyn Executor) -> Call<'a, ()> {
        let caller = Location::caller();
        match self.save_job(db) {
            Err(e) => Call::failed(e),
            Ok((_, Save::Insert(job))) => Call::steps(async move {
                *self = stored_row(*run(db.handle(), caller, *job).await?)?;
                Ok(())
            }),
            Ok((model, Save::Store(job))) => Call::steps(async move {
                match self.take_stored(db.handle(), caller, model, *job).await {
                    // The insert that follows a missing row stored nothing.
                    Err(e) if e.kind() == ErrorKind::NotFound => Err(nothing_stored()),
                    done => done,
                }
            }),
        }
    }

    fn save_job(&self, db: &dyn Executor) -> Result<(DynamicModel, Save)> {
        let model = self.owner()?;
        let table = model.as_table();
        if table.key.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "`{}` has no id, so `save` cannot tell whether it is stored; use `insert`",
                    table.model
                ),
            )
            .with_table(table.name.clone().into_owned()));
        }
        let unstored = check_has_id(&table, &self.values).is_err();
        let (row, _) = row_values(&model, self)?;
        if unstored {
            let job = model.insert_job(db, row)?;
            return Ok((model, Save::Insert(Box::new(job))));
        }
        let dialect = db.handle().dialect();
        if table.version.is_none() {
            let conflict = take_over(&table, table.key.to_vec());
            let wanted = Wanted::Rows(Self::whole(model.clone()));
            let job = write::prepare(dialect, &table, vec![row], conflict, wanted, |_| None)?;
            return Ok((model, Save::Insert(Box::new(job))));
        }
        let every: Vec<usize> = (0..row.len())
            .filter(|i| !table.key.contains(i) && table.columns[*i].generated == Generated::No)
            .filter(|&i| table.created_at != Some(i))
            .collect();
        let wanted = Wanted::Rows(Self::whole(model.clone()));
        let otherwise = write::prepare(dialect, &table, vec![row.clone()], Conflict::Fail, wanted, |_| {
            None
        })?;
        let decode = Self::whole(model.clone());
        let change = write::change(dialect, &table, &row, &row, &every, Some(otherwise), decode)?;
        Ok((model, Save::Store(Box::new(Store::new(change)))))
    }

    /// Deletes the row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it is gone, or was never stored, [`ErrorKind::StaleVersion`] when the model has a
    /// version and somebody else changed the row; the engine's refusal; a record of no model.
    #[track_caller]
    pub fn delete<'a>(&self, db: &'a dyn Executor) -> Call<'a, ()> {
        let caller = Location::caller();
        let task = self.owner().and_then(|model| {
            let table = model.as_table();
            check_has_id(&table, &self.values)?;
            let job = write::delete_row(db.handle().dialect(), &table, &self.values)?;
            let find = match table.version {
                Some(_) => Some(self.find_again(db, &model)?),
                None => None,
            };
            Ok((model, job, find))
        });
        match task {
            Err(e) => Call::failed(e),
            Ok((model, job, find)) => Call::steps(async move {
                if run(db.handle(), caller, job).await?.output()? > 0 {
                    return Ok(());
                }
                // Nothing was deleted: the row is gone, or has another version.
                if let Some(find) = find
                    && run(db.handle(), caller, find).await?.output()?.is_some()
                {
                    return Err(stale(&model));
                }
                Err(model.not_found())
            }),
        }
    }

    fn find_again(&self, db: &dyn Executor, model: &DynamicModel) -> Result<First<Self>> {
        let key = model
            .table()
            .key
            .iter()
            .map(|&i| self.values[i].clone())
            .collect();
        model.find_task(db, Ok(key))
    }

    /// Reads the row again.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it is gone, or was never stored; a record of no model.
    #[track_caller]
    pub fn reload<'a>(&'a mut self, db: &'a dyn Executor) -> Call<'a, ()> {
        let caller = Location::caller();
        let task = self.owner().and_then(|model| {
            check_has_id(&model.as_table(), &self.values)?;
            let task = self.find_again(db, &model)?;
            Ok((model, task))
        });
        match task {
            Err(e) => Call::failed(e),
            Ok((model, task)) => Call::steps(async move {
                let found = run(db.handle(), caller, task).await?.output()?;
                *self = found.ok_or_else(|| model.not_found())?;
                Ok(())
            }),
        }
    }
}

/// Somebody else changed the row since it was read.
#[cold]
fn stale(model: &DynamicModel) -> Error {
    Error::new(
        ErrorKind::StaleVersion,
        format!(
            "this `{}` was changed by somebody else since it was read; reload it and try again",
            model.name()
        ),
    )
    .with_table(model.table().name.clone().into_owned())
}

/// How a record is saved.
enum Save {
    Insert(Box<Insert<Record>>),
    Store(Box<Store<Record>>),
}

/// A value that an update gives a column.
fn changed(table: &TableDef, at: usize, value: Value) -> Result<Value> {
    let def = &table.columns[at];
    let refuse = |kind, message: String| {
        Error::new(kind, message)
            .with_table(table.name.clone().into_owned())
            .with_column(def.name.clone().into_owned())
    };
    if def.generated == Generated::Always {
        let message = format!("`{}` is computed by the database and cannot be given", def.name);
        return Err(refuse(ErrorKind::InvalidQuery, message));
    }
    if value.is_null() && !def.nullable {
        let message = format!("`{}` needs a value; it does not allow NULL", def.name);
        return Err(refuse(ErrorKind::NotNull, message));
    }
    coerce(value, def.ty, true).map_err(|e| e.writing(&table.name, &def.name))
}
