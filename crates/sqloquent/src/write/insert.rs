//! Inserts.

use std::any::Any;

use sqloquent_core::{Dialect, Result, Value};

use super::{
    Data, Mapping, Origin, Seen, Subject, Write,
    kept::{self, Way, is_kept},
    nothing_stored,
    perform::output,
    whole_rows::WholeRows,
};
use crate::{
    call::{Call, Finish},
    compile::Conflict,
    hooks::{Events, Operation},
    job::{Insert, OneRow, Rows},
    query::Decode,
    schema::{Generated, Table},
};

/// What an insert is to give back.
pub(crate) enum Wanted<T> {
    /// Only how many rows.
    Count,
    /// The rows as they are stored.
    Rows(Decode<T>),
}

/// Makes the job of an insert of rows given as the values of all mapped columns.
///
/// `fixed` finds the text of the plain one-row insert where it is kept.
pub(crate) fn prepare<T>(
    dialect: Dialect,
    table: &Table,
    rows: Vec<Vec<Value>>,
    conflict: Conflict,
    wanted: Wanted<T>,
    fixed: impl FnOnce(&[usize]) -> Option<Result<OneRow>>,
) -> Result<Insert<T>> {
    let overwrites = matches!(conflict, Conflict::Update { .. });
    let rows = WholeRows::of(table, rows, overwrites)?;
    prepare_whole(dialect, table, rows, conflict, wanted, fixed)
}

/// The same of rows that are complete.
pub(super) fn prepare_whole<T>(
    dialect: Dialect,
    table: &Table,
    rows: WholeRows,
    conflict: Conflict,
    wanted: Wanted<T>,
    fixed: impl FnOnce(&[usize]) -> Option<Result<OneRow>>,
) -> Result<Insert<T>> {
    // A counted key that no row has is left to the database; where only some have it, NULL asks for a number.
    let counted = |i: usize| table.columns[i].generated == Generated::Increment;
    let columns: Vec<usize> = (0..table.columns.len())
        .filter(|&i| match table.columns[i].generated {
            Generated::Always => false,
            Generated::Increment => rows.any_has(i),
            Generated::No => true,
        })
        .filter(|&i| {
            // A column with a default in the database that every row leaves NULL though it must not be.
            let def = &table.columns[i];
            def.default_sql.is_none() || def.nullable || counted(i) || rows.any_has(i)
        })
        .collect();
    let count = rows.count();
    let values = rows.into_values(&columns);
    let single = match fixed(&columns) {
        Some(sql) => Some(sql?),
        None => None,
    };
    let decode = match wanted {
        Wanted::Count => None,
        Wanted::Rows(decode) => Some(decode),
    };
    let rows = Rows {
        table: table.clone(),
        columns,
        values,
        count,
        conflict,
    };
    Ok(Insert::new(rows, dialect, single, decode))
}

/// Makes the job of an insert out of what the hooks left.
fn job<T>(
    dialect: Dialect,
    mapping: &Mapping<T>,
    data: Data,
    conflict: &Conflict,
    counted: bool,
) -> Result<Insert<T>> {
    let rows = data.into_rows();
    let plain = *conflict == Conflict::Fail && rows.len() == 1 && !counted;
    let wanted = if counted {
        Wanted::Count
    } else {
        Wanted::Rows(mapping.decode.clone())
    };
    prepare(
        dialect,
        mapping.table(),
        rows,
        conflict.clone(),
        wanted,
        |columns| plain.then(|| mapping.fixed_insert(dialect, columns)).flatten(),
    )
}

/// Prepares the insert of one row.
pub(crate) fn insert<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
) -> Result<impl Future<Output = Result<T>> + Send + use<'a, T>> {
    let (subject, values) = (mapping.subject.clone(), mapping.values);
    let way = if is_kept(&origin.handle, mapping.table()) {
        Way::Kept(kept::insert(origin, mapping, row))
    } else {
        let compile = move |dialect: Dialect, _: &Subject, data: Data| {
            job(dialect, &mapping, data, &Conflict::Fail, false)
        };
        let data = Data::Rows(vec![row]);
        Way::Plain(Write::new(origin, Operation::Insert, subject, data, compile)?)
    };
    Ok(async move {
        match way {
            Way::Kept(call) => call.await,
            Way::Plain(write) => {
                let settle = |(rows, _): (Vec<T>, u64)| rows.into_iter().next().ok_or_else(nothing_stored);
                write.run(settle, |row| Ok(Seen::rows(vec![values(row)?]))).await
            }
        }
    })
}

/// Inserts one row and gives it back as it is stored.
pub(crate) fn insert_call<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Result<Vec<Value>>,
) -> Call<'a, T> {
    if is_kept(&origin.handle, mapping.table()) {
        return match row {
            Ok(row) => kept::insert(origin, mapping, row),
            Err(e) => Call::failed(e),
        };
    }
    let rows = row.map(|row| vec![row]);
    rows_call(
        origin,
        mapping,
        Operation::Insert,
        rows,
        Conflict::Fail,
        first::<T>,
        std::slice::from_ref,
    )
}

