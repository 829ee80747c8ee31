//! Storing records of models.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{IntoRecord, Record};
use crate::{
    call::Call,
    dynamic::{DynamicModel, row_values},
    executor::Executor,
    schema::{Generated, TableDef},
    types::coerce,
    write::{self, Mapping, Origin},
};

impl Record {
    /// The model, without which nothing can be stored.
    pub(crate) fn owner(&self) -> Result<DynamicModel> {
        let model = self.model().ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "the record belongs to no model; make it with `model.record(…)`, or store it with `model.insert(…)`",
            )
        })?;
        model.check()?;
        Ok(model.clone())
    }

    /// Takes over the columns of the stored row; what was loaded with the record stays.
    fn absorb(&mut self, stored: Self) {
        let related = self.related.take();
        *self = stored;
        self.related = related;
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
        let origin = Origin::here(db);
        let write = self.updated(updates).and_then(|(model, after)| {
            write::update(origin, Mapping::dynamic(&model), self.values.clone(), after)
        });
        match write {
            Err(e) => Call::failed(e),
            Ok(None) => Call::steps(std::future::ready(Ok(()))),
            Ok(Some(write)) => Call::steps(async move {
                self.absorb(write.await?);
                Ok(())
            }),
        }
    }

    /// The values as they are to be.
    fn updated(&self, updates: impl IntoRecord) -> Result<(DynamicModel, Vec<Value>)> {
        let model = self.owner()?;
        let table = model.table();
        write::check_has_id(table, &self.values)?;
        let updates = updates
            .into_record()
            .map_err(|e| e.with_table(table.name.clone().into_owned()))?;
        let mut after = self.values.clone();
        for (column, value) in updates {
            let at = table
                .position(&column)
                .ok_or_else(|| table.unknown_column(&column))?;
            after[at] = changed(table, at, value)?;
        }
        Ok((model, after))
    }

    /// Stores every column: inserts the row, or overwrites it. The record shows what the database stored then.
    ///
    /// # Errors
    /// [`ErrorKind::StaleVersion`] when the model has a version and somebody else changed the row; the engine's
    /// refusal; a record of no model.
    #[track_caller]
    pub fn save<'a>(&'a mut self, db: &'a dyn Executor) -> Call<'a, ()> {
        let origin = Origin::here(db);
        let write = self.owner().and_then(|model| {
            let unstored = write::unset_key(model.table(), &self.values);
            let (row, _) = row_values(&model, &*self)?;
            write::save(origin, Mapping::dynamic(&model), row, unstored)
        });
        match write {
            Err(e) => Call::failed(e),
            Ok(write) => Call::steps(async move {
                self.absorb(write.await?);
                Ok(())
            }),
        }
    }

    /// Deletes the row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it is gone, or was never stored, [`ErrorKind::StaleVersion`] when the model has a
    /// version and somebody else changed the row; the engine's refusal; a record of no model.
    #[track_caller]
    pub fn delete<'a>(&self, db: &'a dyn Executor) -> Call<'a, ()> {
        let origin = Origin::here(db);
        let write = self
            .owner()
            .and_then(|model| write::delete(origin, Mapping::dynamic(&model).subject, self.values.clone()));
        match write {
            Err(e) => Call::failed(e),
            Ok(write) => Call::steps(write),
        }
    }

    /// Reads the row again.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it is gone, or was never stored; a record of no model.
    #[track_caller]
    pub fn reload<'a>(&'a mut self, db: &'a dyn Executor) -> Call<'a, ()> {
        let origin = Origin::here(db);
        let read = self.owner().and_then(|model| {
            write::check_has_id(model.table(), &self.values)?;
            let find = |key| model.find_task(db, Ok(key));
            write::reload(
                origin,
                Mapping::dynamic(&model),
                self.values.clone(),
                Box::new(find),
            )
        });
        match read {
            Err(e) => Call::failed(e),
            Ok(read) => Call::steps(async move {
                self.absorb(read.await?);
                Ok(())
            }),
        }
    }
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
