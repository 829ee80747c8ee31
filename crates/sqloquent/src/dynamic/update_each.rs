//! Updating many rows of a dynamic model by their ids, each with values of its own.

use sqloquent_core::{Result, Value};

use super::{DynamicModel, IntoKey, IntoValues, key::fitting};
use crate::{
    call::Call,
    executor::Executor,
    schema::TableDef,
    types::{ValueError, coerce},
    write::{self, Each, Origin},
};

impl DynamicModel {
    /// Sets columns of many rows, found by id, each to values of its own, by one statement that is prepared once. Tells
    /// how many rows were changed. The rows are pairs of an id and a value, or a tuple or vector of values where there are
    /// several columns.
    ///
    /// All rows are changed or none: in a transaction of the call's own, or as one part of the transaction that it is
    /// called in, which goes on after a failure. Ids without a row are no mistake, as with updates of queries. An id that
    /// is given twice is updated twice, in that order, and counted twice. Hooks for updates run for each row by itself, as
    /// if each were updated by a query.
    ///
    /// ```
    /// # use sqloquent::prelude::*;
    /// # fn main() -> Result<()> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// let users = DynamicModel::new("users", ["id", "name", "score"]);
    /// # db.execute_script("create table users (id text primary key, name text, score real)").await?;
    /// # users.insert(&db, (("id", "ada"), ("name", "Ada"), ("score", 1.0))).await?;
    /// let n = users.update_each(&db, ["score"], [("ada", 9.5), ("nobody", 1.0)]).await?;
    /// assert_eq!(n, 1);
    /// users.update_each(&db, ["name", "score"], [("ada", ("Lovelace", 10.0))]).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The engine's refusal of any row, such as [`ErrorKind::Unique`](crate::ErrorKind::Unique); nothing is changed then.
    /// [`ErrorKind::UnknownColumn`](crate::ErrorKind::UnknownColumn) for a name that is no column; a column of the id, or
    /// a column twice; a row of another number of values than columns; a value that does not fit its column.
    #[track_caller]
    pub fn update_each<'a, N: AsRef<str>, K: IntoKey, V: IntoValues>(
        &self,
        db: &'a dyn Executor,
        columns: impl IntoIterator<Item = N>,
        rows: impl IntoIterator<Item = (K, V)>,
    ) -> Call<'a, u64> {
        let each = self.gathered(columns, rows);
        write::update_each(Origin::here(db), self.query().tree(), each)
    }

    fn gathered<K: IntoKey, V: IntoValues>(
        &self,
        columns: impl IntoIterator<Item: AsRef<str>>,
        rows: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Each> {
        self.check()?;
        let table = self.table();
        let columns = columns.into_iter().map(|name| {
            let name = name.as_ref();
            table.position(name).ok_or_else(|| table.unknown_column(name))
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let mut each = Each::new(table, columns.clone())?;
        let rows = rows.into_iter();
        each.reserve(table, rows.size_hint().0);
        for (key, values) in rows {
            each.add(
                table,
                |into| add_values(table, &columns, values, into),
                |into| {
                    into.append(&mut fitting(table, key)?);
                    Ok(())
                },
            )?;
        }
        Ok(each)
    }
}

/// Adds values, each as its column holds it.
fn add_values(
    table: &TableDef,
    columns: &[usize],
    values: impl IntoValues,
    into: &mut Vec<Value>,
) -> Result<()> {
    let unfit = |i: usize, error: ValueError| match columns.get(i) {
        Some(&at) => error.writing(&table.name, &table.columns[at].name),
        None => error.into(),
    };
    let values = values.into_values().map_err(|(i, e)| unfit(i, e))?;
    for (i, value) in values.into_iter().enumerate() {
        into.push(match columns.get(i).map(|&at| &table.columns[at]) {
            Some(def) => coerce(value, def.ty, def.nullable).map_err(|e| unfit(i, e))?,
            // Too many values, which is told once they are counted.
            None => value,
        });
    }
    Ok(())
}