/// The row that an insert of one stored.
fn first<T: Send + 'static>(job: Box<dyn Any + Send>) -> Result<T> {
    let (rows, _) = output::<Insert<T>>(job)?;
    rows.into_iter().next().ok_or_else(nothing_stored)
}

/// Inserts rows and tells how many.
pub(crate) fn insert_many<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    rows: Result<Vec<Vec<Value>>>,
) -> Call<'a, u64> {
    if is_kept(&origin.handle, mapping.table()) {
        return match rows {
            Ok(rows) => kept::insert_many(origin, mapping, rows),
            Err(e) => Call::failed(e),
        };
    }
    let subject = mapping.subject.clone();
    let compile =
        move |dialect: Dialect, _: &Subject, data: Data| job(dialect, &mapping, data, &Conflict::Fail, true);
    let write = rows.and_then(|rows| {
        let hooks = origin.handle.hooks(Operation::InsertMany, || subject.clone());
        let hooks = hooks.filter(|_| !rows.is_empty());
        Write::with(
            origin,
            hooks,
            Operation::InsertMany,
            subject,
            Data::Rows(rows),
            compile,
        )
    });
    Write::call(
        write,
        |job| Ok(output::<Insert<T>>(job)?.1),
        |&affected| Ok(Seen::affected(affected)),
    )
}

/// Inserts rows and gives them back as they are stored.
pub(crate) fn insert_many_returning<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    rows: Result<Vec<Vec<Value>>>,
) -> Call<'a, Vec<T>> {
    if is_kept(&origin.handle, mapping.table()) {
        return match rows {
            Ok(rows) => kept::insert_many_returning(origin, mapping, rows),
            Err(e) => Call::failed(e),
        };
    }
    let finish: Finish<Vec<T>> = |job| Ok(output::<Insert<T>>(job)?.0);
    rows_call(
        origin,
        mapping,
        Operation::InsertMany,
        rows,
        Conflict::Fail,
        finish,
        Vec::as_slice,
    )
}

/// Inserts a row and gives it back as it is stored; none when there is one that it conflicts with.
pub(crate) fn insert_or_ignore<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Result<Vec<Value>>,
) -> Call<'a, Option<T>> {
    if is_kept(&origin.handle, mapping.table()) {
        return match row {
            Ok(row) => kept::insert_or_ignore(origin, mapping, row),
            Err(e) => Call::failed(e),
        };
    }
    let rows = row.map(|row| vec![row]);
    let finish: Finish<Option<T>> = |job| Ok(output::<Insert<T>>(job)?.0.into_iter().next());
    rows_call(
        origin,
        mapping,
        Operation::Insert,
        rows,
        Conflict::Ignore,
        finish,
        Option::as_slice,
    )
}

/// Inserts a row, or changes the one that it conflicts with.
pub(crate) fn upsert<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Result<(Vec<Value>, Conflict)>,
) -> Call<'a, T> {
    let (row, conflict) = match row {
        Ok((row, conflict)) => (row, conflict),
        Err(e) => return Call::failed(e),
    };
    if is_kept(&origin.handle, mapping.table()) {
        return kept::upsert(origin, mapping, row, conflict);
    }
    rows_call(
        origin,
        mapping,
        Operation::Save,
        Ok(vec![row]),
        conflict,
        first::<T>,
        std::slice::from_ref,
    )
}

/// An insert of any kind whose rows are given back; `rows_of` shows them to the hooks after it.
fn rows_call<'a, T: Send + 'static, R: Send + 'a>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    operation: Operation,
    rows: Result<Vec<Vec<Value>>>,
    conflict: Conflict,
    finish: Finish<R>,
    rows_of: fn(&R) -> &[T],
) -> Call<'a, R> {
    let (subject, values) = (mapping.subject.clone(), mapping.values);
    let compile =
        move |dialect: Dialect, _: &Subject, data: Data| job(dialect, &mapping, data, &conflict, false);
    let write = rows.and_then(|rows| {
        let hooks = origin.handle.hooks(operation, || subject.clone());
        // Nothing to insert: nothing to tell. And an upsert has no other events than its own.
        let hooks =
            hooks.filter(|h| !rows.is_empty() && (operation != Operation::Save || h.has(Events::SAVE)));
        Write::with(origin, hooks, operation, subject, Data::Rows(rows), compile)
    });
    Write::call(write, finish, move |done| {
        let rows = rows_of(done);
        if rows.is_empty() {
            return Ok(Seen::NOTHING);
        }
        rows.iter().map(values).collect::<Result<_>>().map(Seen::rows)
    })
}
