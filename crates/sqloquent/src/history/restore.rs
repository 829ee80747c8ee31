//! Making a record again what it was.

use std::{panic::Location, sync::Arc};

use sqloquent_core::{Plan, Result, TxOptions, Value};

use crate::{
    call::{Task as _, run},
    compile,
    executor::{Executor as _, Handle},
    job::First,
    model::ValuesRow,
    query::Decode,
    schema::Table,
    tx::{ExecutorView, Savepoint},
    types::read_as,
    write::{self, Mapping, Origin, key_of},
};

/// Makes the record a row again: where the row of `newest` is there, that is updated. All in one transaction.
pub(super) async fn restore<T: Send + 'static>(
    origin: Origin<'_>,
    mapping: Mapping<T>,
    row: Vec<Value>,
    newest: Vec<Value>,
) -> Result<T> {
    let Origin { handle, caller } = origin;
    if handle.session.is_some() {
        let savepoint = Savepoint::open(handle, caller).await?;
        let done = within(savepoint.handle(), caller, mapping, row, newest).await;
        match done {
            Ok(_) => savepoint.release().await?,
            Err(_) => savepoint.rollback().await?,
        }
        return done;
    }
    let tx = handle.begin(TxOptions::new(), caller).await?;
    let done = within(tx.handle(), caller, mapping, row, newest).await;
    match done {
        Ok(_) => tx.commit().await?,
        // The error of the write is the one that matters.
        Err(_) => {
            let _ = tx.rollback().await;
        }
    }
    done
}

async fn within<T: Send + 'static>(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    mapping: Mapping<T>,
    mut row: Vec<Value>,
    newest: Vec<Value>,
) -> Result<T> {
    let view = ExecutorView::new(handle).restoring();
    let origin = Origin {
        handle: view.handle(),
        caller,
    };
    let table = mapping.table().clone();
    let Some(current) = stored(origin.handle, caller, &table, &newest).await? else {
        return write::insert(origin, mapping, row)?.await;
    };
    // What stands for the row itself, and not for its content, stays.
    for &at in table.key.iter().chain(&table.version) {
        row[at] = current[at].clone();
    }
    let decode = mapping.decode.clone();
    match write::update(origin, mapping, current.clone(), row)? {
        Some(update) => update.await,
        None => decode.row(&ValuesRow {
            table: &table,
            values: &current,
        }),
    }
}

/// The row of the same key, as it is stored.
async fn stored(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    table: &Table,
    row: &[Value],
) -> Result<Option<Vec<Value>>> {
    let find = compile::find(handle.dialect(), table, key_of(table, row))?;
    let of = table.clone();
    let decode = Decode::Closure(Arc::new(move |row| {
        let columns = of.mapped().enumerate();
        columns
            .map(|(i, def)| read_as(row.get(i)?, def.ty).map_err(|e| e.reading(&of.name, &def.name)))
            .collect()
    }));
    let job = First::new(find.into_statement(), Plan::READ_BY_KEY, decode);
    run(handle, caller, job).await?.output()
}
