//! Inserting and deleting.

use std::panic::Location;

use sqloquent_core::{Error, ErrorKind, Result, Sql, Value};

use super::{
    Model,
    find::{find_task, not_found},
    save::stale,
    statement_cache::Fixed,
};
use crate::{
    call::{Call, Task as _, concrete, run},
    compile::{self, Conflict, InsertTree},
    executor::Executor,
    expr::{Expr, Slot},
    job::Insert,
    query::{Decode, Selection},
    schema::{Generated, Table, TableDef},
    write::{self, Wanted},
};

/// Rows as they are stored.
pub(super) fn stored<M: Model>() -> Wanted<M> {
    Wanted::Rows(Decode::Function(|row| M::decode(row, 0)))
}

pub(super) fn table<M: Model>() -> Table {
    Table::Static(M::table())
}

pub(super) fn prepare<'m, M: Model, T>(
    db: &dyn Executor,
    rows: impl IntoIterator<Item = &'m M>,
    conflict: Conflict,
    wanted: Wanted<T>,
) -> Result<Insert<T>> {
    let rows: Vec<Vec<Value>> = rows.into_iter().map(M::values).collect::<Result<_>>()?;
    let dialect = db.handle().dialect();
    let table = table::<M>();
    let plain = conflict == Conflict::Fail && rows.len() == 1 && matches!(wanted, Wanted::Rows(_));
    write::prepare(dialect, &table, rows, conflict, wanted, |columns| {
        let usual = columns.iter().copied().eq(usual_columns(&table));
        (plain && usual && dialect.returning).then(|| cached_insert::<M>(dialect, &table, columns))
    })
}

/// The columns that a plain insert writes: all but those that the database computes or counts.
fn usual_columns(table: &TableDef) -> impl Iterator<Item = usize> {
    (0..table.columns.len()).filter(|&i| table.columns[i].generated == Generated::No)
}

fn cached_insert<M: Model>(
    dialect: sqloquent_core::Dialect,
    table: &Table,
    columns: &[usize],
) -> Result<Sql> {
    M::statements().get(Fixed::Insert, dialect, || {
        let tree = InsertTree {
            table,
            columns,
            rows: 1,
            conflict: &Conflict::Fail,
            returning: true,
        };
        compile::compile(dialect, |w| w.insert(&tree, None)).map(|c| c.sql)
    })
}

#[track_caller]
pub(super) fn insert<M: Model>(db: &dyn Executor, instance: M) -> Call<'_, M> {
    let caller = Location::caller();
    match prepare(db, [&instance], Conflict::Fail, stored::<M>()) {
        Err(e) => Call::failed(e),
        Ok(job) => Call::steps(async move {
            let mut instance = instance;
            let rows = run(db.handle(), caller, job).await?.output()?.0;
            instance.absorb(rows.into_iter().next().ok_or_else(nothing_stored)?);
            Ok(instance)
        }),
    }
}

#[cold]
pub(crate) fn nothing_stored() -> Error {
    Error::new(
        ErrorKind::Database,
        "the engine stored nothing and said nothing; a trigger may have ignored the row",
    )
}

#[track_caller]
pub(super) fn insert_many<M: Model>(db: &dyn Executor, rows: impl IntoIterator<Item = M>) -> Call<'_, u64> {
    let rows: Vec<M> = rows.into_iter().collect();
    write::insert_many(db, prepare(db, &rows, Conflict::Fail, Wanted::Count))
}

#[track_caller]
pub(super) fn insert_many_returning<M: Model>(
    db: &dyn Executor,
    rows: impl IntoIterator<Item = M>,
) -> Call<'_, Vec<M>> {
    let rows: Vec<M> = rows.into_iter().collect();
    let task = prepare(db, &rows, Conflict::Fail, stored::<M>());
    Call::task_with(db, task, |job| Ok(concrete::<Insert<M>>(job)?.output()?.0))
}

#[track_caller]
pub(super) fn insert_or_ignore<'a, M: Model>(db: &'a dyn Executor, instance: &M) -> Call<'a, Option<M>> {
    write::insert(db, prepare(db, [instance], Conflict::Ignore, stored::<M>()))
}

/// The positions of selected columns.
fn positions(table: &TableDef, exprs: &[Expr]) -> Result<Vec<usize>> {
    exprs
        .iter()
        .map(|e| match e {
            Expr::Column(c) => table
                .position(&c.name)
                .ok_or_else(|| table.unknown_column(&c.name)),
            _ => Err(Error::new(
                ErrorKind::InvalidQuery,
                "an upsert conflicts on columns, not on expressions",
            )),
        })
        .collect()
}

#[track_caller]
pub(super) fn upsert<'a, M: Model, X: Selection>(
    db: &'a dyn Executor,
    instance: &M,
    on: impl FnOnce(M::Columns) -> X,
) -> Call<'a, M> {
    let mut exprs = Vec::new();
    on(M::columns(Slot::fresh())).exprs(&mut exprs);
    let task = positions(M::table(), &exprs).and_then(|on| {
        let conflict = take_over(M::table(), on);
        prepare(db, [instance], conflict, stored::<M>())
    });
    Call::task_with(db, task, |job| {
        concrete::<Insert<M>>(job)?
            .output()?
            .0
            .into_iter()
            .next()
            .ok_or_else(nothing_stored)
    })
}

/// On conflict, everything is taken from the new row but the key, the conflicting columns and the time of creation.
pub(crate) fn take_over(table: &TableDef, on: Vec<usize>) -> Conflict {
    let set = (0..table.columns.len())
        .filter(|i| !on.contains(i) && !table.key.contains(i) && table.created_at != Some(*i))
        .filter(|&i| table.columns[i].generated == Generated::No)
        .collect();
    Conflict::Update { on, set }
}

#[track_caller]
pub(super) fn delete<'a, M: Model>(instance: &M, db: &'a dyn Executor) -> Call<'a, ()> {
    let caller = Location::caller();
    let table = table::<M>();
    let task = instance.values().and_then(|values| {
        check_has_id(&table, &values)?;
        let find = match table.version {
            Some(_) => {
                let key = table.key.iter().map(|&i| values[i].clone()).collect();
                Some(find_task::<M>(db, Ok(key))?)
            }
            None => None,
        };
        Ok((write::delete_row(db.handle().dialect(), &table, &values)?, find))
    });
    match task {
        Err(e) => Call::failed(e),
        Ok((job, find)) => Call::steps(async move {
            if run(db.handle(), caller, job).await?.output()? > 0 {
                return Ok(());
            }
            // Nothing was deleted: the row is gone, or has another version.
            if let Some(find) = find
                && run(db.handle(), caller, find).await?.output()?.is_some()
            {
                return Err(stale::<M>());
            }
            Err(not_found::<M>())
        }),
    }
}

/// Refuses to look for a row by a key that the database has not given yet.
pub(crate) fn check_has_id(table: &Table, values: &[Value]) -> Result<()> {
    let unset = table.key.iter().any(|&i| {
        let counted = table.columns[i].generated == Generated::Increment;
        values
            .get(i)
            .is_none_or(|v| v.is_null() || counted && *v == Value::Int(0))
    });
    if unset {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!("this `{}` has no id yet; insert it first", table.model),
        )
        .with_table(table.name.clone().into_owned()));
    }
    Ok(())
}
