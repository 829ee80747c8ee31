//! Inserting and deleting.

use sqloquent_core::{Error, ErrorKind, Result};

use super::Model;
use crate::{
    call::Call,
    executor::Executor,
    expr::{Expr, Slot},
    query::Selection,
    schema::TableDef,
    write::{self, Mapping, Origin},
};

#[track_caller]
pub(super) fn insert<M: Model>(db: &dyn Executor, instance: M) -> Call<'_, M> {
    let origin = Origin::here(db);
    let write = instance
        .values()
        .and_then(|row| write::insert(origin, Mapping::<M>::typed(), row));
    match write {
        Err(e) => Call::failed(e),
        Ok(write) => Call::steps(async move {
            let mut instance = instance;
            instance.absorb(write.await?);
            Ok(instance)
        }),
    }
}

#[track_caller]
pub(super) fn insert_many<M: Model>(db: &dyn Executor, rows: impl IntoIterator<Item = M>) -> Call<'_, u64> {
    write::insert_taken(Origin::here(db), rows)
}

#[track_caller]
pub(super) fn insert_many_returning<M: Model>(
    db: &dyn Executor,
    rows: impl IntoIterator<Item = M>,
) -> Call<'_, Vec<M>> {
    write::insert_taken_returning(Origin::here(db), rows)
}

#[track_caller]
pub(super) fn insert_or_ignore<'a, M: Model>(db: &'a dyn Executor, instance: &M) -> Call<'a, Option<M>> {
    write::insert_or_ignore(Origin::here(db), Mapping::typed(), instance.values())
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
    let row = positions(M::table(), &exprs).and_then(|on| {
        let row = instance.values()?;
        Ok((row, write::take_over(M::table(), on)))
    });
    write::upsert(Origin::here(db), Mapping::typed(), row)
}

#[track_caller]
pub(super) fn delete<'a, M: Model>(instance: &M, db: &'a dyn Executor) -> Call<'a, ()> {
    let (origin, subject) = (Origin::here(db), Mapping::<M>::typed().subject);
    match instance
        .values()
        .and_then(|row| write::delete(origin, subject, row))
    {
        Err(e) => Call::failed(e),
        Ok(write) => Call::steps(write),
    }
}
