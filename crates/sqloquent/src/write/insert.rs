//! Inserts.

use sqloquent_core::{Dialect, Error, ErrorKind, Result, Sql, Value};

use super::now::{now_micros, stamp, unset};
use crate::{
    call::Call,
    compile::Conflict,
    executor::Executor,
    job::{Insert, Rows},
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
    mut rows: Vec<Vec<Value>>,
    conflict: Conflict,
    wanted: Wanted<T>,
    fixed: impl FnOnce(&[usize]) -> Option<Result<Sql>>,
) -> Result<Insert<T>> {
    let now = now_micros();
    let overwrites = matches!(conflict, Conflict::Update { .. });
    for row in &mut rows {
        complete(table, row, now, overwrites)?;
    }
    // A counted key that no row has is left to the database; where only some have it, NULL asks for a number.
    let counted = |i: usize| table.columns[i].generated == Generated::Increment;
    let columns: Vec<usize> = (0..table.columns.len())
        .filter(|&i| match table.columns[i].generated {
            Generated::Always => false,
            Generated::Increment => rows.iter().any(|r| !r[i].is_null()),
            Generated::No => true,
        })
        .filter(|&i| {
            // A column with a default in the database that every row leaves NULL though it must not be.
            let def = &table.columns[i];
            def.default_sql.is_none() || def.nullable || counted(i) || rows.iter().any(|r| !r[i].is_null())
        })
        .collect();
    let count = rows.len();
    let everything = columns.len() == table.columns.len();
    let values = if everything {
        rows.into_iter().flatten().collect()
    } else {
        rows.into_iter()
            .flat_map(|mut row| {
                columns
                    .iter()
                    .map(|&i| std::mem::take(&mut row[i]))
                    .collect::<Vec<_>>()
            })
            .collect()
    };
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

/// Brings a row to the length of the table, with timestamps, and NULL for keys that the database counts. A row that may
/// overwrite another is changed now, whatever it says.
fn complete(table: &Table, row: &mut Vec<Value>, now: i64, overwrites: bool) -> Result<()> {
    let mapped = table.mapped().count();
    if row.len() != mapped {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!("a row of `{}` has {mapped} values, not {}", table.name, row.len()),
        ));
    }
    row.resize(table.columns.len(), Value::Null);
    for at in [table.created_at, table.updated_at].into_iter().flatten() {
        if unset(&row[at]) || overwrites && table.updated_at == Some(at) {
            row[at] = stamp(table.columns[at].ty, now);
        }
    }
    for (def, value) in table.columns.iter().zip(row.iter_mut()) {
        if def.generated == Generated::Increment && matches!(value, Value::Int(0)) {
            *value = Value::Null;
        }
    }
    Ok(())
}

/// Inserts one row and gives it back as it is stored; none when a conflict let it be left out.
#[track_caller]
pub(crate) fn insert<'a, T: Send + 'static>(
    db: &'a dyn Executor,
    task: Result<Insert<T>>,
) -> Call<'a, Option<T>> {
    Call::task_with(db, task, |job| {
        use crate::call::{Task as _, concrete};
        Ok(concrete::<Insert<T>>(job)?.output()?.0.into_iter().next())
    })
}

/// Inserts rows and tells how many.
#[track_caller]
pub(crate) fn insert_many<'a>(db: &'a dyn Executor, task: Result<Insert<()>>) -> Call<'a, u64> {
    Call::task_with(db, task, |job| {
        use crate::call::{Task as _, concrete};
        Ok(concrete::<Insert<()>>(job)?.output()?.1)
    })
}
