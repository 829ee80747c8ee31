//! Reading by key.

use sqloquent_core::{Error, ErrorKind, Plan, Result, Statement, Value};

use super::{DynamicModel, IntoKey, key::fitting};
use crate::{
    call::{Call, Task as _, concrete},
    compile,
    executor::Executor,
    job::First,
    model::{Fixed, keys_condition},
    record::Record,
};

impl DynamicModel {
    /// The row with the id, if there is one. An id of several columns is given as a tuple.
    ///
    /// # Errors
    /// The engine's refusal; an id that the column cannot hold; a value that does not fit its column's type.
    #[track_caller]
    pub fn find<'a>(&self, db: &'a dyn Executor, id: impl IntoKey) -> Call<'a, Option<Record>> {
        Call::task(db, self.find_task(db, self.key(id)))
    }

    /// The row with the id.
    ///
    /// # Errors
    /// As [`find`](Self::find); [`ErrorKind::NotFound`] when there is none.
    #[track_caller]
    pub fn find_required<'a>(&self, db: &'a dyn Executor, id: impl IntoKey) -> Call<'a, Record> {
        let model = self.clone();
        let call = Call::task_with(db, self.find_task(db, self.key(id)), |job| {
            concrete::<First<Record>>(job)?.output()
        });
        Call::steps(async move { call.await?.ok_or_else(|| model.not_found()) })
    }

    /// The rows of any number of ids, in the order in which the database gives them; ids without a row are left out.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    #[track_caller]
    pub fn find_many<'a, K: IntoKey>(
        &self,
        db: &'a dyn Executor,
        ids: impl IntoIterator<Item = K>,
    ) -> Call<'a, Vec<Record>> {
        let query = self.query();
        let condition = ids
            .into_iter()
            .map(|id| self.key(id))
            .collect::<Result<Vec<_>>>()
            .and_then(|keys| keys_condition(&self.as_table(), query.slot(), &keys));
        match condition {
            Ok(condition) => query.condition(condition).get(db),
            Err(e) => Call::failed(e),
        }
    }

    pub(crate) fn key(&self, id: impl IntoKey) -> Result<Vec<Value>> {
        self.check()?;
        fitting(self.table(), id)
    }

    pub(crate) fn find_task(&self, db: &dyn Executor, key: Result<Vec<Value>>) -> Result<First<Record>> {
        let (key, dialect, table) = (key?, db.handle().dialect(), self.as_table());
        if table.key.is_empty() || table.key.len() != key.len() {
            // Says what is wrong: no key, or one of another length.
            compile::find(dialect, &table, key.clone())?;
        }
        let sql = self.statements().get(Fixed::Find, dialect, || {
            compile::find(dialect, &table, vec![Value::Null; table.key.len()]).map(|c| c.sql)
        })?;
        Ok(First::new(
            Statement::new(sql, key),
            Plan::READ_BY_KEY,
            Record::whole(self.clone()),
        ))
    }

    /// No row has the id.
    #[cold]
    pub(crate) fn not_found(&self) -> Error {
        Error::new(
            ErrorKind::NotFound,
            format!("there is no `{}` with that id", self.name()),
        )
        .with_table(self.table().name.clone().into_owned())
    }
}
