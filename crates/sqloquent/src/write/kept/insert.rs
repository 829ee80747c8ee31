//! Inserts of kept records.

use std::sync::Arc;

use sqloquent_core::{Dialect, Result, RowAccess, Value};

use super::{
    RowChange, Stage, change, is_kept,
    keep::keep,
    perform::{Act, Done, perform},
    read,
};
use crate::{
    call::{Call, Task, concrete},
    compile::Conflict,
    content,
    hooks::{Active, Events, Operation},
    job::{Insert, InsertKept},
    query::Decode,
    schema::Table,
    write::{Data, Mapping, Origin, Wanted, nothing_stored, prepare},
};

/// Makes the job that inserts rows of a hashed model, or finds those that are there.
fn sealed_job<T: Send + 'static>(
    dialect: Dialect,
    table: &Table,
    mut rows: Vec<Vec<Value>>,
    decode: Decode<T>,
    values: fn(&T) -> Result<Vec<Value>>,
) -> Result<InsertKept<T>> {
    content::seal(table, &mut rows)?;
    let at = content::id_at(table)?;
    let ids = rows.iter().map(|row| row[at].clone()).collect();
    let with_id = Decode::Closure(Arc::new(move |row: &dyn RowAccess| {
        Ok((row.get(at)?.to_owned(), decode.row(row)?))
    }));
    let wanted = Wanted::Rows(with_id.clone());
    let insert = prepare(dialect, table, rows, Conflict::KeepStored, wanted, |_| None)?;
    Ok(InsertKept::new(
        insert,
        table.clone(),
        dialect,
        ids,
        with_id,
        values,
    ))
}

/// Makes the job that inserts rows of a hashed model and counts the new ones.
fn counted_job<T: Send + 'static>(
    dialect: Dialect,
    table: &Table,
    mut rows: Vec<Vec<Value>>,
) -> Result<Insert<T>> {
    content::seal(table, &mut rows)?;
    prepare(dialect, table, rows, Conflict::KeepStored, Wanted::Count, |_| {
        None
    })
}

/// Whether nothing but the insert itself is to be done.
fn is_bare(table: &Table, hooks: Option<&Active>) -> bool {
    hooks.is_none() && !table.history
}

/// Inserts one row; gives back what is stored, whether it is new or was there.
pub(in crate::write) fn insert<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
) -> Call<'a, T> {
    let hooks = origin.handle.hooks(Operation::Insert, || mapping.subject.clone());
    let dialect = origin.handle.dialect();
    if mapping.table().hashed.is_some() && is_bare(mapping.table(), hooks.as_ref()) {
        if let Err(e) = origin.handle.db.models().note(&mapping.subject) {
            return Call::failed(e);
        }
        let job = sealed_job(
            dialect,
            &mapping.subject.table,
            vec![row],
            mapping.decode,
            mapping.values,
        );
        return match job {
            Ok(job) => Call::ready(origin.handle, origin.caller, Box::new(job), |job| {
                let mut placed = concrete::<InsertKept<T>>(job)?.output()?;
                placed.pop().map(|p| p.row).ok_or_else(nothing_stored)
            }),
            Err(e) => Call::failed(e),
        };
    }
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let data = Data::Rows(vec![row]);
        let act = Act::Insert;
        let done = perform(origin, hooks, mapping.subject, Operation::Insert, act, data).await?;
        read::decoded(&table, &decode, &done.row()?)
    })
}

/// Inserts rows and tells how many are new.
pub(in crate::write) fn insert_many<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    rows: Vec<Vec<Value>>,
) -> Call<'a, u64> {
    let hooks = origin
        .handle
        .hooks(Operation::InsertMany, || mapping.subject.clone());
    let hooks = hooks.filter(|_| !rows.is_empty());
    if mapping.table().hashed.is_some() && is_bare(mapping.table(), hooks.as_ref()) {
        if let Err(e) = origin.handle.db.models().note(&mapping.subject) {
            return Call::failed(e);
        }
        let job = counted_job::<T>(origin.handle.dialect(), mapping.table(), rows);
        return match job {
            Ok(job) => Call::ready(origin.handle, origin.caller, Box::new(job), |job| {
                Ok(concrete::<Insert<T>>(job)?.output()?.1)
            }),
            Err(e) => Call::failed(e),
        };
    }
    let data = Data::Rows(rows);
    Call::steps(async move {
        let act = Act::InsertMany;
        let done = perform(origin, hooks, mapping.subject, Operation::InsertMany, act, data);
        Ok(done.await?.affected)
    })
}

