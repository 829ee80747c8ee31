//! Inserts of instances that are thrown away: their text and bytes are taken, not copied.

use sqloquent_core::{Result, Value};

use super::{
    Mapping, Origin, Wanted,
    insert::{insert_many, insert_many_returning, prepare_whole},
    kept::is_kept,
    perform::output,
    whole_rows::WholeRows,
};
use crate::{
    call::{Call, Finish},
    compile::Conflict,
    hooks::Operation,
    job::Insert,
    model::Model,
    schema::Table,
};

/// An insert of rows given as their values.
type OfValues<'a, M, R> = fn(Origin<'a>, Mapping<M>, Result<Vec<Vec<Value>>>) -> Call<'a, R>;

/// Inserts instances of a typed model, which are thrown away, and tells how many.
pub(crate) fn insert_taken<'a, M: Model>(
    origin: Origin<'a>,
    rows: impl IntoIterator<Item = M>,
) -> Call<'a, u64> {
    let finish: Finish<u64> = |job| Ok(output::<Insert<M>>(job)?.1);
    taken(origin, rows, |_| Wanted::Count, finish, insert_many)
}

/// The same; gives them back as they are stored.
pub(crate) fn insert_taken_returning<'a, M: Model>(
    origin: Origin<'a>,
    rows: impl IntoIterator<Item = M>,
) -> Call<'a, Vec<M>> {
    let finish: Finish<Vec<M>> = |job| Ok(output::<Insert<M>>(job)?.0);
    let wanted = |mapping: &Mapping<M>| Wanted::Rows(mapping.decode.clone());
    taken(origin, rows, wanted, finish, insert_many_returning)
}

/// Inserts instances in one go, or `otherwise`, as the values of each, where more is to be done than that.
fn taken<'a, M: Model, R>(
    origin: Origin<'a>,
    rows: impl IntoIterator<Item = M>,
    wanted: impl FnOnce(&Mapping<M>) -> Wanted<M>,
    finish: Finish<R>,
    otherwise: OfValues<'a, M, R>,
) -> Call<'a, R> {
    let mapping = Mapping::<M>::typed();
    let handle = origin.handle;
    let hooked = || {
        let active = handle.hooks(Operation::InsertMany, || mapping.subject.clone());
        active.is_some()
    };
    if is_kept(&handle, mapping.table()) || hooked() {
        let rows = rows.into_iter().map(|mut row| {
            let mut values = Vec::with_capacity(mapping.table().columns.len());
            row.take_values(&mut values).map(|()| values)
        });
        let rows = rows.collect();
        return otherwise(origin, mapping, rows);
    }
    match taken_job(&origin, mapping.table(), rows, wanted(&mapping)) {
        Err(e) => Call::failed(e),
        Ok(job) => Call::ready(handle, origin.caller, Box::new(job), finish),
    }
}

/// Makes the job that inserts instances where there is nothing to do but that.
fn taken_job<M: Model>(
    origin: &Origin<'_>,
    table: &Table,
    rows: impl IntoIterator<Item = M>,
    wanted: Wanted<M>,
) -> Result<Insert<M>> {
    origin.handle.check_not_kept(table)?;
    let rows = rows.into_iter();
    let mut whole = WholeRows::with_capacity(table, rows.size_hint().0);
    for mut row in rows {
        whole.add(table, false, |values| row.take_values(values))?;
    }
    let dialect = origin.handle.dialect();
    prepare_whole(dialect, table, whole, Conflict::Fail, wanted, |_| None)
}
