//! Updates and deletes of the rows of a query.

use sqloquent_core::{Error, ErrorKind, Result};

use super::{Query, Shape};
use crate::{
    call::Call,
    executor::Executor,
    expr::{Assignment, Assignments, Expr},
    schema::TableDef,
    types::{IntoValue, coerce},
    write,
};

impl<S: Shape, T> Query<S, T> {
    /// Updates the rows of the query and returns how many there were. For values that differ from row to row there is
    /// [`update_each`](crate::Model::update_each).
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let n = User::query().equal("active", true).update(&db, |u| [u.active.set(false), u.logins.add(1)]).await?;
    /// assert_eq!(n, 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] without any condition, unless [`all_rows`](Self::all_rows) was called; the engine's
    /// refusal.
    #[track_caller]
    pub fn update<'a, A: Assignments>(
        &self,
        db: &'a dyn Executor,
        set: impl FnOnce(S::Columns) -> A,
    ) -> Call<'a, u64> {
        let set = set(S::columns_of(&self.select)).into_vec();
        write::update_query(db, &self.select, set)
    }
}

impl<S, T> Query<S, T> {
    /// Updates the rows of the query by column names and returns how many there were.
    ///
    /// # Errors
    /// As [`update`](Self::update); [`ErrorKind::UnknownColumn`] for a column that the table does not have.
    #[track_caller]
    pub fn update_columns<'a, N, V>(
        &self,
        db: &'a dyn Executor,
        set: impl IntoIterator<Item = (N, V)>,
    ) -> Call<'a, u64>
    where
        N: AsRef<str>,
        V: IntoValue,
    {
        let table = self.select.base();
        let set: Result<Vec<_>> = set
            .into_iter()
            .map(|(name, value)| assignment(table, name.as_ref(), value))
            .collect();
        match set {
            Ok(set) => write::update_query(db, &self.select, set),
            Err(e) => Call::failed(e),
        }
    }

    /// Deletes the rows of the query and returns how many there were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] without any condition, unless [`all_rows`](Self::all_rows) was called; the engine's
    /// refusal.
    #[track_caller]
    pub fn delete<'a>(&self, db: &'a dyn Executor) -> Call<'a, u64> {
        write::delete_query(db, &self.select)
    }
}

impl<S, T: Send + 'static> Query<S, T> {
    /// Updates the rows of the query by column names and returns them as they are stored then.
    ///
    /// # Errors
    /// As [`update_columns`](Self::update_columns); [`ErrorKind::Unsupported`] where the engine cannot return changed
    /// rows.
    #[track_caller]
    pub fn update_returning<'a, N, V>(
        &self,
        db: &'a dyn Executor,
        set: impl IntoIterator<Item = (N, V)>,
    ) -> Call<'a, Vec<T>>
    where
        N: AsRef<str>,
        V: IntoValue,
    {
        let table = self.select.base();
        let set: Result<Vec<_>> = set
            .into_iter()
            .map(|(n, v)| assignment(table, n.as_ref(), v))
            .collect();
        match set {
            Ok(set) => write::update_query_returning(db, &self.select, set, self.decode.clone()),
            Err(e) => Call::failed(e),
        }
    }

    /// Deletes the rows of the query and returns them as they were.
    ///
    /// # Errors
    /// As [`delete`](Self::delete); [`ErrorKind::Unsupported`] where the engine cannot return deleted rows.
    #[track_caller]
    pub fn delete_returning<'a>(&self, db: &'a dyn Executor) -> Call<'a, Vec<T>> {
        write::delete_query_returning(db, &self.select, self.decode.clone())
    }
}

/// A column set to a value of its type.
fn assignment(table: &TableDef, name: &str, value: impl IntoValue) -> Result<Assignment> {
    let value = value.into_value();
    if table.columns.is_empty() {
        return Ok(Assignment::named(name.to_owned(), Expr::Value(value?)));
    }
    let def = table.column(name)?;
    let value = value
        .and_then(|v| coerce(v, def.ty, def.nullable))
        .map_err(|e| e.writing(&table.name, &def.name))?;
    Ok(Assignment::named(def.name.clone(), Expr::Value(value)))
}

/// Refuses to change every row unless that was said.
pub(crate) fn check_meant(select: &super::Select, what: &str) -> Result<()> {
    // A left join keeps every row, and the model's own scope is no condition of the caller's.
    let narrowed = select.filter.len() > select.scoped
        || select.limit.is_some()
        || select.offset.is_some()
        || select
            .sources
            .iter()
            .any(|s| s.join.as_ref().is_some_and(|j| j.kind == super::JoinKind::Inner));
    if narrowed || select.all_rows || select.mistake.is_some() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidQuery,
        format!("the query has no condition and would {what} every row; add one, or call `.all_rows()` if that is meant"),
    )
    .with_table(select.base().name.clone().into_owned()))
}