/// Inserts rows and gives back what is stored, each once.
pub(in crate::write) fn insert_many_returning<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    rows: Vec<Vec<Value>>,
) -> Call<'a, Vec<T>> {
    let hooks = origin
        .handle
        .hooks(Operation::InsertMany, || mapping.subject.clone());
    let hooks = hooks.filter(|_| !rows.is_empty());
    let data = Data::Rows(rows);
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let act = Act::Insert;
        let done = perform(origin, hooks, mapping.subject, Operation::InsertMany, act, data).await?;
        let rows = done.rows.iter();
        rows.map(|row| read::decoded(&table, &decode, row)).collect()
    })
}

/// Inserts a row unless it conflicts with one that is there.
pub(in crate::write) fn insert_or_ignore<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
) -> Call<'a, Option<T>> {
    let hooks = origin.handle.hooks(Operation::Insert, || mapping.subject.clone());
    let data = Data::Rows(vec![row]);
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let act = Act::InsertOrIgnore;
        let done = perform(origin, hooks, mapping.subject, Operation::Insert, act, data).await?;
        let row = done.rows.first();
        row.map(|row| read::decoded(&table, &decode, row)).transpose()
    })
}

/// Inserts a row, or changes the one that it conflicts with.
pub(in crate::write) fn upsert<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
    conflict: Conflict,
) -> Call<'a, T> {
    let hooks = origin.handle.hooks(Operation::Save, || mapping.subject.clone());
    let hooks = hooks.filter(|h| h.has(Events::SAVE));
    let data = Data::Rows(vec![row]);
    Call::steps(async move {
        let (table, decode) = (mapping.table().clone(), mapping.decode);
        let act = Act::Upsert(conflict);
        let done = perform(origin, hooks, mapping.subject, Operation::Save, act, data).await?;
        read::decoded(&table, &decode, &done.row()?)
    })
}

/// Inserts rows within a write; the rows of hashed models that are there stay as they are.
pub(super) async fn rows(stage: &Stage<'_>, rows: Vec<Vec<Value>>) -> Result<Done> {
    debug_assert!(is_kept(&stage.handle, stage.table));
    if rows.is_empty() {
        return Ok(Done::default());
    }
    let operation = if rows.len() == 1 {
        Operation::Insert
    } else {
        Operation::InsertMany
    };
    let (table, dialect, decode) = (stage.table, stage.dialect(), read::whole(stage.table));
    let mut new = Vec::new();
    let mut stored = Vec::with_capacity(rows.len());
    if table.hashed.is_some() {
        let job = sealed_job(dialect, table, rows, decode, |row| Ok(row.clone()))?;
        for placed in stage.run(job).await? {
            if placed.new {
                new.push(RowChange::inserted(placed.row.clone()));
            }
            stored.push(placed.row);
        }
    } else {
        let insert = prepare(dialect, table, rows, Conflict::Fail, Wanted::Rows(decode), |_| {
            None
        })?;
        stored = stage.run(insert).await?.0;
        new.extend(stored.iter().cloned().map(RowChange::inserted));
    }
    keep(stage, operation, &new).await?;
    Ok(Done {
        affected: new.len() as u64,
        rows: stored,
        ..Done::default()
    })
}

/// Inserts a row within a write unless it conflicts with one.
pub(super) async fn unless_there(stage: &Stage<'_>, row: Vec<Value>) -> Result<Done> {
    let mut rows = vec![row];
    if stage.table.hashed.is_some() {
        content::seal(stage.table, &mut rows)?;
    }
    let wanted = Wanted::Rows(read::whole(stage.table));
    let insert = prepare(
        stage.dialect(),
        stage.table,
        rows,
        Conflict::Ignore,
        wanted,
        |_| None,
    )?;
    let (stored, _) = stage.run(insert).await?;
    let new: Vec<RowChange> = stored.iter().cloned().map(RowChange::inserted).collect();
    keep(stage, Operation::Insert, &new).await?;
    Ok(Done {
        affected: new.len() as u64,
        rows: stored,
        ..Done::default()
    })
}

/// Inserts a row within a write, or changes the one that has its values in the columns of the conflict.
pub(super) async fn or_change(stage: &Stage<'_>, row: Vec<Value>, conflict: &Conflict) -> Result<Done> {
    let mut row = [row];
    if stage.table.hashed.is_some() {
        content::seal(stage.table, &mut row)?;
    }
    let [row] = row;
    let Conflict::Update { on, set } = conflict else {
        return rows(stage, vec![row]).await;
    };
    let Some(before) = read::by_columns(stage, on, &row).await? else {
        return rows(stage, vec![row]).await;
    };
    let mut after = before.clone();
    for &i in set {
        if let (Some(place), Some(value)) = (after.get_mut(i), row.get(i))
            && stage.table.version != Some(i)
        {
            *place = value.clone();
        }
    }
    let stored = change::apply(stage, before, after).await?;
    Ok(Done {
        rows: vec![stored],
        affected: 1,
        ..Done::default()
    })
}
