//! Updating and saving instances.

use std::panic::Location;

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{
    Model,
    find::not_found,
    row::ValuesRow,
    write::{check_has_id, nothing_stored, prepare, stored, table, take_over},
};
use crate::{
    call::{Call, Task as _, run},
    compile::Conflict,
    executor::Executor,
    job::{Store, Stored},
    query::Decode,
    schema::{Generated, Table},
    write,
};

fn decode<M: Model>() -> Decode<M> {
    Decode::Function(|row| M::decode(row, 0))
}

/// The error for a row that somebody else changed since it was read.
#[cold]
pub(super) fn stale<M: Model>() -> Error {
    let table = M::table();
    Error::new(
        ErrorKind::StaleVersion,
        format!(
            "this `{}` was changed by somebody else since it was read; reload it and try again",
            table.model
        ),
    )
    .with_table(table.name.clone().into_owned())
}

#[track_caller]
pub(super) fn update<'a, M: Model>(
    instance: &'a mut M,
    db: &'a dyn Executor,
    edit: impl FnOnce(&mut M),
) -> Call<'a, ()> {
    let caller = Location::caller();
    let job = update_job(instance, db, edit);
    match job {
        Err(e) => Call::failed(e),
        Ok(None) => Call::steps(std::future::ready(Ok(()))),
        Ok(Some(job)) => Call::steps(async move {
            match run(db.handle(), caller, job).await?.output()? {
                Stored::Row(row) => {
                    instance.absorb(row);
                    Ok(())
                }
                Stored::Missing => Err(not_found::<M>()),
                Stored::Stale => Err(stale::<M>()),
            }
        }),
    }
}

/// Compares what the instance stores before and after the edit. The instance goes back to what it was; it takes over
/// the changed row once that is stored.
fn update_job<M: Model>(
    instance: &mut M,
    db: &dyn Executor,
    edit: impl FnOnce(&mut M),
) -> Result<Option<Store<M>>> {
    let table = table::<M>();
    let before = instance.values()?;
    edit(instance);
    let after = instance.values();
    instance.absorb(M::decode(
        &ValuesRow {
            table: M::table(),
            values: &before,
        },
        0,
    )?);
    let after = after?;
    check_has_id(&table, &before)?;
    if table.key.iter().any(|&i| before.get(i) != after.get(i)) {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "an update cannot change the id of a `{}`; insert another one and delete this",
                table.model
            ),
        )
        .with_table(table.name.clone().into_owned()));
    }
    let columns = write::changes(&table, &before, &after);
    if columns.is_empty() {
        return Ok(None);
    }
    let dialect = db.handle().dialect();
    Ok(Some(Store::new(write::change(
        dialect,
        &table,
        &before,
        &after,
        &columns,
        None,
        decode(),
    )?)))
}

#[track_caller]
pub(super) fn save<'a, M: Model>(instance: &'a mut M, db: &'a dyn Executor) -> Call<'a, ()> {
    let caller = Location::caller();
    let values = match instance.values() {
        Ok(values) => values,
        Err(e) => return Call::failed(e),
    };
    let table = table::<M>();
    if table.key.is_empty() {
        return Call::failed(
            Error::new(
                ErrorKind::Configuration,
                format!(
                    "`{}` has no id, so `save` cannot tell whether it is stored; use `insert`",
                    table.model
                ),
            )
            .with_table(table.name.clone().into_owned()),
        );
    }
    if unstored(&table, &values) || table.version.is_none() {
        let conflict = if unstored(&table, &values) {
            Conflict::Fail
        } else {
            take_over(&table, table.key.to_vec())
        };
        let job = prepare(db, [&*instance], conflict, stored::<M>());
        return match job {
            Err(e) => Call::failed(e),
            Ok(job) => Call::steps(async move {
                let rows = run(db.handle(), caller, job).await?.output()?.0;
                instance.absorb(rows.into_iter().next().ok_or_else(nothing_stored)?);
                Ok(())
            }),
        };
    }
    match versioned_save(instance, db, &table, &values) {
        Err(e) => Call::failed(e),
        Ok(job) => Call::steps(async move {
            match run(db.handle(), caller, job).await?.output()? {
                Stored::Row(row) => {
                    instance.absorb(row);
                    Ok(())
                }
                Stored::Missing => Err(nothing_stored()),
                Stored::Stale => Err(stale::<M>()),
            }
        }),
    }
}

/// Whether the database has still to give the row its key.
fn unstored(table: &Table, values: &[Value]) -> bool {
    table.key.iter().any(|&i| {
        table.columns[i].generated == Generated::Increment
            && values.get(i).is_none_or(|v| v.is_null() || *v == Value::Int(0))
    })
}

/// An update of every column where the version is the one that was read, or else an insert.
fn versioned_save<M: Model>(
    instance: &M,
    db: &dyn Executor,
    table: &Table,
    values: &[Value],
) -> Result<Store<M>> {
    let every: Vec<usize> = (0..values.len())
        .filter(|i| !table.key.contains(i) && table.columns[*i].generated == Generated::No)
        .filter(|&i| table.created_at != Some(i))
        .collect();
    let otherwise = prepare(db, [instance], Conflict::Fail, stored::<M>())?;
    let dialect = db.handle().dialect();
    Ok(Store::new(write::change(
        dialect,
        table,
        values,
        values,
        &every,
        Some(otherwise),
        decode(),
    )?))
}
