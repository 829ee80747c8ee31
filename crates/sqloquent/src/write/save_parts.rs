//! Saving a row of a model with hooks for inserts or updates: looked for, then inserted or updated with its events, all
//! in one transaction and inside of the events of the save.

use std::{panic::Location, sync::Arc};

use sqloquent_core::{Dialect, Plan, Result, Value};

use super::{
    Data, Mapping, Origin, Seen, Subject, Wanted, change, key_of, not_found, nothing_stored,
    perform::between_hooks,
    prepare,
    scope::Scope,
    store::{every_column, settled},
    unset_key,
};
use crate::{
    call::{Task as _, run},
    compile::{self, Conflict},
    executor::Handle,
    hooks::{Active, Operation, Pending, WriteState, fire},
    job::{First, Insert, Store},
    query::Decode,
    schema::{Table, TableDef},
    types::read_as,
};

/// Prepares such a save.
pub(super) fn save_parts<'a, T: Send + 'static>(
    origin: Origin<'a>,
    hooks: Active,
    mapping: Mapping<T>,
    row: Vec<Value>,
) -> Result<impl Future<Output = Result<T>> + Send + use<'a, T>> {
    let Origin { handle, caller } = origin;
    handle.check_not_kept(mapping.table())?;
    // Says what is wrong before any hook runs.
    insert(handle.dialect(), &mapping, row.clone())?;
    Ok(Box::pin(async move {
        let data = Data::Rows(vec![row]);
        let state = Arc::new(WriteState::new(mapping.subject.clone(), Operation::Save, data)?);
        let scope = Scope::open(handle, caller, Pending::new(&hooks, &state)).await?;
        let done = parts(scope.handle(), caller, &hooks, &state, &mapping).await;
        scope.close(done).await
    }))
}

async fn parts<T: Send + 'static>(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    hooks: &Active,
    save: &WriteState,
    mapping: &Mapping<T>,
) -> Result<T> {
    fire(handle, hooks, Operation::Save.before(), save).await?;
    let (table, subject, values) = (mapping.table(), mapping.subject.clone(), mapping.values);
    let row = save.data().into_row();
    let seen = |row: &T| Ok(Seen::rows(vec![values(row)?]));
    let stored = match existing(handle, caller, table, &row).await? {
        None => {
            let part = save.part(subject, Operation::Insert, Data::Rows(vec![row]));
            let compile =
                |dialect: Dialect, _: &Subject, data: Data| insert(dialect, mapping, data.into_row());
            let settle = |job: Box<Insert<T>>| job.output()?.0.into_iter().next().ok_or_else(nothing_stored);
            between_hooks(handle, caller, hooks, &part, &compile, settle, seen).await?
        }
        Some(mut before) => {
            // The version that counts is the one that was read into the instance.
            if let Some(at) = table.version {
                before[at] = row[at].clone();
            }
            let data = Data::Change { before, after: [row] };
            let part = save.part(subject, Operation::Update, data);
            let compile = |dialect: Dialect, _: &Subject, data: Data| update(dialect, mapping, data);
            let settle = |job: Box<Store<T>>| settled(job.output()?, table, || not_found(table));
            between_hooks(handle, caller, hooks, &part, &compile, settle, seen).await?
        }
    };
    save.saw(seen(&stored)?);
    fire(handle, hooks, Operation::Save.after(), save).await?;
    Ok(stored)
}

fn insert<T>(dialect: Dialect, mapping: &Mapping<T>, row: Vec<Value>) -> Result<Insert<T>> {
    let wanted = Wanted::Rows(mapping.decode.clone());
    prepare(
        dialect,
        mapping.table(),
        vec![row],
        Conflict::Fail,
        wanted,
        |_| None,
    )
}

fn update<T: Send + 'static>(dialect: Dialect, mapping: &Mapping<T>, data: Data) -> Result<Store<T>> {
    let Data::Change { before, after } = data else {
        return Err(nothing_stored());
    };
    let (table, after) = (mapping.table(), &after[0]);
    let every = every_column(table, after.len());
    let decode = mapping.decode.clone();
    Ok(Store::new(change(
        dialect, table, &before, after, &every, None, decode,
    )?))
}

/// The row of the same key as it is stored, if it is.
async fn existing(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    table: &Table,
    row: &[Value],
) -> Result<Option<Vec<Value>>> {
    if unset_key(table, row) {
        return Ok(None);
    }
    let find = compile::find(handle.dialect(), table, key_of(table, row))?;
    let job = First::new(find.into_statement(), Plan::READ_BY_KEY, row_decoder(table));
    run(handle, caller, job).await?.output()
}

/// Reads the mapped columns as values of their types.
fn row_decoder(table: &Table) -> Decode<Vec<Value>> {
    let table = table.clone();
    Decode::Closure(Arc::new(move |row| {
        let table: &TableDef = &table;
        let columns = table.mapped().enumerate();
        columns
            .map(|(i, def)| read_as(row.get(i)?, def.ty).map_err(|e| e.reading(&table.name, &def.name)))
            .collect()
    }))
}
