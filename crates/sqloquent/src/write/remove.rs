//! Deleting and reading again one row.

use sqloquent_core::{Dialect, Result, Value};

use super::{
    Data, Mapping, Origin, Seen, Subject, Write, check_has_id, delete_row,
    kept::{self, Way, is_kept},
    key_of, not_found, settled,
};
use crate::{
    call::{Task as _, run},
    compile,
    hooks::{Operation, WriteState, fire},
    job::{First, Remove},
};

/// Prepares the delete of one row.
pub(crate) fn delete<'a>(
    origin: Origin<'a>,
    subject: Subject,
    row: Vec<Value>,
) -> Result<impl Future<Output = Result<()>> + Send + use<'a>> {
    let table = subject.table.clone();
    check_has_id(&table, &row)?;
    let compile = |dialect: Dialect, subject: &Subject, data: Data| {
        let (table, row) = (&subject.table, data.into_row());
        let delete = delete_row(dialect, table, &row)?;
        let find = match table.version {
            Some(_) => Some(compile::find(dialect, table, key_of(table, &row))?.into_statement()),
            None => None,
        };
        Ok(Remove::new(delete, find))
    };
    let way = if is_kept(&origin.handle, &table) {
        Way::Kept(kept::delete(origin, subject, row)?)
    } else {
        let data = Data::Row([row]);
        Way::Plain(Write::new(origin, Operation::Delete, subject, data, compile)?)
    };
    Ok(async move {
        match way {
            Way::Kept(done) => done.await.map(|_| ()),
            Way::Plain(write) => {
                let settle = |removed| settled(removed, &table, || not_found(&table));
                write.run(settle, |()| Ok(Seen::affected(1))).await
            }
        }
    })
}

/// Prepares reading one row again, by the job that finds it. Its hooks run on the executor as it is: nothing is written.
pub(crate) fn reload<'a, T: Send + 'static>(
    origin: Origin<'a>,
    mapping: Mapping<T>,
    row: Vec<Value>,
    find: Box<dyn FnOnce(Vec<Value>) -> Result<First<T>> + '_>,
) -> Result<impl Future<Output = Result<T>> + Send + use<'a, T>> {
    let Origin { handle, caller } = origin;
    let hooks = handle.hooks(Operation::Reload, || mapping.subject.clone());
    if hooks.is_some() {
        check_has_id(mapping.table(), &row)?;
    }
    let job = find(key_of(mapping.table(), &row))?;
    let table = mapping.table().clone();
    Ok(async move {
        let missing = || not_found(&table);
        let Some(hooks) = hooks else {
            return run(handle, caller, job).await?.output()?.ok_or_else(missing);
        };
        let state = WriteState::new(mapping.subject, Operation::Reload, Data::Row([row]))?;
        fire(handle, &hooks, Operation::Reload.before(), &state).await?;
        let found = run(handle, caller, job).await?.output()?.ok_or_else(missing)?;
        state.saw(Seen::rows(vec![(mapping.values)(&found)?]));
        fire(handle, &hooks, Operation::Reload.after(), &state).await?;
        Ok(found)
    })
}
