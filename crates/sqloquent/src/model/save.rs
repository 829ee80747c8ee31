//! Updating and saving instances.

use sqloquent_core::{Result, Value};

use super::{Model, row::ValuesRow};
use crate::{
    call::Call,
    executor::Executor,
    write::{self, Mapping, Origin},
};

#[track_caller]
pub(super) fn update<'a, M: Model>(
    instance: &'a mut M,
    db: &'a dyn Executor,
    edit: impl FnOnce(&mut M),
) -> Call<'a, ()> {
    let origin = Origin::here(db);
    let write = edited(instance, edit)
        .and_then(|(before, after)| write::update(origin, Mapping::<M>::typed(), before, after));
    match write {
        Err(e) => Call::failed(e),
        Ok(None) => Call::steps(std::future::ready(Ok(()))),
        Ok(Some(write)) => Call::steps(async move {
            instance.absorb(write.await?);
            Ok(())
        }),
    }
}

/// What the instance stores before and after the edit. The instance goes back to what it was; it takes over the changed
/// row once that is stored.
fn edited<M: Model>(instance: &mut M, edit: impl FnOnce(&mut M)) -> Result<(Vec<Value>, Vec<Value>)> {
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
    Ok((before, after?))
}

#[track_caller]
pub(super) fn save<'a, M: Model>(instance: &'a mut M, db: &'a dyn Executor) -> Call<'a, ()> {
    let origin = Origin::here(db);
    let write = instance.values().and_then(|row| {
        let unstored = write::unset_key(M::table(), &row);
        write::save(origin, Mapping::<M>::typed(), row, unstored)
    });
    match write {
        Err(e) => Call::failed(e),
        Ok(write) => Call::steps(async move {
            instance.absorb(write.await?);
            Ok(())
        }),
    }
}
